package checks

import (
	"path"
	"strings"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/dockerfile"
	"github.com/prodcheck/prodcheck/internal/dotenv"
	"github.com/prodcheck/prodcheck/internal/secrets"
	"github.com/prodcheck/prodcheck/internal/shell"
	"github.com/prodcheck/prodcheck/internal/source"
)

var dockerSecretInImage = &Check{
	ID:       "docker-secret-in-image",
	Title:    "The image holds a secret",
	Severity: Critical,
	Why:      "Everyone who can pull the image, or read the repository, can read the secret: variables, build arguments and every layer stay in it, deleted files too.",
	Fix:      "Give the container the secret when it starts, and give the build what it needs with RUN --mount=type=secret. Change the secret that was in the image.",
	Misses:   "Secrets that a script of the build downloads, and those under names that do not sound like one.",
	Refs:     []string{secretsDocs, "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/"},
	Bad: `
-- Dockerfile --
FROM python:3.13
ENV DJANGO_SECRET_KEY=kV9tq2Lm71xcZ-bb02hsdfk3 # want "DJANGO_SECRET_KEY"
ARG PYPI_TOKEN
RUN pip install --extra-index-url https://ci:${PYPI_TOKEN}@pypi.example.com/simple films # want "PYPI_TOKEN"
COPY .env /app/.env # want ".env"
CMD ["gunicorn", "site1.wsgi"]
`,
	Good: `
-- Dockerfile --
FROM python:3.13
RUN --mount=type=secret,id=PYPI_TOKEN,env=PYPI_TOKEN pip install films
COPY films films
CMD ["gunicorn", "site1.wsgi"]
`,
	Run: func(f *Facts, v *Verdict) {
		seen := map[*dockerfile.Instruction]bool{}
		for _, img := range f.Repo.Deployment.Images {
			stages := img.File.Target(img.Target)
			built := img.File.Image(img.Target, nil)
			if len(stages) == 0 || built == nil {
				continue
			}
			found := false
			for _, st := range stages {
				final := false
				for _, c := range built.Chain {
					final = final || c == st
				}
				args := map[string]bool{}
				for _, in := range st.Instructions {
					if seen[in] {
						continue
					}
					seen[in] = true
					found = imageSecret(f, v, img, in, args, final) || found
				}
			}
			if !found {
				v.Pass(source.At(img.File.Stages[len(img.File.Stages)-1].Span), "no secret in the instructions of %s", img.File.Source.Path)
			}
		}
	},
}

// imageSecret speaks of one instruction. args are the secret build arguments that are in force, and it adds to them; final says
// that the stage ends up in the image and not only feeds it.
func imageSecret(f *Facts, v *Verdict, img *deploy.Image, in *dockerfile.Instruction, args map[string]bool, final bool) (found bool) {
	fail := func(at source.Span, format string, a ...any) {
		found = true
		v.Fail(source.At(at), format, a...)
	}
	switch in.Kind {
	case dockerfile.Env, dockerfile.Arg, dockerfile.Label:
		for _, p := range in.Pairs {
			named := secrets.SecretName(p.Key)
			if in.Kind == dockerfile.Arg && p.Bare {
				if named {
					args[p.Key] = true
				}
				continue
			}
			if ref := secretRef(p.Value.Refs, args); ref != "" {
				fail(p.Value.Span, "the build argument %s stays in the image as %s", ref, p.Key)
			} else if len(p.Value.Refs) == 0 && leaks(named, p.Value.Text) && !secrets.Placeholder(p.Value.Text) {
				fail(p.Value.Span, "%s %s holds a secret: %s", in.Kind, p.Key, secrets.Redact(p.Value.Text))
			}
		}
	case dockerfile.Run:
		found = runSecret(v, in, args)
	case dockerfile.Copy, dockerfile.Add:
		if !in.From.Span.IsZero() || !final {
			break
		}
		for _, src := range in.Sources {
			if what := secretFile(f, img, src.Text); what != "" {
				fail(src.Span, "%s, %s, is copied into the image", src.Text, what)
			}
		}
	}
	for _, h := range in.Heredocs {
		parsed := dotenv.Parse(source.NewFile(h.Name, []byte(h.Text)), dotenv.Shell)
		for _, e := range secretEntries(parsed) {
			if e.Known {
				fail(h.Body, "a file written here holds %s", e.Key)
				break
			}
		}
		if !found && len(secrets.Scan(h.Text)) > 0 {
			fail(h.Body, "a file written here holds a %s", secrets.Scan(h.Text)[0].Kind)
		}
	}
	return found
}

// secretRef returns the first of the names that is a secret build argument, or "".
func secretRef(refs []string, args map[string]bool) string {
	for _, r := range refs {
		if args[r] {
			return r
		}
	}
	return ""
}

// runSecret speaks of a RUN instruction. A key given to one command such as collectstatic is not in force when the site runs.
func runSecret(v *Verdict, in *dockerfile.Instruction, args map[string]bool) bool {
	for _, f := range secrets.Scan(in.Command) {
		v.Fail(source.At(in.Args), "RUN holds a %s", f.Kind)
		return true
	}
	for name := range args {
		mounted := false
		for _, m := range in.Mounts {
			mounted = mounted || m.Type == "secret" && m.Env == name
		}
		if !mounted && (strings.Contains(in.Command, "${"+name+"}") || refers(in.Command, name)) {
			v.Fail(source.At(in.Args), "the build argument %s is used in RUN: docker history shows it", name)
			return true
		}
	}
	if in.Exec {
		return false
	}
	for _, c := range shell.ParseText(in.Args, in.Command).Commands {
		for _, a := range c.Assigns {
			if len(c.Args) == 0 || a.Export {
				if a.Value.Known && !a.Value.Fallback && secrets.SecretName(a.Name) && leaks(true, a.Value.Text) && !secrets.Placeholder(a.Value.Text) && !buildOnly(in.Command) {
					v.Fail(source.At(in.Args), "RUN sets %s to a secret: %s", a.Name, secrets.Redact(a.Value.Text))
					return true
				}
			}
		}
	}
	return false
}

// refers reports whether a shell text holds $name as a whole word.
func refers(text, name string) bool {
	for rest := text; ; {
		i := strings.Index(rest, "$"+name)
		if i < 0 {
			return false
		}
		rest = rest[i+1+len(name):]
		if rest == "" || !(rest[0] == '_' || '0' <= rest[0] && rest[0] <= '9' || 'a' <= rest[0]|0x20 && rest[0]|0x20 <= 'z') {
			return true
		}
	}
}

func buildOnly(command string) bool {
	for _, w := range []string{"collectstatic", "compilemessages", "compress", "check", "npm ", "yarn ", "tailwind"} {
		if strings.Contains(command, w) {
			return true
		}
	}
	return false
}

// secretFile says what secret a file that is copied by name holds: "an environment file", "a private key", or "".
func secretFile(f *Facts, img *deploy.Image, name string) string {
	if strings.ContainsAny(name, "*?[$") {
		return ""
	}
	file := f.Repo.File(path.Join(img.Context, path.Clean("/" + name)[1:]))
	switch {
	case dotenv.LooksLike(name) && strings.HasPrefix(path.Base(name), ".env") || path.Ext(name) == ".env":
		if dotenv.TemplateName(name) {
			return ""
		}
		if file != nil {
			if parsed := dotenv.Parse(file, dotenv.Compose); frontendEnv(parsed) || len(secretEntries(parsed)) == 0 {
				return ""
			}
		}
		return "an environment file"
	case file != nil && mayBeKey(name):
		if kind, _, ok := secrets.PrivateKey(file.Text); ok {
			return article(kind)
		}
	case strings.HasPrefix(path.Base(name), "id_rsa") || strings.HasPrefix(path.Base(name), "id_ed25519"):
		if !strings.HasSuffix(name, ".pub") {
			return "a private key"
		}
	}
	return ""
}
