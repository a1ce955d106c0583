package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// servedHost is the name of every site that these tests serve on this machine.
const servedHost = "filmclub.info"

// A served is a folder with a root, certificates signed by it and what servers need.
type served struct {
	dir         string
	http, https int
}

// newServed makes a root and a certificate that change changes.
func newServed(t *testing.T, change func(*x509.Certificate)) *served {
	t.Helper()
	s := &served{dir: t.TempDir(), http: freeTCP(t), https: freeTCP(t)}
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	rootKey, leafKey := key(), key()
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Root", Organization: []string{"Test Authority"}}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(1000 * time.Hour)}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: servedHost}, DNSNames: []string{servedHost},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, NotBefore: time.Now().Add(-10 * 24 * time.Hour), NotAfter: time.Now().Add(80 * 24 * time.Hour)}
	if change != nil {
		change(leaf)
	}
	rootDER, err := x509.CreateCertificate(rand.Reader, root, root, &rootKey.PublicKey, rootKey)
	if err != nil {
		t.Fatal(err)
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, root, &leafKey.PublicKey, rootKey)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(leafKey)
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rootDER})))
	s.write(t, "site.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leafDER})))
	s.write(t, "site.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})))
	return s
}

func (s *served) write(t *testing.T, name, text string) {
	t.Helper()
	name = filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func freeTCP(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// start runs a server until the test ends and waits for a port of it.
func start(t *testing.T, port int, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for n := 0; ; n++ {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			c.Close()
			return
		}
		if n > 200 {
			t.Fatalf("%s does not listen: %s", name, said.String())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// nginx serves a configuration of the http block.
func (s *served) nginx(t *testing.T, http string) {
	t.Helper()
	binary, err := exec.LookPath("nginx")
	if err != nil {
		if binary = "/usr/sbin/nginx"; exec.Command(binary, "-v").Run() != nil {
			t.Skip("nginx is not installed")
		}
	}
	var temp strings.Builder
	for _, d := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&temp, "%s_temp_path %s/%s;\n", d, s.dir, d)
	}
	s.write(t, "nginx.conf", fmt.Sprintf("daemon off; master_process off; pid %s/pid; error_log %s/error.log;\nevents {}\nhttp {\naccess_log off;\ntypes { text/html html; text/css css; application/javascript js; }\n%s%s\n}\n",
		s.dir, s.dir, temp.String(), http))
	start(t, s.https, binary, "-p", s.dir, "-c", filepath.Join(s.dir, "nginx.conf"), "-e", filepath.Join(s.dir, "error.log"))
}

// A judged is what verify said, as far as these tests look at it.
type judged struct {
	Sections []struct {
		Rows []struct{ Key, Status string }
	}
	Checks []struct {
		ID, Status string
		Findings   []struct {
			Severity, Message string
			Place             struct {
				Path string
				Line int
				URL  string
			}
		}
		Unknowns, Passes []struct{ Text string }
	}
	Site struct {
		Requests, Connections int
		Grades                []struct{ Rubric, Letter string }
	}
}

// verify runs the command against the site and returns its exit status and its words.
func (s *served) verify(t *testing.T, args ...string) (int, *judged) {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{stdout: &out, stderr: &errs, getenv: func(string) string { return "" }}
	all := append([]string{"verify", fmt.Sprintf("https://%s:%d", servedHost, s.https), "--resolve", fmt.Sprintf("%s:%d:127.0.0.1", servedHost, s.https),
		"--http-port", fmt.Sprint(s.http), "--allow-private", "--ca-file", filepath.Join(s.dir, "ca.pem"), "--format", "json"}, args...)
	status := a.run(t.Context(), all)
	var j judged
	if err := json.Unmarshal(out.Bytes(), &j); err != nil {
		t.Fatalf("%v: %s%s", err, errs.String(), out.String())
	}
	return status, &j
}

// status returns the status of a check or row.
func (j *judged) status(id string) string {
	for _, c := range j.Checks {
		if c.ID == id {
			return c.Status
		}
	}
	for _, s := range j.Sections {
		for _, r := range s.Rows {
			if r.Key == id {
				return r.Status
			}
		}
	}
	return "absent"
}

// said is everything that was said by a check.
func (j *judged) said(id string) string {
	var b strings.Builder
	for _, c := range j.Checks {
		if c.ID != id {
			continue
		}
		for _, f := range c.Findings {
			fmt.Fprintf(&b, "%s %s:%d%s %s\n", f.Severity, f.Place.Path, f.Place.Line, f.Place.URL, f.Message)
		}
		for _, l := range append(c.Unknowns, c.Passes...) {
			fmt.Fprintln(&b, l.Text)
		}
	}
	return b.String()
}

// mustStapleExtension is the TLS feature status_request of RFC 7633.
func mustStapleExtension() pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}
}
