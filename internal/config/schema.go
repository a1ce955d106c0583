package config

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// SchemaURL is the identity of the JSON Schema of the configuration file.
const SchemaURL = "https://raw.githubusercontent.com/prodcheck/prodcheck/main/docs/prodcheck.schema.json"

// Schema returns the JSON Schema (draft 2020-12) of the configuration file, as docs/prodcheck.schema.json has it.
func Schema(v Vocabulary) ([]byte, error) {
	root := layout(v).schema()
	root = append(object{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"$id", SchemaURL}, {"title", Name}}, root...)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(root); err != nil {
		return nil, fmt.Errorf("write the schema: %w", err)
	}
	return b.Bytes(), nil
}

// An object is a JSON object whose keys keep their order.
type object []member

type member struct {
	key   string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		var v bytes.Buffer
		enc := json.NewEncoder(&v)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(m.value); err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(bytes.TrimSpace(v.Bytes()))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// schema writes a shape as JSON Schema.
func (s *shape) schema() object {
	o := object{}
	add := func(key string, value any) { o = append(o, member{key, value}) }
	if s.doc != "" {
		add("description", s.doc)
	}
	switch s.kind {
	case textKind:
		add("type", "string")
		if len(s.words) > 0 {
			add("enum", s.words)
			return o
		}
		add("maxLength", maxText)
		if s.pattern != "" {
			add("pattern", s.pattern)
		}
		if s.never != "" {
			add("not", object{{"pattern", s.never}})
		}
	case dateKind:
		add("type", "string")
		add("format", "date")
		add("pattern", `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	case numberKind:
		add("type", "integer")
		add("minimum", s.least)
		add("maximum", s.most)
	case boolKind:
		add("type", "boolean")
	case listKind:
		add("type", "array")
		add("maxItems", maxItems)
		add("items", s.item.schema())
	case mapKind:
		add("type", "object")
		add("propertyNames", object{{"enum", s.names}})
		add("maxProperties", maxItems)
		add("additionalProperties", s.item.schema())
	case fieldsKind:
		add("type", "object")
		props, required := object{}, []string{}
		for _, f := range s.fields {
			p := f.shape.schema()
			if f.builtin != "" {
				p = append(p, member{"default", json.RawMessage(literal(f))})
			}
			props = append(props, member{f.key, p})
			if f.required {
				required = append(required, f.key)
			}
		}
		add("properties", props)
		if len(required) > 0 {
			add("required", required)
		}
		add("additionalProperties", false)
		if len(s.until) > 0 {
			add("if", object{{"properties", object{{"check", object{{"enum", s.until}}}}}, {"required", []string{"check"}}})
			add("then", object{{"required", []string{"until"}}})
		}
	}
	return o
}

// literal is a built-in value as JSON.
func literal(f field) string {
	if f.shape.kind == numberKind || f.shape.kind == boolKind {
		return f.builtin
	}
	return `"` + f.builtin + `"`
}
