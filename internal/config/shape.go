package config

import "slices"

// A kind is what a value of the file is.
type kind uint8

const (
	textKind kind = iota
	dateKind      // a day as year-month-day
	numberKind
	boolKind
	listKind
	fieldsKind // a mapping with known keys
	mapKind    // a mapping from names of a list
)

var kindNames = [...]string{"text", "a date", "a number", "true or false", "a list", "a mapping", "a mapping"}

// A shape describes one value: the decoder holds the file to it, and the JSON Schema is written from it.
type shape struct {
	kind kind
	doc  string

	words   []string // of text: those allowed
	pattern string   // of text: a regular expression that RE2 and ECMAScript read alike
	never   string   // of text: one that must not match
	says    string   // what such a text is, with an example

	least, most int // of a number

	fields []field // of fieldsKind
	item   *shape  // of listKind and mapKind
	names  []string
	what   string // what a name of mapKind is: "row", "check"
	// until are the names of checks whose waivers need an end.
	until []string
}

// A field is one key of a mapping.
type field struct {
	key      string
	shape    *shape
	required bool
	// flag is the flag of the command line that says the same, and builtin what holds if nobody says anything.
	flag, builtin string
}

func (s *shape) field(key string) *field {
	i := slices.IndexFunc(s.fields, func(f field) bool { return f.key == key })
	if i < 0 {
		return nil
	}
	return &s.fields[i]
}

func (s *shape) keys() (keys []string) {
	for _, f := range s.fields {
		keys = append(keys, f.key)
	}
	return keys
}

const (
	host       = `([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?`
	outside    = `^/|\\|(^|/)\.\.(/|$)|^[A-Za-z]:`
	identifier = `[A-Za-z_][A-Za-z0-9_]*`
	someText   = `^[^\r\n]*[A-Za-z0-9][^\r\n]*$`
)

func list(doc string, item *shape) *shape { return &shape{kind: listKind, doc: doc, item: item} }

// layout is the whole file.
func layout(v Vocabulary) *shape {
	path := func(doc string) *shape {
		return &shape{doc: doc, pattern: `^[^\r\n]*[^\s][^\r\n]*$`, never: outside, says: "a path inside the repository, such as deploy/compose.yml"}
	}
	glob := func(doc string) *shape {
		return &shape{doc: doc, pattern: `^[^\[\]\r\n]*[^\s\[\]][^\[\]\r\n]*$`, never: outside, says: "a glob of paths inside the repository, such as docs/**"}
	}
	line := func(doc, says string) *shape { return &shape{doc: doc, pattern: someText, says: says} }
	date := func(doc string) *shape { return &shape{kind: dateKind, doc: doc, says: "a date such as 2027-01-31"} }
	duration := func(doc string) *shape {
		return &shape{doc: doc, pattern: `^[1-9][0-9]{0,5}[mhdw]$`, says: "a duration such as 30m, 5h, 7d or 2w"}
	}
	reason := func(doc string) *shape { return line(doc, "a reason in words") }
	return &shape{kind: fieldsKind, doc: "What the people of this repository say about its production and about the checklist.", fields: []field{
		{key: "version", required: true, shape: &shape{kind: numberKind, least: 1, most: 1, doc: "Version of this file's format: 1."}},
		{key: "production", shape: &shape{kind: fieldsKind, doc: "What production runs. What is left out is worked out, and the report says how.", fields: []field{
			{key: "settings", flag: "settings", shape: &shape{pattern: `^` + identifier + `(\.` + identifier + `)*$`, says: "a module such as config.settings.production", doc: "The settings module that production loads."}},
			{key: "configuration", flag: "configuration", shape: &shape{pattern: `^` + identifier + `$`, says: "a class such as Production", doc: "The class that production loads, as in DJANGO_CONFIGURATION."}},
			{key: "compose", flag: "compose", shape: list("Compose files of production, in the order of docker compose -f.", path("A compose file."))},
			{key: "env-files", flag: "env-file", shape: list("Environment files or templates that speak for production.", path("An environment file or template."))},
			{key: "dockerfiles", flag: "dockerfile", shape: list("Dockerfiles that production builds.", path("A Dockerfile."))},
			{key: "django-root", flag: "django-root", shape: path("The folder of the one Django project to look at.")},
		}}},
		{key: "domains", shape: list("Domains of the site; what is below them is the site's too.", &shape{pattern: `^` + host + `$`, says: "a domain such as example.com, without https:// and path", doc: "A domain."})},
		{key: "frontends", shape: list("Origins of front ends on other domains that may call the API.", &shape{pattern: `^https://` + host + `(:[0-9]{1,5})?$`, says: "an origin such as https://app.example.net, without a path", doc: "An origin."})},
		{key: "thresholds", shape: &shape{kind: fieldsKind, doc: "Figures of the checklist.", fields: []field{
			{key: "jwt-access", builtin: "5h", shape: duration("Longest lifetime of a JWT access token.")},
			{key: "jwt-refresh", builtin: "7d", shape: duration("Longest lifetime of a JWT refresh token.")},
			{key: "hsts", builtin: "63072000", shape: &shape{kind: numberKind, least: 1, most: 1000000000, doc: "Least seconds of HSTS."}},
			{key: "secret-key-length", builtin: "64", shape: &shape{kind: numberKind, least: 50, most: 1000, doc: "Least characters of the secret key."}},
		}}},
		{key: "rows", shape: &shape{kind: mapKind, names: v.Rows, what: "row", doc: "Rows of the checklist that do not apply to this site.", item: &shape{kind: fieldsKind, doc: "Why the row does not apply.", fields: []field{
			{key: "not-applicable", required: true, shape: reason("Why the row does not apply.")},
		}}}},
		{key: "severity", shape: &shape{kind: mapKind, names: v.Checks, what: "check", doc: "Severities of checks other than their own.", item: &shape{words: v.Severities, doc: "The severity."}}},
		{key: "exclude", flag: "exclude", shape: list("Paths to leave out.", glob("A glob of paths."))},
		{key: "fail-on", flag: "fail-on", builtin: "high", shape: &shape{words: []string{"critical", "high", "medium", "low", "never"}, doc: "Least severity of a finding that fails the run."}},
		{key: "attestations", shape: &shape{kind: mapKind, names: v.Attestable, what: "row that people attest", doc: "What people vouch for. Each lapses after its row's days.", item: &shape{kind: fieldsKind, doc: "Who vouches for the row, since when, and what shows it.", fields: []field{
			{key: "by", required: true, shape: line("Who vouches for it.", "a name")},
			{key: "on", required: true, shape: date("The day it speaks of.")},
			{key: "evidence", required: true, shape: line("A path of the repository or a URL that shows it.", "a path or a URL")},
			{key: "until", shape: date("The last day on which it holds, if that is earlier than the row's own.")},
		}}}},
		{key: "waivers", shape: list("Findings that somebody takes the responsibility for.", &shape{kind: fieldsKind, doc: "A waiver.", until: v.Grave, fields: []field{
			{key: "check", required: true, shape: &shape{words: v.Checks, doc: "The check whose findings are waived."}},
			{key: "path", required: true, shape: glob("The files in which they are waived; ** is everywhere.")},
			{key: "reason", required: true, shape: reason("Why that is right.")},
			{key: "owner", required: true, shape: line("Who answers for it.", "a name")},
			{key: "until", shape: date("The last day on which it is in force; needed for checks that are high or critical.")},
		}})},
		{key: "allow-inline-waivers", builtin: "true", shape: &shape{kind: boolKind, doc: "Whether waivers beside the code are in force."}},
		{key: "waiver-max-days", builtin: "180", shape: &shape{kind: numberKind, least: 1, most: 366, doc: "How many days from today a waiver may end at most."}},
	}}
}
