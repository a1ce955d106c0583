package report

import (
	"fmt"
	"io"
	"sync"

	"github.com/prodcheck/prodcheck/checks"
)

// A badge is laid out for an 11 px font whose characters are about 6 px wide: textLength makes every font fit.
var badge = sync.OnceValue(func() *markup {
	return parseMarkup(`<svg xmlns="http://www.w3.org/2000/svg" width="{{.Width}}" height="20" role="img" aria-label="{{.Label}}: {{.Value}}"><title>{{.Label}}: {{.Value}}</title><clipPath id="r"><rect width="{{.Width}}" height="20" rx="3"/></clipPath><g clip-path="url(#r)"><rect width="{{.Split}}" height="20" fill="#3d444d"/><rect x="{{.Split}}" width="{{.Right}}" height="20" fill="{{.Color}}"/></g><g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11"><text x="6" y="14" textLength="{{.LabelLength}}">{{.Label}}</text><text x="{{.ValueAt}}" y="14" textLength="{{.ValueLength}}">{{.Value}}</text></g></svg>
`)
})

// Badge writes an SVG that says how many rows of the checklist hold, of those that apply: "checklist 71/86". It is red if anything
// critical or high is found, amber if anything else is to be fixed, grey if nothing could be known, else green.
func Badge(w io.Writer, r *checks.Report) error {
	bySeverity, byStatus := tally(r, groups(r))
	hold := byStatus[checks.Pass] + byStatus[checks.Attested]
	asked := hold + byStatus[checks.Unknown] + byStatus[checks.Fail]
	color := "#1a7f37"
	switch {
	case bySeverity[checks.Critical]+bySeverity[checks.High] > 0:
		color = "#b3261e"
	case bySeverity[checks.Medium]+bySeverity[checks.Low] > 0:
		color = "#8a5a00"
	case hold == 0:
		color = "#57606a"
	}
	return writeBadge(w, "checklist", fmt.Sprintf("%d/%d", hold, asked), color)
}

func writeBadge(w io.Writer, label, value, color string) error {
	length := func(s string) int { return len(s) * 6 }
	split := length(label) + 12
	return render(w, badge(), map[string]any{
		"Label": label, "Value": value, "Color": color, "Split": split, "Right": length(value) + 12, "Width": split + length(value) + 12,
		"LabelLength": length(label), "ValueLength": length(value), "ValueAt": split + 6,
	}, "badge")
}
