package checks

import (
	"net/netip"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
	"github.com/prodcheck/prodcheck/internal/secrets"
	"github.com/prodcheck/prodcheck/internal/source"
)

// A database is one entry of DATABASES in one scenario.
type database struct {
	alias  string
	entry  django.Value
	engine string // "postgresql", "mysql", …; "" if not known
}

// eachDatabase is judge for every entry of DATABASES that is not SQLite; ask is called with the entry of one scenario. deployed is
// what it means for the check that production alone knows the entry, as when a required DATABASE_URL gives it.
func eachDatabase(f *Facts, v *Verdict, deployed Status, ask func(p *deploy.Project, s *django.Settings, db database) opinion) {
	for _, p := range f.Projects() {
		var aliases []string
		seen := map[string]bool{}
		for _, s := range []*django.Settings{p.Unset, p.Documented} {
			if s == nil {
				continue
			}
			set := s.Get("DATABASES")
			known := set.State == django.Default || p.Documented != nil && s == p.Unset
			if keys, complete := set.Value.Keys(); !known && (!complete || len(keys) == 0) {
				v.Unknown(decided(s, set), "document the production database in an environment template", "DATABASES cannot be worked out: %s", set.Value.Reason())
			}
			for _, k := range set.Value.MayContain() {
				if a, ok := k.Str(); ok && !seen[a] {
					seen[a] = true
					aliases = append(aliases, a)
				}
			}
		}
		for _, alias := range aliases {
			judgeProject(f, v, p, "DATABASES", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
				entry, state := set.Value.Key(alias)
				if state == django.KeyAbsent {
					return opinion{}
				}
				db := database{alias: alias, entry: entry}
				if e, ok := db.text("ENGINE"); ok {
					db.engine = e[strings.LastIndexByte(e, '.')+1:]
					if strings.Contains(e, "sqlite") || strings.Contains(e, "spatialite") || strings.Contains(e, "dummy") {
						return opinion{}
					}
					if strings.Contains(e, "postg") || strings.Contains(e, "psycopg") || strings.Contains(e, "timescale") {
						db.engine = "postgresql"
					}
				}
				if entry.Kind() != django.DictKind {
					if entry.SecretAtDeployment() {
						o := unknowing("attest it, or document the production database in an environment template", "the database %s is set at deployment", alias)
						o.status = deployed
						return o.about(entry)
					}
					return unknowing("document the production database in an environment template", "the database %s cannot be worked out: %s", alias, entry.Reason()).about(entry)
				}
				return ask(p, s, db)
			})
		}
	}
}

// text is the known text under a key of the entry.
func (d database) text(key string) (string, bool) {
	v, _ := d.entry.Key(key)
	return v.Str()
}

// get is the value under a key of the entry, and whether it is there on every branch.
func (d database) get(key string) (django.Value, bool) {
	v, state := d.entry.Key(key)
	return v, state == django.KeyPresent
}

// judgeServicePasswords speaks of weak passwords that the compose file gives the database services themselves: spelled out, or as the
// fallback of a variable that no environment file of the repository sets.
func judgeServicePasswords(f *Facts, v *Verdict) {
	for _, p := range f.Projects() {
		if p.Stack == nil || p.Stack.Project == nil || p.Stack.Development {
			continue
		}
		for _, s := range p.Stack.Project.Services {
			if !isDatabase(s) {
				continue
			}
			for _, e := range s.Environment {
				switch e.Name {
				case "POSTGRES_PASSWORD", "MYSQL_PASSWORD", "MARIADB_PASSWORD", "MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD":
					judgeServicePassword(f, v, s, e)
				}
			}
		}
	}
}

func judgeServicePassword(f *Facts, v *Verdict, s *compose.Service, e *compose.EnvVar) {
	r := e.Value.Interpolate(unknownEnv)
	text, fallback := r.Value, false
	if len(r.Vars) > 0 {
		ref := r.Vars[0]
		whole := ref.Start == 0 && ref.End == len(e.Value.Raw)
		if !whole || ref.Op != "-" && ref.Op != ":-" || strings.Contains(ref.Text, "$") || setByFile(f, ref.Name) {
			return
		}
		text, fallback = ref.Text, true
	}
	at := source.At(e.Value.Span)
	reasons := secrets.PasswordWeakness(text)
	if text == "" || len(reasons) == 0 || v.speaksAt(at) {
		return
	}
	if fallback {
		v.Fail(at, "the password of the service %s falls back to %s, which is weak: %s", s.Name, secrets.Redact(text), strings.Join(reasons, ", ")).FallsBack()
		return
	}
	v.Fail(at, "the password of the service %s is %s, which is weak: %s", s.Name, secrets.Redact(text), strings.Join(reasons, ", "))
}

// setByFile reports whether an environment file with values, in the repository, sets a variable.
func setByFile(f *Facts, name string) bool {
	for _, e := range f.Repo.Deployment.EnvFiles {
		if !e.Template && e.Parsed != nil && e.Parsed.Lookup(name) != nil {
			return true
		}
	}
	return false
}

// A reach says where a database host lies.
type reach uint8

const (
	elsewhere reach = iota // over a network that is not known to be private
	inside                 // the same machine, or a service of the same stack
	unclear                // a bare name that nothing in the repository explains
)

// hostReach tells where a host lies, and how.
func hostReach(p *deploy.Project, host string) (reach, string) {
	h := strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if h == "" || strings.HasPrefix(h, "/") || strings.HasPrefix(h, "@") || strings.HasPrefix(h, "%2f") {
		return inside, "a socket of the same machine"
	}
	if a, err := netip.ParseAddr(h); err == nil && a.IsLoopback() || h == "localhost" || h == "host.docker.internal" {
		return inside, "the same machine"
	}
	if p.Stack != nil && p.Stack.Project != nil {
		for _, s := range p.Stack.Project.Services {
			if strings.EqualFold(s.Name, h) || s.ContainerName.Raw != "" && strings.EqualFold(s.ContainerName.Raw, h) {
				return inside, "the service " + s.Name + " of the compose network"
			}
		}
	}
	if !strings.ContainsAny(h, ".:") || strings.HasSuffix(h, ".internal") || strings.HasSuffix(h, ".local") {
		return unclear, "a name of a private network that the repository does not describe"
	}
	return elsewhere, "outside the compose network"
}

// asksForTLS reports whether the driver is told to go on only with TLS, and by what.
func asksForTLS(p *deploy.Project, db database) (presence, string) {
	for _, s := range p.Services {
		for _, e := range s.Environment {
			if e.Name == "PGSSLMODE" && strongMode(e.Value.Raw) {
				return surelyIn, "PGSSLMODE=" + e.Value.Raw
			}
		}
	}
	options, state := db.entry.Key("OPTIONS")
	if state == django.KeyAbsent {
		return notIn, ""
	}
	for _, key := range []string{"sslmode", "ssl_mode", "ssl", "ssl_ca", "extra_params"} {
		o, st := options.Key(key)
		text, _ := o.Str()
		switch {
		case st == django.KeyAbsent:
		case st == django.KeyMaybe || o.Kind() == django.Unknown:
			return maybeIn, ""
		case strings.HasSuffix(key, "mode") && strongMode(text):
			return surelyIn, key + "=" + text
		case (key == "ssl" || key == "ssl_ca") && o.IsTrue():
			return surelyIn, key
		case key == "extra_params" && strings.Contains(strings.ToLower(text), "encrypt=yes"):
			return surelyIn, text
		}
	}
	return notIn, ""
}

// strongMode reports whether libpq's sslmode or MySQL's ssl_mode refuses to go on without TLS.
func strongMode(mode string) bool {
	switch strings.ToLower(strings.ReplaceAll(strings.TrimSpace(mode), "_", "-")) {
	case "require", "required", "verify-ca", "verify-full", "verify-identity":
		return true
	}
	return false
}
