package secrets

// SecretName reports whether a variable or setting of this name holds a secret.
func SecretName(name string) bool { return false }
