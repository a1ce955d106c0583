package config

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/prodcheck/prodcheck/internal/source"
)

// Decode reads a configuration file. The error is an Errors with everything that is wrong, in the order of the file.
func Decode(file *source.File, v Vocabulary) (*File, error) {
	root, bad := parse(file)
	if bad != nil {
		return nil, Errors{bad}
	}
	d := &decoder{file: file, layout: layout(v)}
	d.hold(root, d.layout, "the file")
	if len(d.errs) > 0 {
		slices.SortStableFunc(d.errs, func(a, b *Error) int { return a.Span.Start - b.Span.Start })
		return nil, d.errs[:min(len(d.errs), maxErrors)]
	}
	f := &File{Source: file, AllowInlineWaivers: Bool{Value: true}}
	p := child(root, "production")
	f.Production = Production{
		Settings: d.one(p, "settings"), Configuration: d.one(p, "configuration"), DjangoRoot: d.one(p, "django-root"),
		Compose: d.many(p, "compose"), EnvFiles: d.many(p, "env-files"), Dockerfiles: d.many(p, "dockerfiles"),
	}
	f.Domains, f.Frontends, f.Exclude, f.FailOn = d.many(root, "domains"), d.many(root, "frontends"), d.many(root, "exclude"), d.one(root, "fail-on")
	t := child(root, "thresholds")
	f.Thresholds = Thresholds{
		JWTAccess: d.duration(t, "jwt-access"), JWTRefresh: d.duration(t, "jwt-refresh"), HSTS: d.number(t, "hsts"), SecretKeyLength: d.number(t, "secret-key-length"),
	}
	each(child(root, "rows"), func(key, value *yaml.Node) {
		f.Rows = append(f.Rows, Exemption{key.Value, d.one(value, "not-applicable").Value, span(file, key)})
	})
	each(child(root, "severity"), func(key, value *yaml.Node) {
		f.Severities = append(f.Severities, Severity{key.Value, value.Value, span(file, value)})
	})
	each(child(root, "attestations"), func(key, value *yaml.Node) {
		f.Attestations = append(f.Attestations, Attestation{
			Row: key.Value, By: d.one(value, "by").Value, Evidence: d.one(value, "evidence").Value,
			On: d.date(value, "on"), Until: d.date(value, "until"), Span: span(file, key),
		})
	})
	if n := child(root, "waivers"); n != nil {
		for _, w := range n.Content {
			f.Waivers = append(f.Waivers, Waiver{
				Check: d.one(w, "check").Value, Path: d.one(w, "path").Value, Reason: d.one(w, "reason").Value, Owner: d.one(w, "owner").Value,
				Until: d.date(w, "until"), Span: span(file, child(w, "check")),
			})
		}
	}
	if n := child(root, "allow-inline-waivers"); n != nil {
		f.AllowInlineWaivers = Bool{n.Value == "true", span(file, n)}
	}
	f.WaiverMaxDays = d.number(root, "waiver-max-days")
	if errs := d.order(root); len(errs) > 0 {
		return nil, errs
	}
	return f, nil
}

// order holds attestations that end before they begin against reason.
func (d *decoder) order(root *yaml.Node) (errs Errors) {
	each(child(root, "attestations"), func(key, value *yaml.Node) {
		on, until := d.date(value, "on"), d.date(value, "until")
		if n := child(value, "until"); n != nil && until.Before(on) {
			errs = append(errs, &Error{span(d.file, n), fmt.Sprintf("the attestation of %s ends on %s, before it begins", key.Value, n.Value), "leave until out, or give a day after " + on.Format(time.DateOnly)})
		}
	})
	return errs
}

// On holds a decoded file against today's date: nobody attests for a day to come, and no waiver ends later than allowed. A file
// that passes once passes on every later day.
func (f *File) On(today time.Time) error {
	var errs Errors
	for _, a := range f.Attestations {
		if a.On.After(today) {
			errs = append(errs, &Error{a.Span, fmt.Sprintf("the attestation of %s is dated %s, and today is %s", a.Row, a.On.Format(time.DateOnly), today.Format(time.DateOnly)), "give the day on which somebody looked"})
		}
	}
	most := f.WaiverMaxDays.Value
	if most == 0 {
		most = 180
	}
	for _, w := range f.Waivers {
		if last := today.AddDate(0, 0, most); w.Until.After(last) {
			errs = append(errs, &Error{w.Span, fmt.Sprintf("the waiver of %s ends on %s, more than %d days from today", w.Check, w.Until.Format(time.DateOnly), most), "let it end on " + last.Format(time.DateOnly) + " or earlier"})
		}
	}
	if len(errs) > 0 {
		slices.SortStableFunc(errs, func(a, b *Error) int { return a.Span.Start - b.Span.Start })
		return errs
	}
	return nil
}

// each calls f for the keys of a mapping in the order of the file.
func each(n *yaml.Node, f func(key, value *yaml.Node)) {
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		f(n.Content[i], n.Content[i+1])
	}
}

func (d *decoder) one(n *yaml.Node, key string) Text {
	c := child(n, key)
	if c == nil {
		return Text{}
	}
	return Text{c.Value, span(d.file, c)}
}

func (d *decoder) many(n *yaml.Node, key string) (all []Text) {
	if c := child(n, key); c != nil {
		for _, item := range c.Content {
			all = append(all, Text{item.Value, span(d.file, item)})
		}
	}
	return all
}

func (d *decoder) number(n *yaml.Node, key string) Number {
	t := d.one(n, key)
	v, err := strconv.Atoi(t.Value)
	if err != nil {
		return Number{}
	}
	return Number{v, t.Span}
}

func (d *decoder) duration(n *yaml.Node, key string) Duration {
	t := d.one(n, key)
	if t.Value == "" {
		return Duration{}
	}
	v, _ := strconv.Atoi(t.Value[:len(t.Value)-1])
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[t.Value[len(t.Value)-1]]
	return Duration{time.Duration(v) * unit, t.Span}
}

func (d *decoder) date(n *yaml.Node, key string) time.Time {
	t, _ := time.Parse(time.DateOnly, d.one(n, key).Value)
	return t
}
