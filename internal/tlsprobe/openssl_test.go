package tlsprobe

import (
	"bufio"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

// sServer starts openssl s_server with the arguments and returns its address.
func sServer(t *testing.T, ec bool, args ...string) string {
	t.Helper()
	openssl := tool(t, "openssl")
	pair := certificate(t, ec)
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pair.pem")
	text := slices.Concat(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.CommandContext(t.Context(), openssl, append([]string{"s_server", "-accept", port, "-cert", file, "-key", file, "-quiet"}, args...)...)
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for range 100 {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return address
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("openssl s_server %v does not listen: %s", args, log.String())
	return ""
}

// opensslNames returns the registered names of the suites that openssl lists for the arguments.
func opensslNames(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command(tool(t, "openssl"), append([]string{"ciphers", "-stdname"}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for s := bufio.NewScanner(strings.NewReader(string(out))); s.Scan(); {
		if name, _, ok := strings.Cut(s.Text(), " "); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func names(suites []Suite) []string {
	var out []string
	for _, s := range suites {
		out = append(out, s.Name())
	}
	slices.Sort(out)
	return out
}

// TestRegistryAgainstOpenSSL compares numbers and names of every suite that openssl knows.
func TestRegistryAgainstOpenSSL(t *testing.T) {
	out, err := exec.Command(tool(t, "openssl"), "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").Output()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for s := bufio.NewScanner(strings.NewReader(string(out))); s.Scan(); {
		var hi, lo int
		var name, own string
		if _, err := fmt.Sscanf(strings.TrimSpace(s.Text()), "0x%X,0x%X - %s - %s", &hi, &lo, &name, &own); err != nil {
			t.Fatalf("%q: %v", s.Text(), err)
		}
		if got := Suite(hi<<8 | lo).Name(); got != name {
			t.Errorf("0x%02X%02X is %s, openssl says %s", hi, lo, got, name)
		}
		a := Suite(hi<<8 | lo).Attributes()
		_, enc, _ := strings.Cut(s.Text(), "Enc=")
		var bits int
		if i := strings.IndexByte(enc, '('); i > 0 && i < strings.IndexByte(enc+" ", ' ') {
			fmt.Sscanf(enc[i:], "(%d)", &bits)
		}
		if strings.HasPrefix(enc, "3DES") {
			bits = 112 // openssl writes the length of the key
		}
		if a.Bits != bits && !strings.Contains(name, "GOST") {
			t.Errorf("%s has %d bits, openssl says %d", name, a.Bits, bits)
		}
		if aead := strings.Contains(s.Text(), "Mac=AEAD"); aead != a.AEAD {
			t.Errorf("%s: AEAD is %t, openssl says %t", name, a.AEAD, aead)
		}
		if anon := strings.Contains(s.Text(), "Au=None"); anon != a.Anon && !strings.Contains(name, "PSK") && !strings.Contains(name, "SRP") {
			t.Errorf("%s: anonymous is %t, openssl says %t", name, a.Anon, anon)
		}
		n++
	}
	t.Logf("%d suites", n)
}

// TestSuitesOfOpenSSL serves every suite that s_server can and compares with the list that openssl prints for it.
func TestSuitesOfOpenSSL(t *testing.T) {
	const all = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
	for _, test := range []struct {
		name string
		ec   bool
		args []string
		keep func(name string) bool // which of the listed suites can be had with the certificate
	}{
		{"rsa", false, nil, func(n string) bool {
			return strings.Contains(n, "_RSA_WITH") || strings.Contains(n, "TLS_RSA_WITH") || strings.Contains(n, "_anon_")
		}},
		{"ecdsa", true, nil, func(n string) bool { return strings.Contains(n, "_ECDSA_WITH") || strings.Contains(n, "_anon_") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			address := sServer(t, test.ec, append([]string{"-cipher", all, "-tls1_2", "-serverpref"}, test.args...)...)
			var want []string
			for _, n := range opensslNames(t, "-s", "-tls1_2", all) {
				if test.keep(n) && !strings.Contains(n, "PSK") && !strings.Contains(n, "SRP") && !strings.Contains(n, "DH_RSA") && !strings.Contains(n, "_DSS_") {
					want = append(want, n)
				}
			}
			r := scan(t, address, Options{})
			x := r.Version(TLS12)
			if got := names(x.Suites); !slices.Equal(got, want) {
				t.Errorf("suites\n got %v\nwant %v", got, want)
			}
			if !x.Complete || x.ServerOrder != Yes || r.Stopped != "" {
				t.Errorf("complete %t, order %q, stopped %q", x.Complete, x.ServerOrder, r.Stopped)
			}
			t.Logf("%d suites, DH %v, curves %v, %d connections", len(x.Suites), r.DH, r.Curves.Groups, r.Connections)
		})
	}
}

// TestVersionsOfOpenSSL restricts s_server to one version after the other.
func TestVersionsOfOpenSSL(t *testing.T) {
	for v, flag := range map[Version]string{TLS10: "-tls1", TLS11: "-tls1_1", TLS12: "-tls1_2", TLS13: "-tls1_3"} {
		r := scan(t, sServer(t, false, flag, "-cipher", "ALL:@SECLEVEL=0"), Options{})
		for x := SSL30; x <= TLS13; x++ {
			if got, want := r.Version(x).Offered, state(x == v); got != want {
				t.Errorf("s_server %s: %s is %s (%s)", flag, x, got, r.Version(x).Reason)
			}
		}
	}
}

// TestDHOfOpenSSL gives s_server parameters of a known size.
func TestDHOfOpenSSL(t *testing.T) {
	for _, bits := range []int{2048, 2304, 3072} {
		p := new(big.Int).Lsh(big.NewInt(1), uint(bits-1)) // s_server does not look whether it is a prime
		p.SetBit(p, 0, 1)
		der, err := asn1.Marshal(struct{ P, G *big.Int }{p, big.NewInt(2)})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "dh.pem")
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "DH PARAMETERS", Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		address := sServer(t, false, "-tls1_2", "-cipher", "DHE:@SECLEVEL=0", "-dhparam", file)
		r := scan(t, address, Options{})
		if len(r.DH) != 1 || r.DH[0].Bits != bits {
			t.Errorf("%d bits: %v (%s)", bits, r.DH, r.Version(TLS12).Reason)
		}
		for _, s := range r.Version(TLS12).Suites {
			if s.Attributes().Kx != "DHE" {
				t.Errorf("%s is not DHE", s)
			}
		}
	}
}

// TestGroupsOfOpenSSL restricts the groups, whose order the server keeps to when told.
func TestGroupsOfOpenSSL(t *testing.T) {
	address := sServer(t, false, "-groups", "P-384:X25519:P-521", "-serverpref")
	r := scan(t, address, Options{})
	want := []Group{0x18, 0x1D, 0x19}
	slices.Sort(want)
	for name, got := range map[string]GroupResult{"groups": r.Groups, "curves": r.Curves} {
		sorted := slices.Sorted(slices.Values(got.Groups))
		if !slices.Equal(sorted, want) || !got.Complete {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
