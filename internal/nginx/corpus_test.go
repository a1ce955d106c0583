package nginx

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/source"
	"github.com/rogpeppe/go-internal/txtar"
)

var (
	update = flag.Bool("update", false, "record what the installed nginx says")
	all    = flag.Bool("all", false, "ask the installed nginx about every case, not about one in eight")
)

// oracleVersion is the version of nginx that the verdicts were recorded with.
var oracleVersion = Version{1, 22, 1}

type corpusCase struct{ name, text string }

// corpus returns the configurations of testdata/corpus, wrapped into whole ones.
func corpus(t testing.TB) []corpusCase {
	files, err := filepath.Glob("testdata/corpus/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	var out []corpusCase
	for _, f := range files {
		a, err := txtar.ParseFile(f)
		if err != nil {
			t.Fatal(err)
		}
		base := strings.TrimSuffix(filepath.Base(f), ".txtar")
		for _, s := range a.Files {
			text := strings.NewReplacer("LONG4096", strings.Repeat("a", 4096), "BOM", "\ufeff").Replace(string(s.Data))
			if s.Name == "crlf" {
				text = strings.ReplaceAll(text, "\n", "\r\n")
			}
			if base != "main" {
				text = "events { }\nhttp {\n" + text + "}\n"
			}
			out = append(out, corpusCase{base + "/" + s.Name, text})
		}
	}
	return out
}

// loadText loads one text as the main file.
func loadText(text string, v Version) *Config {
	f := source.NewFile("nginx.conf", []byte(text))
	return Load(Options{Version: v, Read: func(p string) *source.File {
		if p == "/etc/nginx/nginx.conf" {
			return f
		}
		return nil
	}})
}

// verdict is "ok", "bad", or "unknown" where nginx may refuse because a name belongs to no module we know.
func verdict(c *Config) string {
	switch {
	case len(c.Invalid) > 0:
		return "bad"
	case len(c.Unknown) > 0:
		return "unknown"
	}
	return "ok"
}

func TestCorpus(t *testing.T) {
	if *update {
		recordVerdicts(t)
	}
	want := map[string]string{}
	f, err := os.Open("testdata/verdicts.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		name, v, _ := strings.Cut(sc.Text(), " ")
		want[name] = v
	}
	unsure := 0
	for _, c := range corpus(t) {
		cfg := loadText(c.text, oracleVersion)
		got := verdict(cfg)
		if got == "unknown" && want[c.name] == "bad" {
			unsure++
			continue
		}
		if got != want[c.name] {
			t.Errorf("%s: %s, nginx says %s", c.name, got, want[c.name])
			for _, bad := range cfg.Invalid {
				t.Logf("\t%v %s", bad.Evidence.Span.Position(), bad.Text)
			}
		}
	}
	if len(want) < 150 {
		t.Errorf("%d cases, want 150 or more", len(want))
	}
	if unsure > 6 {
		t.Errorf("%d refused configurations are only unknown to us", unsure)
	}
}

func recordVerdicts(t *testing.T) {
	o := newOracle(t)
	var b strings.Builder
	for _, c := range corpus(t) {
		v, out := o.test(t, c.text)
		b.WriteString(c.name + " " + v + "\n")
		t.Logf("%s %s %s", c.name, v, out)
	}
	if err := os.WriteFile("testdata/verdicts.txt", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestCorpusInstalled asks the installed nginx, of whatever version, about a part of the corpus.
func TestCorpusInstalled(t *testing.T) {
	o := newOracle(t)
	for i, c := range corpus(t) {
		if !*all && i%8 != 0 {
			continue
		}
		got := verdict(loadText(c.text, o.version))
		want, out := o.test(t, c.text)
		if got != want && !(got == "unknown" && want == "bad") {
			t.Errorf("%s: %s, nginx %s says %s: %s", c.name, got, o.version, want, out)
		}
	}
}

// An oracle is the installed nginx with a folder to run in.
type oracle struct {
	dir, modules string
	version      Version
}

// newOracle skips the test if there is no nginx, or it cannot test a minimal configuration here.
func newOracle(t testing.TB) *oracle {
	if _, err := exec.LookPath("nginx"); err != nil {
		t.Skip("no nginx installed")
	}
	out, err := exec.Command("nginx", "-v").CombinedOutput()
	if err != nil {
		t.Skipf("nginx -v: %v", err)
	}
	o := &oracle{dir: t.TempDir(), version: ParseVersion(strings.TrimSpace(strings.ReplaceAll(string(out), "nginx/", ":")))}
	for _, m := range []string{"ngx_stream_module.so", "ngx_http_headers_more_filter_module.so"} {
		if p := filepath.Join("/usr/lib/nginx/modules", m); exists(p) {
			o.modules += "load_module " + p + ";"
		}
	}
	certificate(t, o.dir)
	if v, out := o.test(t, "events { }"); v != "ok" {
		t.Skipf("nginx cannot run here: %s", out)
	}
	return o
}

func exists(p string) bool {
	_, err := os.Stat(p)
	return err == nil
}

// test runs nginx -t on a configuration. Nothing is started.
func (o *oracle) test(t testing.TB, text string) (verdict, output string) {
	conf := filepath.Join(o.dir, "nginx.conf")
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("nginx", "-t", "-q", "-p", o.dir, "-c", conf, "-e", "stderr", "-g", o.modules).CombinedOutput()
	if err != nil {
		return "bad", string(out)
	}
	return "ok", string(out)
}

// certificate writes a self-signed certificate and its key into dir.
func certificate(t testing.TB, dir string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "example.org"}, NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"example.org"}}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	kder, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "EC PRIVATE KEY", Bytes: kder}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
