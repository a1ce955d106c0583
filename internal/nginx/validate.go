package nginx

import (
	"fmt"
	"strings"
)

// validate lists what nginx -t would refuse beyond syntax: unknown names, places, numbers of arguments, values.
func (c *Config) validate(alone bool) {
	v := &validator{c: c, alone: alone, seen: map[string]bool{}, near: map[string]string{}}
	for _, d := range c.Main.list {
		v.thirdParty = v.thirdParty || d.Name == "load_module"
	}
	v.block(c.Main.list, 'M', nil)
	if len(c.Files) > 0 && !alone && !hasName(c.Main.list, "events") && !c.Main.Open {
		c.Invalid = append(c.Invalid, Fault{Text: `no "events" section in configuration`, Evidence: c.Main.Evidence()})
	}
	v.http()
}

type validator struct {
	c          *Config
	alone      bool // other files of the configuration are not known
	thirdParty bool // modules are loaded that nothing is known about
	seen       map[string]bool
	near       map[string]string // of nearest, by unknown name
}

// hasName reports whether a directive of that name is in the list.
func hasName(list []*Directive, name string) bool {
	for _, d := range list {
		if d.Name == name {
			return true
		}
	}
	return false
}

// cross notes a fault that another file of the configuration could mend: unknown if only one file was read.
func (v *validator) cross(d *Directive, text string) {
	if v.alone {
		v.c.unknown(d, text)
		return
	}
	v.c.fault(d, text)
}

// inner returns the place inside a block of a directive that stands at p.
func inner(d *Directive, p place) (place, bool) {
	switch {
	case p == 'M' && d.Name == "events":
		return 'E', true
	case p == 'M' && d.Name == "http":
		return 'H', true
	case p == 'M' && d.Name == "stream":
		return 'T', true
	case p == 'M' && d.Name == "mail":
		return 'A', true
	case p == 'H' && d.Name == "server":
		return 'S', true
	case p == 'T' && d.Name == "server":
		return 'V', true
	case p == 'A' && d.Name == "server":
		return 'B', true
	case p == 'H' && d.Name == "upstream":
		return 'U', true
	case p == 'T' && d.Name == "upstream":
		return 'W', true
	case (p == 'S' || p == 'L') && d.Name == "location":
		return 'L', true
	case p == 'S' && d.Name == "if":
		return 'F', true
	case p == 'L' && d.Name == "if":
		return 'I', true
	case p == 'L' && d.Name == "limit_except":
		return 'X', true
	}
	return 0, false
}

// block checks the directives of one block.
func (v *validator) block(list []*Directive, p place, parent *Directive) {
	first := map[string]*Directive{}
	for _, d := range list {
		if d.Placeholder || d.Conditional && parent != nil && parent.Conditional {
			continue
		}
		s, ok := v.spec(d, p)
		if ok {
			v.args(d, s)
			if before := first[d.Name]; s.once && before != nil && !d.Conditional && !before.Conditional {
				v.c.fault(d, fmt.Sprintf("%q directive is duplicate", d.Name))
			} else if !d.Conditional {
				first[d.Name] = d
			}
			v.value(d, s, p, parent)
		}
		if next, in := inner(d, p); in && d.HasBlock {
			v.block(d.Block, next, d)
		}
	}
	if root, alias := first["root"], first["alias"]; root != nil && alias != nil {
		v.c.fault(alias, `"alias" and "root" in one location: nginx takes one of them only`)
	}
}

// spec finds what nginx knows about a directive at a place, and notes if it is nothing.
func (v *validator) spec(d *Directive, p place) (spec, bool) {
	list := lookup(d.Name)
	var here *spec
	known := false
	for i := range list {
		s := &list[i]
		if v.c.Version.Less(s.since[0], s.since[1], s.since[2]) || s.until[1] != 0 && v.c.Version.AtLeast(s.until[0], s.until[1], s.until[2]) {
			continue
		}
		known = true
		if strings.IndexByte(s.places, byte(p)) >= 0 && (here == nil || s.fits(len(d.Args))) {
			here = s
		}
	}
	switch {
	case here != nil:
		return *here, true
	case known && d.HasBlock && isLuaBlock(d.Name):
	case known:
		v.c.fault(d, fmt.Sprintf("%q directive is not allowed here", d.Name))
	case len(list) > 0:
		v.c.fault(d, fmt.Sprintf("unknown directive %q in nginx %s", clip(d.Name), v.c.Version.String()))
	case len(v.c.Unknown) < maxFaults && isThirdParty(d.Name):
		if !v.thirdParty {
			v.c.unknown(d, fmt.Sprintf("%q is of a module that stock nginx does not have", clip(d.Name)))
		}
	default:
		near, ok := v.near[d.Name]
		if !ok && len(v.near) < maxFaults {
			near = nearest(d.Name)
			v.near[d.Name] = near
		}
		if near != "" {
			v.c.fault(d, fmt.Sprintf("unknown directive %q (%s?)", clip(d.Name), near))
		} else {
			v.c.unknown(d, fmt.Sprintf("unknown directive %q", clip(d.Name)))
		}
	}
	return spec{}, false
}

// isLuaBlock reports whether a name is one of the lua module with a block of code.
func isLuaBlock(name string) bool { return strings.HasSuffix(name, "_by_lua_block") }

// String writes a version as nginx does; "" for the zero Version, and a tag without patch level as "1.25".
func (v Version) String() string {
	switch {
	case v.IsZero():
		return ""
	case v.Patch == 99:
		return fmt.Sprintf("%d.%d", v.Major, v.Minor)
	}
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
}

// args checks block and number of arguments. A placeholder may stand for several words or none.
func (v *validator) args(d *Directive, s spec) {
	switch {
	case s.block && !d.HasBlock:
		v.c.fault(d, fmt.Sprintf("directive %q has no opening \"{\"", d.Name))
	case !s.block && d.HasBlock:
		v.c.fault(d, fmt.Sprintf("directive %q is not terminated by \";\"", d.Name))
	case !s.fits(len(d.Args)):
		if d.Known() {
			text := fmt.Sprintf("invalid number of arguments in %q directive", d.Name)
			for _, a := range d.Args {
				if len(lookup(a.Text)) > 0 && a.Span.Position().Line > d.Span.Position().Line {
					text += fmt.Sprintf(": a \";\" is missing before %q", a.Text)
					break
				}
			}
			v.c.fault(d, text)
		}
	}
}

// value checks a value by the kind of the directive.
func (v *validator) value(d *Directive, s spec, p place, parent *Directive) {
	if !s.fits(len(d.Args)) || !d.Known() {
		return
	}
	text := d.Text(0)
	bad := false
	switch s.kind {
	case "flag":
		if low := strings.ToLower(text); low != "on" && low != "off" {
			v.c.fault(d, fmt.Sprintf("invalid value %q in %q directive, it must be \"on\" or \"off\"", clip(text), d.Name))
		}
		return
	case "num":
		bad = strings.Trim(text, "0123456789") != "" || text == "" || len(text) > 18
	case "size":
		_, ok := parseSize(text)
		bad = !ok
	case "msec", "sec":
		bad = !isTime(text, s.kind == "msec")
	}
	if bad && !strings.Contains(text, "$") {
		v.c.fault(d, fmt.Sprintf("%q directive invalid value %q", d.Name, clip(text)))
		return
	}
	v.special(d, p, parent)
}

// isTime reports whether nginx reads s as a time: numbers with the units y M w d h m s ms in falling order.
func isTime(s string, msec bool) bool {
	if s == "" {
		return false
	}
	order := "yMwdhms"
	last := -1
	digits := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			if digits++; digits > 15 {
				return false
			}
			continue
		case c == ' ' && digits == 0:
			continue
		case digits == 0:
			return false
		}
		at := strings.IndexByte(order, c)
		if c == 'm' && i+1 < len(s) && s[i+1] == 's' {
			if !msec {
				return false
			}
			at = len(order)
			i++
		}
		if at < 0 || at <= last {
			return false
		}
		if msec && (c == 'y' || c == 'M') {
			return false
		}
		last, digits = at, 0
	}
	return digits == 0 || last < len(order)-1 || msec && last < len(order)
}
