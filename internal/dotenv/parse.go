package dotenv

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
)

const (
	maxSize     = 1 << 20 // bytes of a file that are read
	maxEntries  = 10_000
	maxProblems = 50
)

// Parse reads an environment file as a dialect does, but goes on where the real reader gives up. It never fails: see Problems.
func Parse(f *source.File, d Dialect) *File {
	file := &File{Source: f, Dialect: d, byName: map[string][]int{}}
	if file.Encrypted = encryption(f.Text); file.Encrypted != "" {
		return file
	}
	p := &parser{file: file, src: string(f.Text[:min(len(f.Text), maxSize)])}
	if len(f.Text) > maxSize {
		p.problem(0, 0, fmt.Sprintf("only the first %d bytes are read", maxSize))
	}
	if i := strings.IndexByte(p.src, 0); i >= 0 {
		p.problem(i, i+1, "not a text file")
		p.src = p.src[:i]
	}
	switch d {
	case PythonDotenv:
		p.pythonDotenv()
	case DjangoEnviron:
		p.djangoEnviron()
	case Shell:
		p.shell()
	case Raw:
		p.raw()
	default:
		p.compose()
	}
	p.commented()
	markEncrypted(file)
	return file
}

// encryption names the tool whose encrypted files begin so, for those that leave nothing to read.
func encryption(text []byte) string {
	for _, e := range []struct{ magic, name string }{
		{"\x00GITCRYPT", "git-crypt"},
		{"U2FsdGVkX1", "transcrypt"}, // base64 of OpenSSL's "Salted__"
		{"Salted__", "openssl"},
		{"$ANSIBLE_VAULT;", "ansible-vault"},
		{"age-encryption.org/v1", "age"},
		{"-----BEGIN AGE ENCRYPTED FILE-----", "age"},
		{"-----BEGIN PGP MESSAGE-----", "pgp"},
	} {
		if bytes.HasPrefix(text, []byte(e.magic)) {
			return e.name
		}
	}
	return ""
}

// markEncrypted finds files in which names are readable and values are not.
func markEncrypted(f *File) {
	for _, e := range f.Entries {
		name := ""
		switch {
		case strings.HasPrefix(e.Value, "ENC[AES256_GCM,"), strings.HasPrefix(e.Key, "sops_") && f.Encrypted != "":
			name = "sops"
		case strings.HasPrefix(e.Value, "encrypted:") && len(e.Value) > 40:
			name = "dotenvx"
		default:
			continue
		}
		f.Encrypted = name
		e.Known, e.opaque = false, true
	}
}

type parser struct {
	file *File
	src  string
	full bool // the cap on entries is reached
}

func (p *parser) span(start, end int) source.Span {
	return source.Span{File: p.file.Source, Start: start, End: end}
}

func (p *parser) problem(start, end int, text string) {
	if len(p.file.Problems) < maxProblems {
		p.file.Problems = append(p.file.Problems, source.Problem{Span: p.span(start, end), Text: text})
	}
}

// badLine reports the line that holds offset i, without its text: it may be a secret.
func (p *parser) badLine(i int, text string) {
	start := strings.LastIndexByte(p.src[:i], '\n') + 1
	end := lineEnd(p.src, i)
	p.problem(start, len(strings.TrimRight(p.src[:end], "\r")), text)
}

// add appends an entry whose value is made of parts; at is the span of the value as written.
func (p *parser) add(key string, keyStart, start, end int, parts []part) *Entry {
	e := p.entry(key, keyStart, start, end, parts)
	if e == nil || len(p.file.Entries) >= maxEntries {
		if !p.full {
			p.full = true
			p.problem(keyStart, keyStart+len(key), fmt.Sprintf("more than %d assignments: the rest is not read", maxEntries))
		}
		return nil
	}
	e.index = len(p.file.Entries)
	p.file.Entries = append(p.file.Entries, e)
	p.file.byName[key] = append(p.file.byName[key], e.index)
	e.Value, e.Known = e.Expand(nil)
	return e
}

func (p *parser) entry(key string, keyStart, start, end int, parts []part) *Entry {
	e := &Entry{
		Key: key, KeySpan: p.span(keyStart, keyStart+len(key)), ValueSpan: p.span(start, end), file: p.file,
		Refs: refs(nil, parts),
	}
	if text, ok := literal(parts); ok {
		e.Value = text
	} else {
		e.parts = parts
	}
	return e
}

// addBare appends a name that stands alone.
func (p *parser) addBare(key string, keyStart int) {
	at := keyStart + len(key)
	if e := p.add(key, keyStart, at, at, nil); e != nil {
		e.Bare = true
		e.Value, e.Known = e.Expand(nil)
	}
}

func text(s string) []part { return []part{{text: s}} }

// lineEnd returns the offset of the newline at or after i, or the end.
func lineEnd(s string, i int) int {
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(s)
}

// A commented assignment starts its comment: prose that mentions one does not count.
var commentedLine = regexp.MustCompile(`^[ \t]*[#;]+[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*?)[ \t\r]*$`)

// commented lists the assignments behind comment signs. A comment inside a quoted value of several lines is none.
func (p *parser) commented() {
	next := 0 // entry whose value may cover the line
	for start := 0; start < len(p.src); {
		end := lineEnd(p.src, start)
		for next < len(p.file.Entries) && p.file.Entries[next].ValueSpan.End < start {
			next++
		}
		inside := next < len(p.file.Entries) && p.file.Entries[next].ValueSpan.Start < start
		line := p.src[start:min(end, start+4096)]
		if !inside && strings.IndexAny(line, "#;") >= 0 && len(p.file.Commented) < maxEntries {
			if m := commentedLine.FindStringSubmatchIndex(line); m != nil {
				p.comment(start+m[2], start+m[3], start+m[4], start+m[5])
			}
		}
		start = end + 1
	}
}

func (p *parser) comment(key, keyEnd, start, end int) {
	value := p.src[start:end]
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		start, end = start+1, end-1
	} else if p.file.Dialect != Raw && p.file.Dialect != DjangoEnviron {
		if i := strings.Index(value, " #"); i >= 0 {
			end = start + len(strings.TrimRight(value[:i], " \t"))
		}
	}
	parts, _ := template(p.src[start:end], 0)
	e := p.entry(p.src[key:keyEnd], key, start, end, parts)
	e.Commented = true
	e.Value, e.Known = e.Expand(nil)
	p.file.Commented = append(p.file.Commented, e)
}
