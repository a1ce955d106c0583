package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/shell"
	"github.com/prodcheck/prodcheck/internal/source"
)

const certbotDocs = "https://eff-certbot.readthedocs.io/en/stable/using.html"

// An obtaining is one script that asks for certificates, with its calls that do.
type obtaining struct {
	file   *source.File
	script *shell.Script
	calls  []shell.CertbotCall
}

// obtainings returns the scripts of the repository that get certificates for production.
func obtainings(f *Facts) (found []obtaining) {
	for _, name := range f.Repo.Find(mayObtain) {
		file := f.Repo.File(name)
		if file == nil || len(found) >= 20 {
			continue
		}
		text := string(file.Text)
		if !strings.Contains(text, "certbot") && !strings.Contains(text, "letsencrypt") {
			continue
		}
		o := obtaining{file: file, script: shell.Parse(file)}
		for _, c := range o.script.Certbots() {
			if (c.Sub == "certonly" || c.Sub == "run" || c.Sub == "auth") && c.DryRun != shell.Always {
				o.calls = append(o.calls, c)
			}
		}
		if len(o.calls) > 0 {
			found = append(found, o)
		}
	}
	return found
}

// mayObtain reports whether a file may be a script that gets certificates.
func mayObtain(name string) bool {
	if forDevelopment(name) {
		return false
	}
	switch base := strings.ToLower(path.Base(name)); path.Ext(base) {
	case ".sh", ".bash":
		return true
	case "":
		return strings.Contains(base, "letsencrypt") || strings.Contains(base, "certbot") || strings.Contains(base, "ssl") || strings.Contains(base, "deploy")
	}
	return false
}

// exampleName are host names and e-mail domains that stand for the reader's own. RFC 2606 reserves example.* for documentation.
var exampleName = regexp.MustCompile(`(?i)(^|[@.-])(example|exemple|domain|domain-name|yourdomain|your-domain|your_domain|yourdomainname|mydomain|my-domain|yoursite|your-site|mysite|yourwebsite|yourapp|your-app|yourcompany|company|website|changeme|test)\.(com|org|net|io|dev|app|tld|co|example|local|test|ru|de|fr)$|(?i)(^|[@.])(example|invalid|test|localhost|local)$|<|>|\{\{|(?i)\byour[-_.]?(email|mail|name|domain)|(?i)^(email|mail|you|user|name|me)@(email|mail|domain|host)\b|(?i)^(changeme|todo|xxx+|fixme|replace.*|placeholder|domain|email)$`)

// emailPlaceholder says what is wrong with an e-mail address, or "".
func emailPlaceholder(text string) string {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "empty"
	case exampleName.MatchString(text) || strings.HasPrefix(strings.ToLower(text), "your-email@") || strings.HasPrefix(strings.ToLower(text), "youremail@"):
		return "a placeholder"
	case !strings.Contains(text, "@"):
		return "not an address"
	}
	return ""
}

// domainPlaceholder says what is wrong with a domain, or "".
func domainPlaceholder(text string) string {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "empty"
	case exampleName.MatchString(text):
		return "a placeholder"
	case !strings.Contains(text, "."):
		return "not a domain"
	}
	return ""
}

// wordAt is where a word of a call gets its value: the assignment of the variable that holds it, with the call as a step.
func (o obtaining) wordAt(w shell.Word, call shell.CertbotCall) source.Evidence {
	at := w.Span
	if w.Known && w.Text != "" && w.Raw != w.Text {
		for _, c := range o.script.All() {
			for _, a := range c.Assigns {
				if a.Value.Text == w.Text && !a.Value.Span.IsZero() {
					at = a.Value.Span
				}
				for _, e := range a.Array {
					if e.Text == w.Text && !e.Span.IsZero() {
						at = e.Span
					}
				}
			}
		}
	}
	if at.IsZero() {
		at = call.Command.Span
	}
	if at.Position().Line == call.Command.Span.Position().Line || call.Command.Span.IsZero() {
		return source.At(at)
	}
	return source.At(at, source.Step{Span: call.Command.Span, Note: "used by certbot " + call.Sub})
}
