package nginx

import (
	"fmt"
	"sort"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

// Parse reads one file. It never fails: see File.Invalid and File.Problems.
func Parse(f *source.File) *File {
	text := f.Text
	p := &parser{src: f, out: &File{Source: f}}
	if len(text) > maxFileSize {
		text = text[:maxFileSize]
		p.out.Problems = append(p.out.Problems, source.Problem{Span: source.Span{File: f}, Text: fmt.Sprintf("larger than %d bytes, the rest is not read", maxFileSize)})
		p.cut = true
	}
	p.lex = newLexer(text)
	p.holes = newHoleFinder(string(text))
	if p.lex.pos > 0 {
		p.invalid(0, 3, `unknown directive "\ufeff…": the file starts with a byte order mark`)
	}
	for {
		p.out.Directives = append(p.out.Directives, p.block(0, false)...)
		if p.lex.pos >= len(p.lex.b) || p.full() {
			break
		}
	}
	for _, c := range p.lex.comments {
		p.out.Comments = append(p.out.Comments, source.Span{File: f, Start: c[0], End: c[1]})
	}
	p.out.Template = p.holes.list()
	if p.sawControl { // branches of a template may each hold their own brace: what is unbalanced here need not be in the result
		p.out.Problems = append(p.out.Problems, p.out.Invalid...)
		p.out.Invalid = nil
	}
	sort.SliceStable(p.out.Invalid, func(i, j int) bool { return p.out.Invalid[i].Span.Start < p.out.Invalid[j].Span.Start })
	return p.out
}

type parser struct {
	src        *source.File
	lex        *lexer
	out        *File
	holes      *holeFinder
	count      int
	control    int  // depth of {% if %}
	sawControl bool // there was one
	cut        bool
}

// span makes a span of the file that is read.
func (p *parser) span(start, end int) source.Span {
	return source.Span{File: p.src, Start: start, End: end}
}

// invalid notes what nginx refuses, unless it is the end of a file that was cut off.
func (p *parser) invalid(start, end int, text string) {
	if p.cut && end >= len(p.lex.b) || len(p.out.Invalid) >= 200 {
		return
	}
	p.out.Invalid = append(p.out.Invalid, source.Problem{Span: p.span(start, end), Text: text})
}

// full reports whether the cap on directives is reached.
func (p *parser) full() bool { return p.count > maxDirectives }

// block reads directives up to the "}" that closes the block, or to the end of the file.
func (p *parser) block(depth int, data bool) []*Directive {
	var list []*Directive
	for !p.full() {
		m := p.lex.next()
		p.checkWords()
		words := p.lex.words
		at := p.lex.pos
		switch m {
		case endSemicolon:
			if len(words) == 0 {
				p.invalid(at-1, at, `unexpected ";"`)
				continue
			}
			list = append(list, p.statement(words, at, false, data)...)
		case endNewline:
			list = append(list, p.statement(words, words[0].end, false, data)...)
		case endConflict:
			p.invalid(at, at+1, fmt.Sprintf("unexpected %q behind a closing quote", p.lex.b[at:at+1]))
			list = append(list, p.skipConflict(words, data)...)
		case endTag:
			list = append(list, p.tag()...)
		case endOpen:
			if len(words) == 0 {
				p.invalid(at-1, at, `unexpected "{"`)
				if depth+1 >= maxDepth {
					p.skipBlock()
				} else {
					p.block(depth+1, false)
				}
				continue
			}
			list = append(list, p.openBlock(words, at, depth, data)...)
		case endClose:
			if len(words) > 0 {
				p.invalid(at-1, at, fmt.Sprintf(`unexpected "}": %q is not terminated by ";"`, clip(words[0].text)))
				list = append(list, p.statement(words, words[len(words)-1].end, false, data)...)
			}
			if depth == 0 {
				p.invalid(at-1, at, `unexpected "}"`)
				continue
			}
			return list
		case endFile:
			if p.lex.open >= 0 {
				p.invalid(p.lex.open, p.lex.open+1, "unexpected end of file: a quote is not closed")
			} else if len(words) > 0 {
				last := words[len(words)-1]
				p.invalid(last.start, last.end, `unexpected end of file, expecting ";" or "}"`)
			} else if depth > 0 {
				p.invalid(max(0, len(p.lex.b)-1), len(p.lex.b), `unexpected end of file, expecting "}"`)
			}
			if len(words) > 0 {
				list = append(list, p.statement(words, words[len(words)-1].end, false, data)...)
			}
			p.lex.pos = len(p.lex.b)
			return list
		}
	}
	if !p.cut {
		p.cut = true
		p.out.Problems = append(p.out.Problems, source.Problem{Span: p.span(0, 0), Text: fmt.Sprintf("more than %d directives, the rest is not read", maxDirectives)})
	}
	p.lex.pos = len(p.lex.b)
	return list
}

// checkWords tells of words that are too long and of too many words.
func (p *parser) checkWords() {
	if p.lex.long >= 0 {
		p.invalid(p.lex.long, p.lex.long+1, fmt.Sprintf("too long parameter: nginx takes at most %d bytes", nginxBuffer-1))
		p.lex.long = -1
	}
	if p.lex.many {
		p.lex.many = false
		if len(p.out.Problems) < 20 {
			p.out.Problems = append(p.out.Problems, source.Problem{Span: p.span(p.lex.pos-1, p.lex.pos), Text: fmt.Sprintf("more than %d words in one directive, the rest is not read", maxWords)})
		}
	}
}

// skipConflict reads on behind a quote that is followed by something else, up to the next ";" of the line or its end.
func (p *parser) skipConflict(words []word, data bool) []*Directive {
	words = append([]word(nil), words...)
	for p.lex.pos < len(p.lex.b) && p.lex.b[p.lex.pos] != '\n' {
		p.lex.pos++
		if p.lex.b[p.lex.pos-1] == ';' {
			break
		}
	}
	return p.statement(words, words[len(words)-1].end, false, data)
}

// skipBlock leaves a block that is nested too deeply.
func (p *parser) skipBlock() {
	if !p.cut {
		p.cut = true
		p.out.Problems = append(p.out.Problems, source.Problem{Span: p.span(p.lex.pos-1, p.lex.pos), Text: fmt.Sprintf("blocks nested deeper than %d are not read", maxDepth)})
	}
	for depth := 1; depth > 0; {
		switch p.lex.next() {
		case endOpen:
			depth++
		case endClose:
			depth--
		case endConflict:
			p.lex.pos++
		case endFile:
			p.lex.pos = len(p.lex.b)
			return
		}
	}
}

// tag notes a template tag that stands in place of a directive.
func (p *parser) tag() []*Directive {
	start, end := p.lex.tagStart, p.lex.tagStart+len(p.lex.tag)
	p.holes.kinds["jinja"] = true
	switch tagControl(p.lex.tag) {
	case 1:
		p.control++
		p.sawControl = true
		return nil
	case -1:
		p.control = max(0, p.control-1)
		return nil
	case 2:
		return nil
	}
	p.count++
	s := p.span(start, end)
	return []*Directive{{
		Name: p.lex.tag, Placeholder: true, Conditional: p.control > 0, Span: s,
		Head: Arg{Raw: p.lex.tag, Text: p.lex.tag, Holes: p.holes.find(p.lex.tag), Span: s},
	}}
}

// arg makes an argument of a word.
func (p *parser) arg(w word) Arg {
	raw := string(p.lex.b[w.start:w.end])
	holes := p.holes.find(raw)
	return Arg{Raw: raw, Text: w.text, Known: len(holes) == 0, Holes: holes, Quoted: w.quoted, Span: p.span(w.start, w.end)}
}

// directive makes one of words; its span ends at end.
func (p *parser) directive(words []word, end int) *Directive {
	p.count++
	d := &Directive{Head: p.arg(words[0]), Conditional: p.control > 0, Span: p.span(words[0].start, end)}
	d.Name = d.Head.Text
	d.Placeholder = !d.Head.Known
	if len(words) > 1 {
		d.Args = make([]Arg, 0, len(words)-1)
		for _, w := range words[1:] {
			d.Args = append(d.Args, p.arg(w))
		}
	}
	return d
}

// statement makes directives of words that end in ";" (or should): more than one if a ";" is missing between lines and nginx
// would refuse the whole for its number of arguments.
func (p *parser) statement(words []word, end int, open, data bool) []*Directive {
	if !data {
		if i := p.splitAt(words, open); i > 0 {
			last := words[i-1]
			p.invalid(words[0].start, last.end, fmt.Sprintf(`directive %q is not terminated by ";"`, clip(words[0].text)))
			return append(p.statement(words[:i], last.end, false, false), p.statement(words[i:], end, open, false)...)
		}
	}
	return []*Directive{p.directive(words, end)}
}

// splitAt returns the index of the word in front of which a ";" is missing, or 0.
func (p *parser) splitAt(words []word, open bool) int {
	if len(words) > 200 {
		return 0
	}
	specs := lookup(words[0].text)
	fits := false
	for _, s := range specs {
		if s.fits(len(words)-1) && s.block == open {
			fits = true
		}
	}
	if fits && words[0].text != "listen" || len(specs) == 0 { // no directive is a parameter of listen
		return 0
	}
	for i := 1; i < len(words); i++ {
		if words[i].newLine && !words[i].quoted && len(lookup(words[i].text)) > 0 {
			return i
		}
	}
	return 0
}

// openBlock makes the directive of words and reads its block. The "{" is just behind pos.
func (p *parser) openBlock(words []word, at, depth int, data bool) []*Directive {
	list := p.statement(append([]word(nil), words...), at, true, data)
	d := list[len(list)-1]
	d.HasBlock = true
	switch {
	case strings.HasSuffix(d.Name, "_by_lua_block"):
		d.Opaque = true
		end, ok := luaEnd(p.lex.b, at)
		if !ok {
			p.invalid(at-1, at, "Lua code block is not closed")
		}
		p.lex.pos = min(end+1, len(p.lex.b))
	case depth+1 >= maxDepth:
		p.skipBlock()
	default:
		d.Data = !data && isDataBlock(d.Name)
		d.Block = p.block(depth+1, d.Data)
	}
	d.Span.End = p.lex.pos
	d.BodySpan = p.span(at, max(at, p.lex.pos-1))
	return list
}

// isDataBlock reports whether the entries of a block are pairs and no directives.
func isDataBlock(name string) bool {
	switch name {
	case "map", "geo", "types", "split_clients", "charset_map", "geoip2", "lua_shared_dict_block", "otel_exporter":
		return true
	}
	return false
}

// clip shortens a text for a message.
func clip(s string) string {
	if len(s) <= 60 {
		return s
	}
	return strings.ToValidUTF8(s[:57], "") + "…"
}
