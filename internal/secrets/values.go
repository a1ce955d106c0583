package secrets

// Placeholder reports whether a value is one that its author means to be replaced ("changeme", "<your key>", "", "${KEY}"). It
// is never a value.
func Placeholder(value string) bool { return value == "" }

// Weak reports whether a value is among the first an attacker tries ("postgres", "admin", "123456"). It is a value.
func Weak(value string) bool { return false }

// KeyWeakness returns the reasons why a Django SECRET_KEY is weak, none if it is not. No reason holds any of the value.
func KeyWeakness(value string) (reasons []string) { return nil }

// PasswordWeakness returns the reasons why a database password is weak, none if it is not. No reason holds any of the value.
func PasswordWeakness(value string) (reasons []string) { return nil }
