package sarif

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	gosarif "github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/inert"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A spot is what GitHub tells alerts of one rule apart by.
type spot struct {
	check *checks.Check
	path  string
	line  int
}

// results returns one result for every spot. Two findings of one check on one line would be one alert on GitHub with the text of
// either: they are told as one. What could not be put into a result is told by the notifications.
func results(r *checks.Report, o Options) ([]*gosarif.Result, []*gosarif.Notification) {
	var order []spot
	folded := map[spot][]*checks.ReportedFinding{}
	var notes []*gosarif.Notification
	dropped := 0
	anchor := anchor(r, o)
	places := map[spot]checks.Place{}
	for _, f := range findings(r) {
		p := f.Place
		if p.Path == "" {
			p = anchor
		}
		if p.Path == "" {
			notes = append(notes, note("error", f.Check.ID+": "+f.Message))
			continue
		}
		k := spot{f.Check, p.Path, max(p.Line, 1)}
		if folded[k] == nil {
			if len(order) == maxResults {
				dropped++
				continue
			}
			order = append(order, k)
			places[k] = p
		}
		folded[k] = append(folded[k], f)
	}
	if dropped > 0 {
		notes = append(notes, note("error", fmt.Sprintf("%d findings of least severity are left out: a run may have %d results", dropped, maxResults)))
	}
	index := map[*checks.Check]int{}
	for i, res := range r.Results {
		index[res.Check] = i
	}
	prints := map[*source.File][]string{}
	out := make([]*gosarif.Result, 0, len(order))
	for _, k := range order {
		res := result(folded[k], places[k], o).WithRuleIndex(index[k.check])
		if hash := fingerprint(places[k], prints); hash != "" {
			res.WithPartialFingerPrints(map[string]any{"primaryLocationLineHash": hash})
		}
		out = append(out, res)
	}
	return out, notes
}

// anchor is where findings without a place go.
func anchor(r *checks.Report, o Options) checks.Place {
	if o.Anchor != nil {
		return checks.Place{Path: o.Anchor.Path, File: o.Anchor}
	}
	for _, res := range r.Results {
		for _, f := range res.Findings {
			if f.Place.Path != "" {
				return checks.Place{Path: f.Place.Path, File: f.Place.File}
			}
		}
	}
	for _, l := range r.View {
		if l.Place.Path != "" {
			return checks.Place{Path: l.Place.Path, File: l.Place.File}
		}
	}
	return checks.Place{}
}

func fingerprint(p checks.Place, known map[*source.File][]string) string {
	if p.File == nil {
		return ""
	}
	lines, ok := known[p.File]
	if !ok {
		lines = fingerprints(p.File.Text)
		known[p.File] = lines
	}
	if n := max(p.Line, 1); n <= len(lines) {
		return lines[n-1]
	}
	return ""
}

// result tells findings of one check on one line.
func result(fs []*checks.ReportedFinding, at checks.Place, o Options) *gosarif.Result {
	res := gosarif.NewRuleResult(fs[0].Check.ID).WithKind("fail").WithLevel(fs[0].Level)
	res.AddLocation(gosarif.NewLocationWithPhysicalLocation(o.physical(at)))
	m := message{o: o}
	for i, f := range fs {
		if f.Level == "error" || f.Level == "warning" && *res.Level == "note" {
			res.WithLevel(f.Level)
		}
		if i > 0 && f.Message == fs[i-1].Message {
			continue
		}
		m.sentence(f.Message)
		if f.Note != "" {
			m.sentence(f.Note)
		}
		m.trail(f.Trail)
		if i == len(fs)-1 || f.Fix != fs[i+1].Fix {
			m.sentence("Fix: " + f.Fix)
		}
	}
	for _, l := range m.related {
		res.AddRelatedLocation(l)
	}
	return res.WithMessage(gosarif.NewTextMessage(m.String()))
}

// A message is the text of a result and the places it links to.
type message struct {
	strings.Builder
	o       Options
	related []*gosarif.Location
}

// sentence adds a sentence; GitHub shows the first one where there is little room.
func (m *message) sentence(s string) {
	s = plain(s)
	if s == "" || m.Len()+len(s) > maxMessage {
		return
	}
	if m.Len() > 0 {
		m.WriteByte(' ')
	}
	m.WriteString(s)
	if !strings.ContainsAny(s[len(s)-1:], ".!?…") {
		m.WriteByte('.')
	}
}

// trail adds the steps that lead to a finding, with a link to each place: [settings.py:36](1) is the related location 1.
func (m *message) trail(steps []checks.Line) {
	for i, s := range steps {
		var b strings.Builder
		b.WriteString(plain(s.Text))
		if s.Place.Path != "" && len(m.related) < maxRelated {
			id := len(m.related) + 1
			fmt.Fprintf(&b, " ([%s](%d))", label(s.Place), id)
		}
		lead := "; "
		if i == 0 {
			lead = " Because: "
		}
		if m.Len()+b.Len() > maxMessage {
			break
		}
		m.WriteString(lead + b.String())
		if s.Place.Path != "" && len(m.related) < maxRelated {
			l := gosarif.NewLocationWithPhysicalLocation(m.o.physical(s.Place)).WithId(len(m.related) + 1)
			m.related = append(m.related, l.WithMessage(gosarif.NewTextMessage(clip(plain(s.Text), maxDescription))))
		}
	}
	if len(steps) > 0 {
		m.WriteByte('.')
	}
}

// plain makes text of the repository plain text of a message: nothing in it is a link.
func plain(s string) string {
	return strings.ReplaceAll(clip(inert.Text(s), maxMessage/2), "](", "] (")
}

var unlink = strings.NewReplacer("[", "(", "]", ")", `\`, "/")

func label(p checks.Place) string {
	name := unlink.Replace(inert.Text(p.Path[strings.LastIndexByte(p.Path, '/')+1:]))
	return name + ":" + strconv.Itoa(max(p.Line, 1))
}

// physical is a place as a region of one line: a pull request shows an alert only if its diff has every line of the region. A
// place that goes on after its first line ends there; a file as a whole is its first line.
func (o Options) physical(p checks.Place) *gosarif.PhysicalLocation {
	line, col, endCol := max(p.Line, 1), max(p.Column, 1), p.EndColumn
	if p.Line == 0 || p.EndLine != p.Line || endCol <= col {
		endCol = col
		if p.File != nil {
			f := p.File
			endCol = f.Position(f.LineStart(line) + len(f.Line(line))).Column
		}
	}
	if endCol <= col {
		endCol = col + 1 // an empty region is a point, which is not drawn
	}
	return gosarif.NewPhysicalLocation().
		WithArtifactLocation(gosarif.NewArtifactLocation().WithUri(uri(path.Join(o.Prefix, p.Path)))).
		WithRegion(gosarif.NewRegion().WithStartLine(line).WithStartColumn(col).WithEndLine(line).WithEndColumn(endCol))
}

// uri percent-encodes all of a path but the characters that RFC 3986 never reserves, so that no name is taken for a scheme, a
// query or a host.
func uri(name string) string {
	const unreserved = "-._~/"
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(unreserved, c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
