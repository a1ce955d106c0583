package secrets

// Redact returns what may be shown of a secret value: at most its first three characters and "…", only "…" of one under eight.
func Redact(value string) string { return "…" }

// RedactLine returns a line of source of any format with everything replaced that could be a secret: known values, provider
// credentials, passwords in URLs, literals given to names of secrets, long random-looking runs. What stands before the first
// replacement keeps its columns.
func RedactLine(line string, known []string) string { return line }

// A Redactor replaces known secret values in any text. The nil Redactor and the zero one know none.
type Redactor struct{}

// NewRedactor returns a redactor of the given values and of what they become when URL-encoded, base64-encoded or escaped for
// JSON, XML and shells. Values under four characters are left alone.
func NewRedactor(values []string) *Redactor { return &Redactor{} }

// Redact returns the text with every known value replaced as Redact replaces it.
func (r *Redactor) Redact(text string) string { return text }
