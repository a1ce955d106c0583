package checks_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/checks"
)

// exampleFiles reads one of the examples into an archive.
func exampleFiles(t *testing.T, name string) *archive {
	t.Helper()
	root := filepath.Join("..", "examples", name)
	a := &archive{files: map[string][]byte{}}
	check(t, filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(p)
		a.files[filepath.ToSlash(rel)] = text
		return err
	}))
	return a
}

// change replaces a text in a file of an archive; the text has to be there.
func (a *archive) change(t *testing.T, name, from, to string) {
	t.Helper()
	if !strings.Contains(string(a.files[name]), from) {
		t.Fatalf("%s has no %q", name, from)
	}
	a.files[name] = []byte(strings.Replace(string(a.files[name]), from, to, 1))
}

// mistakes are the mistakes that cannot stand in one repository together with those of examples/insecure: each is made in a copy of it.
func mistakes(t *testing.T) map[string]func(a *archive) {
	return map[string]func(a *archive){
		"as it stands": func(*archive) {},
		"secrets and data are committed": func(a *archive) {
			a.files[".env"] = []byte("DJANGO_KEY=8f2b6d0c4e7a91f35d\nPOSTGRES_PASSWORD=q9Zr4Tm\n")
			a.files["certs/site.key"] = []byte("-----BEGIN " + "PRIVATE KEY-----\n" + strings.Repeat("MC4CAQAwBQYDK2VwBCIEIHx3n0q5\n", 4) + "-----END " + "PRIVATE KEY-----\n")
			a.files["db.sqlite3"] = append([]byte("SQLite format 3\x00"), make([]byte, 4096)...)
		},
		"secrets were committed once": func(a *archive) {
			a.files["@history/.env"] = []byte("DJANGO_KEY=8f2b6d0c4e7a91f35d\n")
		},
		"origins are listed badly": func(a *archive) {
			a.change(t, "filmclub/settings.py", `os.environ.get("CORS_OPEN", "1") == "1"`, "False")
		},
		"HTTPS without the proxy's header": func(a *archive) {
			a.change(t, "filmclub/settings.py", `    # "django.middleware.security.SecurityMiddleware",`, `    "django.middleware.security.SecurityMiddleware",`)
			a.change(t, "filmclub/settings.py", `if os.environ.get("USE_HTTPS", "False") == "True":`, "if True:")
		},
		"the certificate is for other names": func(a *archive) {
			a.change(t, "init-letsencrypt.sh", "yourdomain.com www.yourdomain.com", "films.info")
			a.change(t, "nginx/nginx.conf", "ssl;\n        server_name filmclub.example.org;", "ssl;\n        server_name filmclub.info;")
		},
		"development's server": func(a *archive) {
			a.files["docker-compose.prod.yml"] = []byte(strings.Replace(string(a.files["docker-compose.yml"]), "    env_file: .env\n", "    command: python manage.py runserver 0.0.0.0:8000\n", 1))
			delete(a.files, "docker-compose.yml")
		},
		"development's compose file alone": func(a *archive) {
			a.files["docker-compose.dev.yml"] = a.files["docker-compose.yml"]
			delete(a.files, "docker-compose.yml")
		},
		"configuration in compose": func(a *archive) {
			a.change(t, "docker-compose.yml", "    env_file: .env\n    environment:\n", "    environment:\n      DEBUG: \"0\"\n      ALLOWED_HOSTS: filmclub.info\n      SITE_NAME: Film club\n      LANGUAGE: en\n      EMAIL_HOST: mail.filmclub.info\n")
		},
		"nginx's configuration does not parse": func(a *archive) { a.change(t, "nginx/nginx.conf", "ssl_stapling on;", "ssl_stapling on") },
		"the compose file does not validate":   func(a *archive) { a.change(t, "docker-compose.yml", "    build: .\n", "    bild: .\n") },
		"the Dockerfile does not parse":        func(a *archive) { a.change(t, "Dockerfile", "WORKDIR /app", "WORKDRI /app") },
	}
}

// TestExamples holds the two examples to what they are for: with what is wrong in the insecure one every check has something to say,
// and in the hardened one none warns.
func TestExamples(t *testing.T) {
	missing := map[string]bool{}
	for _, c := range checks.All() {
		if !strings.HasPrefix(c.ID, "live-") {
			missing[c.ID] = true
		}
	}
	for name, make := range mistakes(t) {
		a := exampleFiles(t, "insecure")
		make(a)
		for _, res := range checks.Run(&checks.Facts{Repo: a.load(t, nil)}).Results {
			if len(res.Findings) > 0 {
				delete(missing, res.Check.ID)
			}
			if res.Stopped {
				t.Errorf("%s: %s", name, describe(res))
			}
		}
	}
	var ids []string
	for id := range missing {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if len(ids) > 0 {
		t.Errorf("nothing in examples/insecure and its variants triggers %s", strings.Join(ids, ", "))
	}
	for _, res := range checks.Run(&checks.Facts{Repo: exampleFiles(t, "hardened").load(t, nil)}).Results {
		for _, f := range res.Findings {
			if f.Level != "note" {
				t.Errorf("examples/hardened: %s:%d: %s: %s", f.Place.Path, f.Place.Line, res.Check.ID, f.Message)
			}
		}
	}
}
