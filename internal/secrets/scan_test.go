package secrets

import (
	"bytes"
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// body draws a body that a provider's credential may have.
func body(r *mathrand.Rand, set string, n int) string {
	var all []byte
	for c := byte('0'); c <= 'z'; c++ {
		if chars(set, c) && isAlnum(c) {
			all = append(all, c)
		}
	}
	for {
		b := make([]byte, n)
		for i := range b {
			b[i] = all[r.IntN(len(all))]
		}
		if n < 8 || !madeUp(string(b)) {
			return string(b)
		}
	}
}

// credential makes a credential of a provider's form.
func credential(r *mathrand.Rand, p provider) string {
	switch p.prefix {
	case ":AA":
		return "7213456789" + p.prefix + body(r, p.set, p.min)
	case ".atlasv1.":
		return body(r, alnumSet, 14) + p.prefix + body(r, p.set, p.min)
	case "8Q~":
		return "aB3" + p.prefix + body(r, p.set, p.min)
	}
	return p.prefix + body(r, p.set, p.min)
}

func TestScanProviders(t *testing.T) {
	r := mathrand.New(mathrand.NewPCG(1, 2))
	for _, p := range providers {
		if p.set == "" {
			continue
		}
		secret := credential(r, p)
		for _, text := range []string{secret, `KEY = "` + secret + `"`, "a: " + secret + "\nb", "x=" + secret + "&y"} {
			at := strings.Index(text, secret)
			got := Scan(text)
			if len(got) != 1 || got[0].Start != at || got[0].End != strings.Index(text, secret)+len(secret) && !strings.Contains(text, "&") {
				t.Errorf("%s: %q: %v", p.kind, text, got)
			}
		}
		for _, text := range []string{secret[:len(secret)-len(secret)/2], p.prefix + strings.Repeat("x", p.min), "A" + secret, p.prefix} {
			if strings.HasPrefix(text, "A") && (p.prefix == ":AA" || p.prefix == "8Q~" || p.prefix == ".atlasv1.") {
				continue
			}
			for _, f := range Scan(text) {
				if f.Kind == p.kind {
					t.Errorf("%s: %q is none: %v", p.kind, text, f)
				}
			}
		}
	}
}

func TestScanOther(t *testing.T) {
	r := mathrand.New(mathrand.NewPCG(3, 4))
	for _, text := range []string{
		"", "AKIAIOSFODNN7EXAMPLE", "sk_live_your_key_here_please_now", "sk-learn-and-more-words-behind-the-prefix-that-are-long", "ghp_" + strings.Repeat("x", 36),
		"pat" + strings.Repeat("ent", 30), "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
		"-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----", "key-value-pairs", "re_match_the_regular_expression_of_x",
		"12345678:AA", "hf_transfer", "risk-" + body(r, alnumSet, 48), "foo_ghp_" + body(r, alnumSet, 36), "npm_config_registry_and_more_of_the_same",
	} {
		if got := Scan(text); len(got) != 0 {
			t.Errorf("%q: %v", text, got)
		}
	}
	a, b := credential(r, providers[0]), credential(r, providers[3])
	text := b + " and " + a + ", " + b
	got := Scan(text)
	if len(got) != 3 || text[got[1].Start:got[1].End] != a || got[1].Kind != "AWS access key" || got[0].Kind != "GitHub token" {
		t.Errorf("%v", got)
	}
	text = "x = \"\"\"" + pemText(t) + "\"\"\"\n"
	got = Scan(text)
	if len(got) != 1 || got[0].Kind != "EC private key" || !strings.HasPrefix(text[got[0].Start:], "-----BEGIN") || !strings.HasSuffix(text[:got[0].End], "-----END EC PRIVATE KEY-----") {
		t.Errorf("a key in a literal: %v", got)
	}
	text = strings.ReplaceAll(`{"private_key": "`+pemText(t)+`"}`, "\n", `\n`)
	if got = Scan(text); len(got) != 1 {
		t.Errorf("a key in JSON: %v", got)
	}
}

func pemText(t *testing.T) string {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// keys returns private keys in every form that the standard library and x/crypto write.
func keys(t *testing.T) map[string][]byte {
	t.Helper()
	rk, err := rsa.GenerateKey(rand.Reader, 1024)
	check(t, err)
	ek, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	check(t, err)
	_, edk, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	block := func(label string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}) }
	out := map[string][]byte{"RSA private key|": block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rk))}
	out["RSA private key| der"] = x509.MarshalPKCS1PrivateKey(rk)
	for name, k := range map[string]any{"RSA private key| in PKCS8": rk, "PKCS#8 private key| EC": ek, "PKCS#8 private key| Ed25519": edk} {
		der, err := x509.MarshalPKCS8PrivateKey(k)
		check(t, err)
		out[name] = block("PRIVATE KEY", der)
		out[name+" der"] = der
	}
	der, err := x509.MarshalECPrivateKey(ek)
	check(t, err)
	out["EC private key|"] = block("EC PRIVATE KEY", der)
	out["EC private key| after parameters"] = append(block("EC PARAMETERS", []byte{6, 5, 0x2b, 0x81, 4, 0, 0x22}), block("EC PRIVATE KEY", der)...)
	out["EC private key| with CRLF"] = bytes.ReplaceAll(block("EC PRIVATE KEY", der), []byte("\n"), []byte("\r\n"))
	out["EC private key| indented"] = bytes.ReplaceAll(block("EC PRIVATE KEY", der), []byte("\n"), []byte("\n    "))
	for name, k := range map[string]any{"OpenSSH private key| Ed25519": edk, "OpenSSH private key| RSA": rk} {
		b, err := ssh.MarshalPrivateKey(k, "a comment")
		check(t, err)
		out[name] = pem.EncodeToMemory(b)
	}
	b, err := ssh.MarshalPrivateKeyWithPassphrase(edk, "", []byte("open"))
	check(t, err)
	out["OpenSSH private key|encrypted"] = pem.EncodeToMemory(b)
	enc, err := x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rk), []byte("open"), x509.PEMCipherAES256) //nolint:staticcheck // the form is what is tested
	check(t, err)
	out["RSA private key|encrypted"] = pem.EncodeToMemory(enc)
	var dk dsa.PrivateKey
	dk.P, dk.Q, dk.G = new(big.Int).Lsh(big.NewInt(12345), 1010), new(big.Int).Lsh(big.NewInt(77), 150), big.NewInt(1<<40)
	dk.X, dk.Y = new(big.Int).Lsh(big.NewInt(99991), 100), new(big.Int).Lsh(big.NewInt(3), 1000)
	dder, err := asn1.Marshal(struct {
		V             int
		P, Q, G, Y, X *big.Int
	}{0, dk.P, dk.Q, dk.G, dk.Y, dk.X})
	check(t, err)
	out["DSA private key|"] = block("DSA PRIVATE KEY", dder)
	random := make([]byte, 300)
	_, err = rand.Read(random)
	check(t, err)
	lines := func(b []byte) string {
		s, out := base64.StdEncoding.EncodeToString(b), ""
		for ; len(s) > 64; s = s[64:] {
			out += s[:64] + "\n"
		}
		return out + s + "\n"
	}
	putty := func(cipher string) []byte {
		l := lines(random)
		return fmt.Appendf(nil, "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: %s\nComment: x\nPublic-Lines: 1\nAAAA\nPrivate-Lines: %d\n%sPrivate-MAC: 00\n", cipher, strings.Count(l, "\n"), l)
	}
	out["PuTTY private key|"], out["PuTTY private key|encrypted"] = putty("none"), putty("aes256-cbc")
	pgp := append([]byte{0x95, 0x01, 0x20}, random...)
	out["OpenPGP private key|"] = []byte("-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: x\n\n" + lines(pgp) + "=abcd\n-----END PGP PRIVATE KEY BLOCK-----\n")
	return out
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPrivateKey(t *testing.T) {
	for name, content := range keys(t) {
		kind, about, _ := strings.Cut(name, "|")
		for _, c := range [][]byte{content, append([]byte("\xef\xbb\xbf"), content...), append([]byte("# a comment\n\n"), content...)} {
			if strings.HasSuffix(name, "der") && len(c) != len(content) {
				continue
			}
			got, encrypted, ok := PrivateKey(c)
			if !ok || got != kind || encrypted != (about == "encrypted") {
				t.Errorf("%s: %q %v %v", name, got, encrypted, ok)
			}
		}
		for _, cut := range []int{len(content) / 3, len(content) / 2, 30} { // abridged
			if kind, _, ok := PrivateKey(content[:cut]); ok && !strings.Contains(name, "after") {
				t.Errorf("the first %d bytes of %s: %q", cut, name, kind)
			}
		}
		if bytes.HasPrefix(content, []byte("-----BEGIN")) {
			nl := bytes.IndexByte(content, '\n')
			abridged := append(append(append([]byte{}, content[:nl+20]...), "\n...\n"...), content[bytes.LastIndex(content, []byte("-----END")):]...)
			if kind, _, ok := PrivateKey(abridged); ok {
				t.Errorf("abridged %s: %q", name, kind)
			}
		}
	}
	rk, err := rsa.GenerateKey(rand.Reader, 1024)
	check(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Unix(2e9, 0)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &rk.PublicKey, rk)
	check(t, err)
	pub, err := x509.MarshalPKIXPublicKey(&rk.PublicKey)
	check(t, err)
	dh, err := asn1.Marshal(struct{ P, G *big.Int }{rk.N, big.NewInt(2)})
	check(t, err)
	for label, der := range map[string][]byte{
		"CERTIFICATE": cert, "PUBLIC KEY": pub, "RSA PUBLIC KEY": x509.MarshalPKCS1PublicKey(&rk.PublicKey), "DH PARAMETERS": dh,
		"RSA PRIVATE KEY": pub, "PRIVATE KEY": cert, "EC PRIVATE KEY": bytes.Repeat([]byte{0x30, 0x10}, 40), "OPENSSH PRIVATE KEY": bytes.Repeat([]byte("fake"), 40),
		"PGP PRIVATE KEY BLOCK": []byte("hello"), "ENCRYPTED PRIVATE KEY": bytes.Repeat([]byte{1}, 100),
	} {
		for _, content := range [][]byte{der, pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})} {
			if kind, _, ok := PrivateKey(content); ok {
				t.Errorf("%s is no private key but %q", label, kind)
			}
		}
	}
	for _, s := range []string{"", "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\nfake\n-----END PRIVATE KEY-----",
		"-----BEGIN PRIVATE KEY-----\n" + strings.Repeat("A", 640) + "\n-----END PRIVATE KEY-----", "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nPrivate-Lines: 4\n",
		"grep 'BEGIN RSA PRIVATE KEY' *", "if line.startswith('-----BEGIN RSA PRIVATE KEY-----'):", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI x@y"} {
		if kind, _, ok := PrivateKey([]byte(s)); ok {
			t.Errorf("%q is no private key but %q", s, kind)
		}
	}
}

func TestPrivateKeyOfOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("SKIP: openssl is not installed")
	}
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command(openssl, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("openssl %s: %v: %s", args[0], err, out)
		}
	}
	run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-subj", "/CN=x")
	run("pkcs12", "-export", "-inkey", "k.pem", "-in", "c.pem", "-out", "key.p12", "-passout", "pass:x")
	run("pkcs12", "-export", "-inkey", "k.pem", "-in", "c.pem", "-out", "plain.p12", "-passout", "pass:x", "-keypbe", "NONE", "-certpbe", "NONE")
	run("pkcs12", "-export", "-nokeys", "-in", "c.pem", "-out", "trust.p12", "-passout", "pass:x")
	run("pkcs8", "-topk8", "-in", "k.pem", "-out", "enc.pem", "-passout", "pass:x")
	run("pkcs8", "-topk8", "-in", "k.pem", "-outform", "DER", "-out", "enc.der", "-passout", "pass:x")
	run("pkey", "-in", "k.pem", "-traditional", "-aes128", "-passout", "pass:x", "-out", "legacy.pem")
	for _, c := range []struct {
		file, kind string
		encrypted  bool
	}{
		{"k.pem", "PKCS#8 private key", false}, {"c.pem", "", false}, {"key.p12", "PKCS#12 key store", true}, {"plain.p12", "PKCS#12 key store", false},
		{"trust.p12", "", false}, {"enc.pem", "PKCS#8 private key", true}, {"enc.der", "PKCS#8 private key", true}, {"legacy.pem", "EC private key", true},
	} {
		b, err := os.ReadFile(filepath.Join(dir, c.file))
		check(t, err)
		kind, encrypted, ok := PrivateKey(b)
		if kind != c.kind || encrypted != c.encrypted || ok != (c.kind != "") {
			t.Errorf("%s: %q %v %v", c.file, kind, encrypted, ok)
		}
	}
}

// No text makes a scan slow: each of these repeats a beginning that leads nowhere.
func TestScanBounded(t *testing.T) {
	for _, s := range []string{"-----BEGIN RSA PRIVATE KEY-----\n", "PuTTY-User-Key-File-2: x\nEncryption: none\n", "xoxb-", "sk-ant-", "hvb.", "a:AA", "ghp_", "-----BEGIN ", "://a:", "://a:b@", "://a:${", "${", "\"", "key=", "key=${"} {
		text := strings.Repeat(s, (1<<20)/len(s))
		start := time.Now()
		Scan(text)
		PrivateKey([]byte(text))
		RedactLine(text[:1<<16], nil)
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("%q: %v", s, d)
		}
	}
}

func FuzzScan(f *testing.F) {
	r := mathrand.New(mathrand.NewPCG(5, 6))
	for _, p := range providers[:40] {
		if p.set != "" {
			f.Add(credential(r, p))
		}
	}
	f.Add("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----")
	f.Add("postgres://u:p@h/d 0\x82\x01\x02\x02\x01\x03\x30")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, found := range Scan(text) {
			if found.Start < last || found.End <= found.Start || found.End > len(text) || found.Kind == "" {
				t.Fatalf("%+v in %d bytes", found, len(text))
			}
			last = found.End
		}
		PrivateKey([]byte(text))
		PrivateKey(append([]byte{0x30}, text...))
		Placeholder(text)
		Weak(text)
		SecretName(text)
		URLPassword(text)
		RedactLine(text, nil)
	})
}
