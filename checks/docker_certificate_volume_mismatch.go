package checks

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/shell"
	"github.com/prodcheck/prodcheck/internal/source"
)

var dockerCertificateVolumeMismatch = &Check{
	ID:       "docker-certificate-volume-mismatch",
	Title:    "nginx does not see the certificate that certbot gets",
	Severity: High,
	Why:      "The certificate is written to one place and read from another: nginx does not start, or keeps an old one until it ends.",
	Fix:      "Mount the same volume at /etc/letsencrypt in certbot and nginx, and let the script write to that one.",
	Misses:   "Links and copies that are made on the server.",
	Refs:     []string{"https://eff-certbot.readthedocs.io/en/stable/using.html#where-are-my-certificates", composeDocs + "#volumes"},
	Bad: `
-- docker-compose.yml --
services:
  nginx:
    image: nginx:1.29
    ports: ["443:443"]
    volumes:
      - ./nginx.conf:/etc/nginx/conf.d/default.conf
      - ./certs:/etc/letsencrypt # want "certbot writes"
  certbot:
    image: certbot/certbot
    volumes:
      - certificates:/etc/letsencrypt
volumes:
  certificates:
-- nginx.conf --
server {
    listen 443 ssl;
    ssl_certificate /etc/letsencrypt/live/filmclub.info/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/filmclub.info/privkey.pem;
}
`,
	Good: `
-- docker-compose.yml --
services:
  nginx:
    image: nginx:1.29
    ports: ["443:443"]
    volumes:
      - ./nginx.conf:/etc/nginx/conf.d/default.conf
      - certificates:/etc/letsencrypt
  certbot:
    image: certbot/certbot
    volumes:
      - certificates:/etc/letsencrypt
volumes:
  certificates:
-- nginx.conf --
server {
    listen 443 ssl;
    ssl_certificate /etc/letsencrypt/live/filmclub.info/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/filmclub.info/privkey.pem;
}
`,
	Run: func(f *Facts, v *Verdict) {
		for _, p := range edges(f) {
			if p.Service == nil {
				continue
			}
			var reads *compose.Mount
			for _, s := range tlsServers(p.Config) {
				for _, c := range s.TLS().Certificates {
					m := mountOf(p.Service, c.Path)
					switch {
					case !c.Known || c.LetsEncrypt == "":
					case m == nil && p.Image == nil:
						v.Fail(c.At.Evidence().Then(source.Step{Span: p.Service.Span, Note: "mounts nothing there"}), "nginx reads %s, and nothing is mounted there", c.Path)
					case m != nil:
						reads = m
					}
				}
			}
			if reads == nil {
				continue
			}
			ok := true
			for _, svc := range p.Stack.Project.Services {
				if !isCertbot(svc) {
					continue
				}
				if w := mountOf(svc, "/etc/letsencrypt/live/x"); w == nil {
					ok = false
					v.Fail(source.At(svc.Span, source.Step{Span: reads.Span, Note: "nginx reads from here"}), "certbot keeps its certificates inside its container: nginx never sees them")
				} else if place(w) != place(reads) {
					ok = false
					v.Fail(source.At(reads.Span, source.Step{Span: w.Span, Note: "certbot writes here"}), "nginx reads certificates from %s, certbot writes them to %s", place(reads), place(w))
				}
			}
			ok = scriptWrites(f, v, reads) && ok
			if ok {
				v.Pass(source.At(reads.Span), "nginx reads certificates from %s, where certbot writes them", place(reads))
			}
		}
	},
}

// mountOf returns the mount of a service that a path of its container is in, the innermost one.
func mountOf(s *compose.Service, at string) (best *compose.Mount) {
	for _, m := range s.Volumes {
		t := path.Clean(m.Target.Raw)
		if (at == t || strings.HasPrefix(at, t+"/")) && (best == nil || len(t) > len(path.Clean(best.Target.Raw))) {
			best = m
		}
	}
	return best
}

// place names what is mounted, so that two mounts of one thing have one name.
func place(m *compose.Mount) string {
	if m.Type == "bind" && m.InRoot {
		return "./" + m.SourcePath
	}
	return m.Source.Raw
}

// scriptWrites speaks of scripts on the host that prepare certificates in a folder which nginx does not read.
func scriptWrites(f *Facts, v *Verdict, reads *compose.Mount) bool {
	ok := true
	for _, o := range obtainings(f) {
		dir := path.Dir(o.file.Path)
		for _, c := range o.script.All() {
			w := c.Program()
			if len(w) < 2 || w[0].Text != "mkdir" || ok == false {
				continue
			}
			for _, a := range w[1:] {
				at, live := strings.CutSuffix(liveFolder(a), "/live")
				if !live || !a.Known {
					continue
				}
				here := at
				if !strings.HasPrefix(at, "/") {
					here = "./" + path.Clean(at)
					if below := "./" + path.Join(dir, at); reads.InRoot && below == place(reads) {
						here = below
					}
				}
				if here != place(reads) && !(strings.HasPrefix(at, "/") && at == path.Clean(reads.Target.Raw)) {
					ok = false
					v.Fail(source.At(folderAt(o, a, c), source.Step{Span: c.Span, Note: "made here"}, source.Step{Span: reads.Span, Note: "nginx reads from here"}),
						"the script prepares certificates in %s, but nginx reads them from %s", at, place(reads))
				}
			}
		}
	}
	return ok
}

// liveFolder cuts a path of a script after its live folder, "" if it has none.
func liveFolder(w shell.Word) string {
	if i := strings.Index(w.Text, "/live/"); i > 0 {
		return w.Text[:i+len("/live")]
	}
	return ""
}

// folderAt is where the script says which folder it writes to: the variable that begins the path, else the command.
func folderAt(o obtaining, w shell.Word, c *shell.Command) source.Span {
	for _, name := range []string{"data_path", "DATA_PATH", "certbot_path", "CERTBOT_DIR"} {
		for _, a := range o.script.Assigned(name) {
			if a.Value.Known && strings.HasPrefix(w.Text, a.Value.Text) {
				return a.Value.Span
			}
		}
	}
	if !w.Span.IsZero() {
		return w.Span
	}
	return c.Span
}
