package config

import (
	"fmt"
	"slices"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A Change is one thing that a pull request asks of the configuration it is judged by.
type Change struct {
	Text string
	Span source.Span // in the head's file; zero for what it takes out
}

// PullRequest returns the configuration by which a pull request is judged, and what the pull request adds of paths left out, of
// threshold and of figures. The production view and the attestations are the head's, everything else is the base's: waivers,
// severities and rows are then held against each other by checks.PullRequest, which takes the policies of both files. A nil file is
// one that is not there.
func PullRequest(base, head *File) (*File, []Change) {
	if base == nil {
		base = &File{AllowInlineWaivers: Bool{Value: true}}
	}
	if head == nil {
		head = &File{AllowInlineWaivers: Bool{Value: true}}
	}
	f := *base
	f.Source, f.Production, f.Attestations = head.Source, head.Production, head.Attestations
	var added []Change
	for _, e := range head.Exclude {
		if !slices.ContainsFunc(base.Exclude, func(b Text) bool { return b.Value == e.Value }) {
			added = append(added, Change{"leaves out " + e.Value, e.Span})
		}
	}
	was := func(s string) string {
		if s == "" {
			return "what is built in"
		}
		return s
	}
	for _, v := range []struct {
		key        string
		base, head Text
	}{
		{"fail-on", base.FailOn, head.FailOn},
		{"thresholds.jwt-access", raw(base.Thresholds.JWTAccess.Span), raw(head.Thresholds.JWTAccess.Span)},
		{"thresholds.jwt-refresh", raw(base.Thresholds.JWTRefresh.Span), raw(head.Thresholds.JWTRefresh.Span)},
		{"thresholds.hsts", raw(base.Thresholds.HSTS.Span), raw(head.Thresholds.HSTS.Span)},
		{"thresholds.secret-key-length", raw(base.Thresholds.SecretKeyLength.Span), raw(head.Thresholds.SecretKeyLength.Span)},
	} {
		if v.base.Value != v.head.Value {
			added = append(added, Change{fmt.Sprintf("sets %s to %s, where it was %s", v.key, was(v.head.Value), was(v.base.Value)), v.head.Span})
		}
	}
	return &f, added
}

func raw(s source.Span) Text { return Text{s.Text(), s} }
