// Package secrets knows what looks like a secret and prints text without it. Finding is careful (a false alarm costs more than a
// miss); redacting is not: where a line might hold a secret, RedactLine takes it out.
package secrets

// A Finding is a stretch of a text that has the form of a provider's credential.
type Finding struct {
	Start, End int    // bytes of the text
	Kind       string // "AWS access key", "Stripe live secret key", …
}
