package checks

import (
	"time"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/django"
)

const jwtDocs = "https://django-rest-framework-simplejwt.readthedocs.io/en/latest/settings.html"

// usesJWT reports whether a project issues tokens with SimpleJWT.
func usesJWT(p *deploy.Project, s *django.Settings) presence {
	if s.Get("SIMPLE_JWT").State == django.Assigned {
		return surelyIn
	}
	if _, there := findElement(s.Get("INSTALLED_APPS").Value, inPackage("rest_framework_simplejwt")); there != notIn {
		return there
	}
	classes, _ := s.Get("REST_FRAMEWORK").Value.Key("DEFAULT_AUTHENTICATION_CLASSES")
	if elems, _ := classes.Elements(); len(elems) > 0 {
		_, there := findElement(classes, inPackage("rest_framework_simplejwt"))
		return there
	}
	if _, ok := p.Requirements["djangorestframework-simplejwt"]; ok {
		return surelyIn
	}
	return notIn
}

// judgeLifetime judges one lifetime of SIMPLE_JWT. sliding is the key that counts instead where sliding tokens are issued; def is
// SimpleJWT's own default for both.
func judgeLifetime(f *Facts, v *Verdict, key, sliding, token string, def, limit time.Duration) {
	judge(f, v, "SIMPLE_JWT", func(p *deploy.Project, s *django.Settings, set django.Setting) opinion {
		switch usesJWT(p, s) {
		case notIn:
			return opinion{}
		case maybeIn:
			return undecided(set)
		}
		k := key
		if kinds, state := set.Value.Key("AUTH_TOKEN_CLASSES"); state != django.KeyAbsent {
			if _, there := findElement(kinds, lastPart("SlidingToken")); there == surelyIn {
				k = sliding
			}
		}
		val, state := set.Value.Key(k)
		if state == django.KeyAbsent {
			return passing("%s tokens live %s, SimpleJWT's default", token, lifetime(def))
		}
		d, ok := val.Duration()
		switch {
		case state == django.KeyMaybe || !ok:
			return unknowing("document the production value of "+k+" in an environment template", "%s cannot be worked out: %s", k, val.Reason()).about(val)
		case d > limit:
			return failing("%s tokens live %s: %s %s more than the limit of %s", token, lifetime(d), k, comes(val), lifetime(limit)).about(val)
		}
		return passing("%s tokens live %s", token, lifetime(d)).about(val)
	})
}
