package secrets

// Scan finds credentials by the fixed forms that providers give them, and private keys in PEM and PuTTY form, in order of their
// start. Findings do not overlap.
func Scan(text string) []Finding { return nil }

// PrivateKey reports whether the content of a file is a private key and of what kind ("RSA private key", "OpenSSH private key",
// "PKCS#12 key store", …), and whether a passphrase protects it. Public keys, certificates, parameters, headers without a body
// and abridged examples are not.
func PrivateKey(content []byte) (kind string, encrypted, ok bool) { return "", false, false }
