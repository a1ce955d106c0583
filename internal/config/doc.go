// Package config reads .prodcheck.yml: what the people of a repository say about its production and about the checklist. A key
// that is not known, and a value of the wrong kind, is an error with its place and a remedy. The same table that decodes the file
// writes its JSON Schema, so that an editor and the program agree.
package config

import (
	"fmt"
	"time"

	"github.com/prodcheck/prodcheck/internal/source"
)

// Name is the name of the configuration file, in the root of the repository.
const Name = ".prodcheck.yml"

// MaxSize is the largest configuration file that is read, in bytes.
const MaxSize = 1 << 20

// A File is one decoded configuration file. What it does not say is zero. The Spans are those of the values.
type File struct {
	Source *source.File

	Production Production
	Domains    []Text
	Frontends  []Text
	Thresholds Thresholds
	Rows       []Exemption
	Severities []Severity
	Exclude    []Text
	FailOn     Text
	// Attestations are in the order of the file, at most one a row.
	Attestations []Attestation
	Waivers      []Waiver
	// AllowInlineWaivers is true unless the file says otherwise.
	AllowInlineWaivers Bool
	WaiverMaxDays      Number
}

// Production is the part of the production view that the file states.
type Production struct {
	Settings, Configuration, DjangoRoot Text
	Compose, EnvFiles, Dockerfiles      []Text
}

// Thresholds are the figures of the checklist that the file changes.
type Thresholds struct {
	JWTAccess, JWTRefresh Duration
	HSTS                  Number // seconds
	SecretKeyLength       Number // characters
}

// A Text is one value and where it stands. The zero Text is not set.
type Text struct {
	Value string
	Span  source.Span
}

// A Bool is one value and where it stands.
type Bool struct {
	Value bool
	Span  source.Span // zero if the file does not say
}

// A Number is one value and where it stands. The zero Number is not set.
type Number struct {
	Value int
	Span  source.Span
}

// A Duration is one value and where it stands. The zero Duration is not set.
type Duration struct {
	Value time.Duration
	Span  source.Span
}

// An Exemption says that a row of the checklist does not apply, and why.
type Exemption struct {
	Row, Reason string
	Span        source.Span
}

// A Severity gives a check another severity.
type Severity struct {
	Check, Severity string
	Span            source.Span
}

// An Attestation is a person's word that a row holds. Days are at midnight UTC; Until is zero unless the file has it.
type Attestation struct {
	Row, By, Evidence string
	On, Until         time.Time
	Span              source.Span // of the row's key
}

// A Waiver takes findings of a check out of force. Until is zero unless the file has it.
type Waiver struct {
	Check, Path, Reason, Owner string
	Until                      time.Time
	Span                       source.Span
}

// A Vocabulary is what the checklist calls its rows and checks.
type Vocabulary struct {
	Rows       []string
	Attestable []string // rows that a person can attest
	Checks     []string
	Grave      []string // checks that are high or critical: their waivers must have an end
	Severities []string
}

// An Error is one thing that is wrong with a configuration file, and what to do about it.
type Error struct {
	Span   source.Span
	Text   string
	Remedy string
}

// Error returns path:line:col: text: remedy.
func (e *Error) Error() string {
	p := e.Span.Position()
	return fmt.Sprintf("%s:%d:%d: %s: %s", e.Span.Path(), p.Line, p.Column, e.Text, e.Remedy)
}

// Errors are all that is wrong with a file, in its order.
type Errors []*Error

// Error returns the errors, one a line.
func (es Errors) Error() string {
	text := ""
	for i, e := range es {
		if i > 0 {
			text += "\n"
		}
		text += e.Error()
	}
	return text
}
