package tlsprobe

import (
	"encoding/xml"
	"os/exec"
	"slices"
	"testing"
)

// TestAgainstSSLScan compares suites and versions with what sslscan says of the same servers.
func TestAgainstSSLScan(t *testing.T) {
	sslscan := tool(t, "sslscan")
	for name, args := range map[string][]string{
		"all": {"-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"},
		"cbc": {"-tls1_2", "-cipher", "AES128-SHA:ECDHE-RSA-AES256-SHA384:DHE-RSA-AES128-SHA256"},
	} {
		t.Run(name, func(t *testing.T) {
			address := sServer(t, false, args...)
			out, err := exec.Command(sslscan, "--xml=-", "--show-cipher-ids", "--no-check-certificate", "--no-heartbleed", address).Output()
			if err != nil {
				t.Fatal(err)
			}
			var doc struct {
				Test struct {
					Protocols []struct {
						Type    string `xml:"type,attr"`
						Version string `xml:"version,attr"`
						Enabled int    `xml:"enabled,attr"`
					} `xml:"protocol"`
					Ciphers []struct {
						Version string `xml:"sslversion,attr"`
						ID      string `xml:"id,attr"`
					} `xml:"cipher"`
				} `xml:"ssltest"`
			}
			if err := xml.Unmarshal(out, &doc); err != nil {
				t.Fatal(err)
			}
			r := scan(t, address, Options{MaxConnections: 400})
			n := 0
			for _, v := range r.Versions {
				if v.Version == SSL30 {
					continue // this build of sslscan cannot ask for it
				}
				for _, p := range doc.Test.Protocols {
					if p.Type == "tls" && "TLSv"+p.Version == v.Version.String() && (p.Enabled == 1) != (v.Offered == Yes) {
						t.Errorf("%s: %s, sslscan says %d", v.Version, v.Offered, p.Enabled)
					}
				}
				var want, got []string
				for _, c := range doc.Test.Ciphers {
					if c.Version == v.Version.String() {
						want = append(want, c.ID)
					}
				}
				for _, s := range v.Suites {
					got = append(got, hexID(s))
				}
				n += len(got)
				slices.Sort(want)
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("%s\n got %v\nwant %v", v.Version, got, want)
				}
			}
			t.Logf("%d suites, %d connections", n, r.Connections)
		})
	}
}

func hexID(s Suite) string {
	const digits = "0123456789ABCDEF"
	return "0x" + string([]byte{digits[s>>12], digits[s>>8&15], digits[s>>4&15], digits[s&15]})
}
