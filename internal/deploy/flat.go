package deploy

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/prodcheck/prodcheck/internal/source"
)

// A flat is a configuration as Traefik takes it from flags, labels, variables and files alike: dotted lower-case keys. Elements of a
// list of mappings have their number in brackets, a list of scalars is one value with commas.
type flat struct {
	keys   []string // in order of appearance
	values map[string]flatValue
}

type flatValue struct {
	text  string
	known bool // no variable in it that is put in elsewhere
	at    source.Evidence
}

const (
	maxFlat      = 4000 // entries of all sources together
	maxFlatDepth = 32
	maxFlatSize  = 1 << 20
)

func (f *flat) put(key, value string, known bool, at source.Evidence) {
	key = strings.ToLower(key)
	if f.values == nil {
		f.values = map[string]flatValue{}
	}
	if _, ok := f.values[key]; !ok {
		if len(f.keys) >= maxFlat {
			return
		}
		f.keys = append(f.keys, key)
	}
	f.values[key] = flatValue{text: value, known: known, at: at}
}

func (f *flat) get(key string) (flatValue, bool) {
	v, ok := f.values[key]
	return v, ok
}

// sub calls visit with each entry below a prefix, the prefix and its dot cut off.
func (f *flat) sub(prefix string, visit func(key string, v flatValue)) {
	for _, k := range f.keys {
		if rest, ok := strings.CutPrefix(k, prefix+"."); ok {
			visit(rest, f.values[k])
		}
	}
}

// names returns the distinct next parts of the keys below a prefix, in order of appearance.
func (f *flat) names(prefix string) (found []string) {
	seen := map[string]bool{}
	f.sub(prefix, func(key string, _ flatValue) {
		name, _, _ := strings.Cut(key, ".")
		if !seen[name] {
			seen[name] = true
			found = append(found, name)
		}
	})
	return found
}

// file adds the entries of a YAML or TOML file. A template is read as it stands: values with {{ or ${ are not known.
func (f *flat) file(file *source.File) {
	if file == nil || len(file.Text) > maxFlatSize {
		return
	}
	if path.Ext(strings.TrimSuffix(file.Path, ".tmpl")) == ".toml" {
		f.toml(file)
		return
	}
	f.yaml(file)
}

func (f *flat) yaml(file *source.File) {
	var doc yaml.Node
	failed := false
	func() {
		defer func() { failed = recover() != nil || failed }() // a parser that gives up on hostile input reads nothing
		failed = yaml.NewDecoder(bytes.NewReader(file.Text)).Decode(&doc) != nil
	}()
	if failed || len(doc.Content) == 0 {
		return
	}
	f.node(file, doc.Content[0], "", 0)
}

func (f *flat) node(file *source.File, n *yaml.Node, key string, depth int) {
	if depth > maxFlatDepth || len(f.keys) >= maxFlat {
		return
	}
	at := source.At(file.LineSpan(n.Line))
	switch n.Kind {
	case yaml.AliasNode:
		f.node(file, n.Alias, key, depth+1)
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i].Value
			if key != "" {
				k = key + "." + k
			}
			if c := n.Content[i+1]; c.Kind == yaml.MappingNode && len(c.Content) == 0 || c.Kind == yaml.ScalarNode && c.Tag == "!!null" {
				f.put(k, "", true, source.At(file.LineSpan(n.Content[i].Line))) // present and empty, as "tls: {}"
			} else {
				f.node(file, c, k, depth+1)
			}
		}
	case yaml.SequenceNode:
		var scalars []string
		for i, c := range n.Content {
			if c.Kind == yaml.ScalarNode {
				scalars = append(scalars, c.Value)
			} else {
				f.node(file, c, fmt.Sprintf("%s[%d]", key, i), depth+1)
			}
		}
		if len(scalars) > 0 {
			f.put(key, strings.Join(scalars, ","), plain(strings.Join(scalars, ",")), at)
		}
	case yaml.ScalarNode:
		if key != "" {
			f.put(key, n.Value, plain(n.Value), at)
		}
	}
}

// toml reads tables, pairs and arrays that stand on one line, which is what configurations of Traefik are written in.
func (f *flat) toml(file *source.File) {
	table := ""
	count := map[string]int{}
	for n := 1; n <= min(file.Lines(), maxFlat); n++ {
		line := strings.TrimSpace(file.Line(n))
		at := source.At(file.LineSpan(n))
		if name, ok := strings.CutPrefix(line, "[["); ok {
			name, _, _ = strings.Cut(name, "]]")
			name = unquoted(name)
			table = fmt.Sprintf("%s[%d]", name, count[name])
			count[name]++
		} else if name, ok := strings.CutPrefix(line, "["); ok {
			name, _, _ = strings.Cut(name, "]")
			table = unquoted(name)
			f.put(table, "", true, at)
		} else if key, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			value = strings.TrimSpace(value)
			value = strings.TrimSuffix(strings.TrimPrefix(value, "["), "]")
			value = unquoted(strings.ReplaceAll(value, ", ", ","))
			key = unquoted(key)
			if table != "" {
				key = table + "." + key
			}
			f.put(key, value, plain(value), at)
		}
	}
}

func unquoted(s string) string {
	return strings.TrimSpace(strings.NewReplacer(`"`, "", "'", "", "\t", "").Replace(s))
}

// plain reports whether a value holds nothing that is put in elsewhere.
func plain(s string) bool { return !strings.Contains(s, "{{") && !strings.Contains(s, "${") }
