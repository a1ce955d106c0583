package secrets

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// PrivateKey reports whether the content of a file is a private key and of what kind ("RSA private key", "OpenSSH private key",
// "PKCS#12 key store", …), and whether a passphrase protects it. Public keys, certificates, parameters, headers without a body
// and abridged examples are not.
func PrivateKey(content []byte) (kind string, encrypted, ok bool) {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	if kind, encrypted, ok = derKey(content); ok {
		return kind, encrypted, true
	}
	if bytes.HasPrefix(content, []byte{0xfe, 0xed, 0xfe, 0xed, 0, 0, 0}) && len(content) > 200 && bytes.Equal(content[12:16], []byte{0, 0, 0, 1}) {
		return "Java key store", true, true // its first entry has tag 1: a private key
	}
	text := string(content[:min(len(content), maxFile)])
	tries := 0
	for _, begin := range [...]string{"-----BEGIN ", "PuTTY-User-Key-File-"} {
		for at := 0; tries < 10000; tries++ {
			i := strings.Index(text[at:], begin)
			if i < 0 {
				break
			}
			at += i
			if k, _ := keyIn(text[at:min(len(text), at+maxKey)]); k.kind != "" {
				return k.kind, k.encrypted, true
			}
			at += len(begin)
		}
	}
	return "", false, false
}

// maxKey is the number of bytes that a key in text form may have.
const maxKey = 32 << 10

// maxFile is the number of bytes of a file in which a key in text form is looked for.
const maxFile = 4 << 20

type key struct {
	kind      string
	encrypted bool
}

// keyAt returns the end and kind of the private key that starts at an offset of a text; the end is 0 if there is none.
func keyAt(text string, at int) (end int, kind string) {
	k, n := keyIn(text[at:min(len(text), at+maxKey)])
	if n == 0 {
		return 0, ""
	}
	return at + n, k.kind
}

// keyIn reads the private key that a text starts with and returns its length; 0 if it does not start with one.
func keyIn(text string) (key, int) {
	rest, ok := strings.CutPrefix(text, "-----BEGIN ")
	if !ok {
		return puttyKey(text)
	}
	label, rest, ok := strings.Cut(rest, "-----")
	if !ok || len(label) > 40 || !strings.HasSuffix(label, "PRIVATE KEY") && label != "PGP PRIVATE KEY BLOCK" {
		return key{}, 0
	}
	body, after, ok := strings.Cut(rest, "-----")
	if !ok || !strings.HasPrefix(after, "END "+label+"-----") {
		return key{}, 0
	}
	n := len(text) - len(rest) + len(body) + len("-----END "+label+"-----")
	headers, encoded := pemBody(body)
	k, ok := pemKey(label, headers, encoded)
	if !ok {
		return key{}, 0
	}
	return k, n
}

// pemBody returns the headers of a PEM body and what it encodes. A body in a string literal has its line ends escaped, or is
// put together from several strings.
func pemBody(body string) (headers string, data []byte) {
	body = strings.NewReplacer(`\r`, "", `\n`, "\n", "\r", "").Replace(body)
	var b strings.Builder
	for line := range strings.Lines(body) {
		line = strings.Trim(line, " \t\n")
		if i := strings.LastIndexAny(line, "\"'`"); i > 0 { // "MII…" +
			line = line[:i]
		}
		line = strings.Trim(strings.TrimPrefix(line, "// "), " \t\"'`,\\;#*|")
		switch {
		case strings.Contains(line, ": "):
			headers += line + "\n"
		case strings.HasPrefix(line, "=") && len(line) == 5: // the checksum of OpenPGP
		default:
			b.WriteString(line)
		}
	}
	text := b.String()
	if data, err := base64.StdEncoding.DecodeString(text); err == nil {
		return headers, data
	}
	data, _ = base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	return headers, data
}

func pemKey(label, headers string, data []byte) (k key, ok bool) {
	if len(data) < 32 {
		return k, false
	}
	if strings.Contains(headers, "ENCRYPTED") { // RFC 1421, as OpenSSL wrote keys before PKCS#8
		return key{label2kind(label), true}, len(data) >= 48 && distinctBytes(data) >= 24
	}
	switch label {
	case "OPENSSH PRIVATE KEY":
		rest, ok := bytes.CutPrefix(data, []byte("openssh-key-v1\x00"))
		if !ok || len(rest) < 80 || distinctBytes(rest) < 16 {
			return k, false
		}
		cipher, ok := lengthPrefixed(rest)
		return key{"OpenSSH private key", string(cipher) != "none"}, ok
	case "PGP PRIVATE KEY BLOCK":
		// RFC 9580: the first packet is a secret key, tag 5 in either format; whether a passphrase protects it stands too deep
		return key{"OpenPGP private key", false}, len(data) > 100 && (data[0]&0xfc == 0x94 || data[0] == 0xc5)
	case "ENCRYPTED PRIVATE KEY":
		return key{"PKCS#8 private key", true}, encryptedPKCS8(data)
	case "PRIVATE KEY", "ANY PRIVATE KEY":
		kind, ok := pkcs8(data)
		return key{kind, false}, ok
	}
	kind, ok := plainKey(data)
	return key{kind, false}, ok
}

func label2kind(label string) string {
	switch label {
	case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY":
		return strings.ToUpper(label[:strings.IndexByte(label, ' ')]) + " private key"
	}
	return privateKeyKind
}

func lengthPrefixed(b []byte) ([]byte, bool) {
	if len(b) < 4 || b[0]|b[1]|b[2] != 0 || len(b) < 4+int(b[3]) {
		return nil, false
	}
	return b[4 : 4+int(b[3])], true
}

func distinctBytes(b []byte) int {
	var seen [256]bool
	n := 0
	for _, c := range b {
		if !seen[c] {
			seen[c] = true
			n++
		}
	}
	return n
}

// puttyKey reads a key in the form of PuTTYgen, versions 1 to 3.
func puttyKey(text string) (key, int) {
	if !strings.HasPrefix(text, "PuTTY-User-Key-File-") {
		return key{}, 0
	}
	if i := strings.Index(text[1:], "PuTTY-User-Key-File-"); i >= 0 { // so that many headers cost no more than one
		text = text[:i+1]
	}
	_, rest, ok := strings.Cut(text, "\nPrivate-Lines: ")
	header := text[:len(text)-len(rest)]
	_, cipher, encrypts := strings.Cut(header, "\nEncryption: ")
	if !ok || !encrypts {
		return key{}, 0
	}
	count, rest, _ := strings.Cut(rest, "\n")
	count = strings.TrimSpace(count)
	if count == "" || len(count) > 3 || strings.Trim(count, "0123456789") != "" {
		return key{}, 0
	}
	want := 0
	for _, c := range []byte(count) {
		want = 10*want + int(c-'0')
	}
	var b strings.Builder
	end := len(text) - len(rest)
	for range want {
		line, after, _ := strings.Cut(rest, "\n")
		b.WriteString(strings.TrimSpace(line))
		end += len(line) + 1
		rest = after
	}
	data, err := base64.StdEncoding.DecodeString(b.String())
	if err != nil || len(data) < 32 || distinctBytes(data) < 12 {
		return key{}, 0
	}
	return key{"PuTTY private key", !strings.HasPrefix(cipher, "none")}, min(end, len(text))
}
