package secrets

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"
)

// forms returns what a value becomes when written into a URL, base64, JSON, XML, a shell, Python, YAML or a compose file.
func forms(v string) []string {
	out := []string{
		url.QueryEscape(v), url.PathEscape(v), url.UserPassword("", v).String()[1:], percent(v, "0123456789ABCDEF"), percent(v, "0123456789abcdef"),
		strings.ReplaceAll(url.QueryEscape(v), "+", "%20"),
	}
	out = append(out, base64Forms(v)...)
	if len(v) >= 8 {
		h := hex.EncodeToString([]byte(v))
		out = append(out, h, strings.ToUpper(h))
	}
	if j, err := json.Marshal(v); err == nil {
		quoted := string(j[1 : len(j)-1])
		plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(quoted)
		out = append(out, quoted, plain, strings.ReplaceAll(plain, "/", `\/`))
	}
	var x strings.Builder
	if xml.EscapeText(&x, []byte(v)) == nil {
		named := strings.NewReplacer("&#34;", "&quot;", "&#39;", "&apos;", "&#xA;", "\n", "&#x9;", "\t", "&#xD;", "\r")
		out = append(out, x.String(), named.Replace(x.String()), strings.ReplaceAll(x.String(), "&#39;", "&#x27;"),
			strings.NewReplacer("&#34;", `"`, "&#39;", "'").Replace(x.String()))
	}
	for _, q := range []string{strconv.Quote(v), strconv.QuoteToASCII(v)} {
		out = append(out, q[1:len(q)-1])
	}
	return append(out,
		strings.ReplaceAll(v, "'", `'\''`), strings.ReplaceAll(v, "'", `'"'"'`), strings.ReplaceAll(v, "'", `\'`), strings.ReplaceAll(v, "'", "''"),
		inDoubleQuotes.Replace(v), backslashed(v), strings.ReplaceAll(v, "$", "$$"), strings.ReplaceAll(v, "%", "%%"), strings.ReplaceAll(v, "\n", `\n`),
	)
}

var inDoubleQuotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`")

// base64Forms returns the base64 of a value by itself, and the part that any text around it has at each of three alignments.
func base64Forms(v string) []string {
	out := []string{base64.StdEncoding.EncodeToString([]byte(v)), base64.RawStdEncoding.EncodeToString([]byte(v))}
	if len(v) >= 6 {
		for skip := range 3 {
			s := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", skip) + v))
			// the characters that hold bits of the neighbours are left out
			first, last := (skip*8+5)/6, (skip+len(v))*8/6
			out = append(out, s[first:last])
		}
	}
	for _, s := range out {
		out = append(out, strings.NewReplacer("+", "-", "/", "_").Replace(s))
	}
	return out
}

// percent writes every byte that is not a letter or digit as %XX.
func percent(v, digits string) string {
	var b strings.Builder
	for i := 0; i < len(v); i++ {
		if isAlnum(v[i]) {
			b.WriteByte(v[i])
			continue
		}
		b.WriteByte('%')
		b.WriteByte(digits[v[i]>>4])
		b.WriteByte(digits[v[i]&15])
	}
	return b.String()
}

// backslashed writes a backslash before every character that a shell would read.
func backslashed(v string) string {
	var b strings.Builder
	for i := 0; i < len(v); i++ {
		if c := v[i]; c < 0x80 && !isAlnum(c) && !strings.ContainsRune("_-./,:@%+=", rune(c)) {
			b.WriteByte('\\')
		}
		b.WriteByte(v[i])
	}
	return b.String()
}
