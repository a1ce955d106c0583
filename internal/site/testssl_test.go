package site_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/site/grade"
)

// deviations are sites of TestNginx where testssl.sh is known not to do what the guide says: it takes a missing header for HSTS in
// force, knows no suites without AEAD, gives parameters of 1024 bits the points of 2048, and does not see that a server without
// authentication has no key.
var deviations = map[string]bool{"no HSTS": true, "CBC alone": true, "DHE 1024 alone": true, "DHE 1024, anonymous": true, "short HSTS": true}

// againstTestssl compares a grade with that of testssl.sh, which PRODCHECK_TESTSSL names; a minute or more for each site.
func againstTestssl(t *testing.T, name string, port int, root []byte, g grade.Grade) {
	t.Helper()
	script := os.Getenv("PRODCHECK_TESTSSL")
	if script == "" {
		return
	}
	dir := t.TempDir()
	ca, out := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "out.json")
	if err := os.WriteFile(ca, root, 0o600); err != nil {
		t.Fatal(err)
	}
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	cmd := exec.CommandContext(t.Context(), "bash", script, "--openssl", openssl, "--add-ca", ca, "--warnings", "off", "--color", "0", "--ip", "127.0.0.1", "--rating-only", "--jsonfile", out,
		fmt.Sprintf("https://localhost:%d", port))
	cmd.Run() // its status says how much it found
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ ID, Finding string }
	if err := json.Unmarshal(b, &rows); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, r := range rows {
		if strings.HasPrefix(r.ID, "overall_grade") || strings.HasSuffix(r.ID, "_score") {
			found[r.ID] = r.Finding
		}
	}
	if found["overall_grade"] == "" {
		t.Fatalf("testssl.sh gives no grade: %s", b)
	}
	if same := found["overall_grade"] == g.Letter; !same && !deviations[name] {
		t.Errorf("testssl.sh says %v, we say %s %d: %v", found, g.Letter, g.Score, g.Rules)
	} else {
		t.Logf("testssl.sh says %v, we say %s %d", found, g.Letter, g.Score)
	}
}
