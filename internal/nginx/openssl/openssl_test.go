package openssl

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

var (
	update = flag.Bool("update", false, "record what the installed openssl says in testdata/ciphers.txt")
	all    = flag.Bool("all", false, "ask the installed openssl about every string, not about one in twelve")
)

const recorded = "testdata/ciphers.txt"

// TestRecorded compares every string with what OpenSSL 3.0 was seen to make of it: the identifiers of the suites in order.
func TestRecorded(t *testing.T) {
	if *update {
		record(t)
	}
	f, err := os.Open(recorded)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		list, want, _ := strings.Cut(sc.Text(), "\t")
		if got := expandLine(list); got != want {
			t.Errorf("%q\n got %s\nwant %s", list, got, want)
		}
		n++
	}
	if n < 200 {
		t.Errorf("%d recorded strings, want 200 or more", n)
	}
}

// TestInstalled compares with the installed openssl, where it is a default build of 3.0.
func TestInstalled(t *testing.T) {
	if out, err := exec.Command("openssl", "version").Output(); err != nil || !strings.HasPrefix(string(out), "OpenSSL 3.0.") {
		t.Skipf("no openssl 3.0: %s", out)
	}
	for i, list := range stringsOf() {
		if !*all && i%12 != 0 {
			continue
		}
		if got, want := expandLine(list), installed(list); got != want {
			t.Errorf("%q\n got %s\nwant %s", list, got, want)
		}
	}
}

func expandLine(list string) string {
	r, err := Expand(list, Stock)
	if err != nil {
		return "error"
	}
	var ids strings.Builder
	for _, s := range r.Suites {
		fmt.Fprintf(&ids, "%04X", s.ID)
	}
	return ids.String()
}

func installed(list string) string {
	out, err := exec.Command("openssl", "ciphers", "-V", list).Output()
	if err != nil {
		return "error"
	}
	var ids strings.Builder
	for _, line := range strings.Split(string(out), "\n") { // 0xC0,0x2F - NAME …
		if f := strings.Fields(line); len(f) > 2 && !strings.HasPrefix(f[2], "TLS_") {
			ids.WriteString(f[0][2:4] + f[0][7:9])
		}
	}
	return ids.String()
}

func record(t *testing.T) {
	var b strings.Builder
	for _, list := range stringsOf() {
		b.WriteString(list + "\t" + installed(list) + "\n")
	}
	if err := os.WriteFile(recorded, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// stringsOf are the strings compared: every alias alone, excluded, moved and combined, and lists as configurations have them.
func stringsOf() []string {
	aliases := strings.Fields(`ALL COMPLEMENTOFALL COMPLEMENTOFDEFAULT NULL eNULL kRSA kDHE kEDH DH kECDHE kEECDH ECDH kPSK kRSAPSK kECDHEPSK kDHEPSK kSRP SRP PSK
		aRSA aDSS DSS aNULL aECDSA ECDSA aPSK aSRP RSA EDH DHE EECDH ECDHE ADH AECDH AES AES128 AES256 AESGCM AESCCM AESCCM8 ARIA ARIAGCM ARIA128 ARIA256
		CAMELLIA CAMELLIA128 CAMELLIA256 CHACHA20 CBC 3DES RC4 IDEA SEED MD5 SHA1 SHA SHA256 SHA384 SSLv3 TLSv1 TLSv1.0 TLSv1.2 HIGH MEDIUM LOW FIPS EXPORT DEFAULT`)
	var out []string
	for _, a := range aliases {
		out = append(out, a, "ALL:!"+a)
		if a != "DEFAULT" {
			out = append(out, "HIGH:+"+a, "ALL:-"+a+":"+a)
		}
	}
	return append(out, lists()...)
}

func lists() []string {
	return strings.Split(`HIGH:!aNULL:!MD5
HIGH:MEDIUM:3DES
ALL:COMPLEMENTOFALL
ALL:!aNULL:!eNULL
DEFAULT:!aNULL
DEFAULT:@STRENGTH
ALL:@STRENGTH
ALL:+HIGH:@STRENGTH
kRSA:AES:@STRENGTH
EECDH+AESGCM:EDH+AESGCM
EECDH+AESGCM:EDH+AESGCM:AES256+EECDH:AES256+EDH
ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:!aNULL
EECDH+CHACHA20:EECDH+AES128:RSA+AES128:EECDH+AES256:RSA+AES256:EECDH+3DES:RSA+3DES:!MD5
ECDH+AESGCM:DH+AESGCM:ECDH+AES256:DH+AES256:ECDH+AES128:DH+AES:RSA+AESGCM:RSA+AES:!aNULL:!MD5:!DSS
ECDHE-RSA-AES128-GCM-SHA256:ECDHE:ECDH:AES:HIGH:!NULL:!aNULL:!MD5:!ADH:!RC4
ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256
ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES256-GCM-SHA384
ECDHE-RSA-AES256-GCM-SHA512:DHE-RSA-AES256-GCM-SHA512:ECDHE-RSA-AES256-GCM-SHA384
TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-SHA
TLS_AES_128_GCM_SHA256
TLS13-AES-256-GCM-SHA384:EECDH+AESGCM
AES128-SHA:DEFAULT
DEFAULT:AES128-SHA
DEFAULTx
DEFAULT+AES
DEFAULT!AES
HIGH!aNULL!MD5
HIGH aNULL
HIGH,!kRSA;!aNULL
HIGH::!aNULL
:HIGH
HIGH:
+HIGH
!HIGH:ALL
!HIGH:HIGH
HIGH:-HIGH:HIGH:AES
HIGH:HIGH:-HIGH:HIGH:AES
HIGH:!HIGH
AES:-AES128:AES128
kRSA+AES128
kRSA+AES128+SHA
AES128+kRSA
AES128+AES256
aRSA+aECDSA
AES+AESGCM
AES128+AESGCM
ECDHE+aNULL
ECDH+aNULL
foo
foo:HIGH
HIGH:foo
HIGH+foo
foo+HIGH
HIGH+
+
HIGH:+
HIGH:!
HIGH:-
HIGH:@
HIGH:@FOO
HIGH:@SECLEVEL=0
HIGH:@SECLEVEL=2
@SECLEVEL=1:ALL
@SECLEVEL=5:HIGH
HIGH:@SECLEVEL=6
HIGH:@SECLEVEL=
HIGH:@SECLEVEL=22
HIGH:@STRENGTHx
@STRENGTH
@STRENGTH:HIGH
HIGH:@STRENGTH+AES
HIGH:@STRENGTH:!kRSA
HIGH/aNULL
HIGH|MEDIUM
"HIGH"
high
ecdhe+aesgcm
ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES128-SHA
ECDHE-RSA-AES128-SHA:!ECDHE-RSA-AES128-SHA
ECDHE-RSA-AES128-SHA:-ECDHE-RSA-AES128-SHA:AES128-SHA
ECDHE-RSA-AES128-SHA+AES128
ECDHE-RSA-AES128-SHA+AES256
TLSv1.2+HIGH:!aNULL
TLSv1.2+TLSv1
TLSv1+AES:TLSv1.2
SSLv3+kRSA
SSLv3:!kRSA
!SSLv3:ALL
TLSv1.1
TLSv1.3
TLSv1.2:TLSv1.3
SUITEB128
SUITEB128ONLY
SUITEB192
SUITEB128:HIGH
PSK+AES
PSK+kPSK
RSA+PSK
RSA+AES:RSA+CAMELLIA
CAMELLIA+SHA256
SHA256+kRSA
SHA384:SHA256
AESGCM:AESCCM:CHACHA20
CHACHA20:AESGCM
AESGCM:!DSS:!aNULL:!PSK
AESCCM8+ECDSA
AESCCM+DHE
ARIAGCM+ECDHE
eNULL+aRSA
eNULL:!eNULL
NULL-SHA
NULL-MD5:HIGH
NULL-SHA256:AES128-SHA256
eNULL+MD5
FIPS:!eNULL
FIPS+ECDHE
FIPS+HIGH
HIGH+FIPS+kRSA
FIPS:-kRSA:@STRENGTH
COMPLEMENTOFDEFAULT+AES
COMPLEMENTOFDEFAULT:!aNULL
ALL:!COMPLEMENTOFDEFAULT
ALL:!ADH:!EXPORT:!LOW:+HIGH:+MEDIUM
ALL:!ADH:!EXPORT56:RC4+RSA:+HIGH:+MEDIUM:+LOW:+SSLv2:+EXP:+eNULL
ALL:!EXPORT:!EXPORT40:!EXPORT56:!aNULL:!LOW:!RC4:@STRENGTH
HIGH:!aNULL:!eNULL:!EXPORT:!CAMELLIA:!DES:!MD5:!PSK:!RC4
HIGH:!aNULL:!kRSA:!PSK:!SRP:!MD5:!RC4
AES256+EECDH:AES256+EDH:!aNULL
AES128+EECDH:AES128+EDH
EECDH+ECDSA+AESGCM EECDH+aRSA+AESGCM EECDH+ECDSA+SHA384 EECDH+ECDSA+SHA256 EECDH+aRSA+SHA384 EECDH+aRSA+SHA256 EECDH EDH+aRSA !aNULL !eNULL !LOW !3DES !MD5 !EXP !PSK !SRP !DSS !RC4
ECDHE-RSA-AES256-SHA384:AES256-SHA256:HIGH:!MD5:!aNULL:!EDH:!AESGCM
ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA:AES128-SHA:DES-CBC3-SHA:!DSS
EDH-RSA-DES-CBC3-SHA:AES128-SHA
RC4-SHA:AES128-SHA
RC4:HIGH:!MD5:!aNULL
kEECDH+ECDSA:kEECDH:kEDH:HIGH:+SHA:+RC4:RC4:!aNULL
DHE-RSA-AES256-SHA:DHE-RSA-AES128-SHA:AES256-SHA
ADH-AES256-SHA:@SECLEVEL=0
AECDH-AES256-SHA:ADH
kECDHE+aRSA:kDHE+aRSA:kRSA
ALL:-kRSA:-PSK:+kRSA:kRSA
ALL:+AES128:+kRSA:+SHA1:+aNULL
ALL:+kDHE:-kECDHE:kECDHE
CBC:!kRSA
!CBC:ALL
ALL:+CBC
ECDSA+CBC:RSA+CBC
AES:!CBC`, "\n")
}

func TestWeak(t *testing.T) {
	for _, c := range []struct{ list, kinds string }{
		{"HIGH:!aNULL:!MD5", ""},
		{"HIGH:MEDIUM:3DES", "anonymous RC4 3DES"},
		{"ALL", "anonymous export DES RC4 3DES"},
		{"ALL:!RC4:!aNULL:!3DES:!LOW:!EXPORT:!MD5", ""},
		{"HIGH:!aNULL:RC4-SHA", "RC4"},
		{"ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA", "3DES"},
		{"EDH-RSA-DES-CBC3-SHA", "3DES"},
		{"eNULL", "NULL"},
		{"LOW", "anonymous DES"},
		{"EXP", "anonymous export"},
	} {
		r, err := Expand(c.list, Weak)
		if err != nil {
			t.Errorf("%s: %v", c.list, err)
		}
		if got := strings.Join(Judge(r).Kinds(), " "); got != c.kinds {
			t.Errorf("%s: %q, want %q", c.list, got, c.kinds)
		}
	}
}

func TestJudge(t *testing.T) {
	r, err := Expand(strings.Join(Intermediate(), ":"), Stock)
	if err != nil {
		t.Fatal(err)
	}
	if j := Judge(r); !j.Mozilla || len(j.Good) != 6 || len(j.NoFS)+len(j.NoAEAD)+len(j.Weak) != 0 || j.Strength != 128 {
		t.Errorf("intermediate: %+v", j)
	}
	r, _ = Expand("HIGH:!aNULL:!MD5", Stock)
	if j := Judge(r); j.Mozilla || len(j.NoFS) == 0 || len(j.NoAEAD) == 0 {
		t.Errorf("nginx default: %+v", j)
	}
	r, _ = Expand("ALL:@SECLEVEL=2", Weak)
	if j := Judge(r); strings.Join(j.Kinds(), " ") != "3DES" {
		t.Errorf("level 2 leaves %v", j.Kinds())
	}
}

func TestUnknown(t *testing.T) {
	r, err := Expand("ECDHE-RSA-AES256-GCM-SHA512:HIGH:AES128+AES256", Stock)
	if err != nil || strings.Join(r.Unknown, " ") != "ECDHE-RSA-AES256-GCM-SHA512" {
		t.Errorf("%v %v", r.Unknown, err)
	}
	if _, err := Expand(strings.Repeat("A", 1<<20), Stock); err == nil {
		t.Error("a megabyte is read")
	}
}

func FuzzExpand(f *testing.F) {
	for _, s := range lists() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := Expand(s, Weak)
		if err == nil && len(r.Suites) == 0 {
			t.Error("nothing and no error")
		}
		Judge(r)
	})
}
