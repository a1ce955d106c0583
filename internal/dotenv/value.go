package dotenv

// A part is a piece of a value before expansion: literal text or one reference.
type part struct{ text string }
