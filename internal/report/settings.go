package report

import (
	"io"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
)

// same reports whether two scenarios give a reader the same answer.
func same(v, o checks.SettingValue) bool {
	return v.Value == o.Value && v.State == o.State && v.Place == o.Place && len(v.Trail) == len(o.Trail) && len(v.NotReached) == len(o.NotReached)
}

// Settings writes the X-ray of the settings for people: each security-relevant setting, its value, and where that comes from.
func Settings(w io.Writer, projects []checks.ProjectSettings, o TextOptions) error {
	p := newPrinter(o.Width, o.Color)
	if len(projects) == 0 {
		p.line("No Django settings were found")
	}
	for i, pr := range projects {
		if i > 0 {
			p.line()
		}
		p.hang("", bold, plain, orNone(pr.Module)+" in "+pr.Root)
		if pr.Because != "" {
			p.hang("  ", dim, dim, because(pr.Because, false))
		}
		if pr.Documented {
			p.hang("  ", dim, dim, "documented: with the values of the template that speaks for production; unset: without them, so that fallbacks in code are in force")
		}
		p.line()
		for _, s := range pr.Settings {
			switch {
			case s.Documented == nil:
				p.setting(s.Name, "", s.Unset)
			case same(*s.Documented, s.Unset):
				p.setting(s.Name, "", *s.Documented)
			default:
				p.setting(s.Name, "documented", *s.Documented)
				p.setting("", "unset", s.Unset)
			}
		}
	}
	return p.writeTo(w, "settings")
}

func orNone(s string) string {
	if s == "" {
		return "no settings module"
	}
	return s
}

// setting prints one value: the name where it is the first of its setting, the scenario where there are two.
func (p *printer) setting(name, scenario string, v checks.SettingValue) {
	if v.State == "default" && len(v.NotReached) == 0 && scenario == "" {
		name = pad(cut(safe(name), p.width/2), 32) + "  "
		rest := "  not set: Django's default"
		p.line(name, p.paint(dim, cut(safe(v.Value), p.width-width(name)-width(rest))+rest))
		return
	}
	if name != "" {
		p.line(p.paint(bold, cut(safe(name), p.width)))
	}
	lead := "  "
	if scenario != "" {
		lead += pad(scenario, 10) + "  "
	}
	s := plain
	switch {
	case !v.Known:
		s = yellow
	case v.State == "default":
		s = dim
	}
	value := v.Value
	switch {
	case v.State == "default":
		value += "  (not set: Django's default)"
	case !v.Known && v.Reason != "":
		value += "  (" + v.Reason + ")"
	}
	p.hang(lead, s, dim, value)
	indent := strings.Repeat(" ", width(lead))
	if at := where(v.Place, false); at != "" && v.State != "default" {
		code := strings.TrimSpace(safe(expand(cutBytes(v.Place.Excerpt, 4*p.width))))
		head := indent + "at    " + cutPath(at, p.width*2/5) + "  "
		p.line(p.paint(dim, head), p.paint(dim, cut(code, p.width-width(head))))
	}
	if len(v.NotReached) > 0 && v.State == "default" {
		l := v.NotReached[0]
		head := indent + "not reached  " + cutPath(where(l.Place, false), p.width*2/5) + "  "
		p.line(p.paint(dim, head), p.paint(dim, cut(strings.TrimSpace(safe(expand(cutBytes(l.Place.Excerpt, 4*p.width)))), p.width-width(head))))
		p.trail(indent, l.Trail)
		return
	}
	p.trail(indent, v.Trail)
}

type jsonSettings struct {
	Version  int           `json:"version"`
	Projects []jsonProject `json:"projects"`
}

type jsonProject struct {
	Root     string        `json:"root"`
	Module   string        `json:"module"`
	Because  string        `json:"because,omitempty"`
	Settings []jsonSetting `json:"settings"`
}

type jsonSetting struct {
	Name       string            `json:"name"`
	Documented *jsonSettingValue `json:"documented,omitempty"`
	Unset      jsonSettingValue  `json:"unset"`
}

type jsonSettingValue struct {
	Value      string     `json:"value"`
	State      string     `json:"state"`
	Known      bool       `json:"known"`
	Fallback   bool       `json:"fallback"`
	Reason     string     `json:"reason,omitempty"`
	Place      *jsonPlace `json:"place,omitempty"`
	Trail      []jsonLine `json:"trail"`
	NotReached []jsonLine `json:"not_reached"`
}

// SettingsJSON writes the X-ray of the settings for programs.
func SettingsJSON(w io.Writer, projects []checks.ProjectSettings) error {
	out := jsonSettings{Version: Version, Projects: []jsonProject{}}
	value := func(v checks.SettingValue) jsonSettingValue {
		return jsonSettingValue{v.Value, v.State, v.Known, v.Fallback, v.Reason, toJSON(v.Place), lines(v.Trail), lines(v.NotReached)}
	}
	for _, pr := range projects {
		jp := jsonProject{Root: pr.Root, Module: pr.Module, Because: pr.Because, Settings: []jsonSetting{}}
		for _, s := range pr.Settings {
			js := jsonSetting{Name: s.Name, Unset: value(s.Unset)}
			if s.Documented != nil {
				d := value(*s.Documented)
				js.Documented = &d
			}
			jp.Settings = append(jp.Settings, js)
		}
		out.Projects = append(out.Projects, jp)
	}
	return encode(w, "settings", out)
}
