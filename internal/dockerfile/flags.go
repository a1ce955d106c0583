package dockerfile

import (
	"encoding/csv"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var stageName = regexp.MustCompile(`^[a-z][a-z0-9-_.]*$`)

// A flagKind is what a flag takes.
type flagKind uint8

const (
	noFlag flagKind = iota
	boolFlag
	textFlag
	listFlag // may stand several times
)

// flagKind returns what an instruction's flag takes: noFlag for one that BuildKit 0.34 does not know.
func (k Kind) flagKind(name string) flagKind {
	switch k {
	case From:
		if name == "platform" {
			return textFlag
		}
	case Run:
		switch name {
		case "mount", "device":
			return listFlag
		case "network", "security":
			return textFlag
		}
	case Copy, Add:
		switch name {
		case "chown", "chmod":
			return textFlag
		case "link":
			return boolFlag
		case "exclude":
			return listFlag
		case "from":
			return pick(k == Copy, textFlag)
		case "parents":
			return pick(k == Copy, boolFlag)
		case "checksum":
			return pick(k == Add, textFlag)
		case "keep-git-dir", "unpack":
			return pick(k == Add, boolFlag)
		}
	case Healthcheck:
		switch name {
		case "interval", "timeout", "start-period", "start-interval", "retries":
			return textFlag
		}
	}
	return noFlag
}

func pick(ok bool, k flagKind) flagKind {
	if ok {
		return k
	}
	return noFlag
}

// checkFlags tells which flags Docker refuses. A flag that is not known here may be one of a newer version, except where no
// version has any.
func (r *reading) checkFlags() {
	in := r.in
	if in.Kind == StopSignal || in.Kind == Arg || in.Disabled { // Docker does not look
		return
	}
	seen := map[string]bool{}
	for i, f := range in.Flags {
		kind := in.Kind.flagKind(f.Name)
		hasValue := strings.Contains(r.flags[i].text, "=")
		switch {
		case kind == noFlag:
			switch in.Kind {
			case From, Run, Copy, Add, Healthcheck:
			default:
				r.problem(string(in.Kind) + " takes no flag")
			}
			continue
		case seen[f.Name] && kind != listFlag:
			r.problem("--" + f.Name + " stands twice")
		case kind == boolFlag:
			if v := strings.ToLower(f.Value.text); hasValue && v != "true" && v != "false" {
				r.problem("--" + f.Name + " takes true or false")
			}
		case !hasValue:
			r.problem("--" + f.Name + " has no value")
		default:
			r.checkFlag(f.Name, f.Value.text)
		}
		seen[f.Name] = true
		if f.Name == "mount" && in.Kind == Run {
			r.mount(f)
		}
	}
}

func (r *reading) checkFlag(name, value string) {
	bad := false
	switch name {
	case "network":
		bad = value != "default" && value != "none" && value != "host"
	case "security":
		bad = value != "insecure" && value != "sandbox"
	case "interval", "timeout", "start-period", "start-interval":
		if value == "" {
			return
		}
		d, err := time.ParseDuration(value)
		bad = err != nil || d != 0 && d < time.Millisecond
	case "retries":
		if value == "" {
			return
		}
		n, err := strconv.ParseInt(value, 10, 32)
		bad = err != nil || n < 0
	}
	if bad {
		r.problem("--" + name + " has a value that Docker refuses")
	}
}

// mount reads one RUN --mount.
func (r *reading) mount(f Flag) {
	m := Mount{Type: "bind", Span: f.Value.Span}
	c := csv.NewReader(strings.NewReader(f.Value.text))
	fields, err := c.Read()
	if err != nil && f.Value.text != "" {
		r.problem("--mount is not a list of key=value")
		return
	}
	for _, field := range fields {
		key, value, has := strings.Cut(field, "=")
		switch strings.ToLower(key) {
		case "type":
			m.Type = strings.ToLower(value)
		case "id":
			m.ID = value
		case "source", "src":
			m.Source = value
		case "target", "dst", "destination":
			m.Target = value
		case "env":
			m.Env = value
		case "from":
			m.From = value
			if i := strings.IndexByte(value, '$'); has && i >= 0 && i != len(value)-1 {
				r.problem("--mount=from takes no variable")
			}
		case "required":
			m.Required = !has || value == "true" || value == "1"
		}
	}
	r.in.Mounts = append(r.in.Mounts, m)
}
