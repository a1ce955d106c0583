package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/nginx"
	"github.com/prodcheck/prodcheck/internal/source"
)

// nginxOrigins speaks of the CORS headers that nginx puts on answers of the application: a star, or the visitor's own origin sent
// back unchecked. With credentials it asks only whether cookies are allowed along; browsers refuse a star with cookies, so only an
// echoed origin counts there.
func nginxOrigins(f *Facts, v *Verdict, credentials bool) {
	seen := once{}
	for _, p := range f.Repo.Deployment.Proxies {
		for _, s := range p.Config.Servers {
			scopes := []*nginx.Scope{s.Scope}
			for _, l := range s.Locations() {
				scopes = append(scopes, l.Scope)
			}
			for _, sc := range scopes {
				if sc.Pass() == nil {
					continue // fonts and pictures are for everybody
				}
				origin, cookies := corsHeaders(sc)
				if origin == nil || !origin.Known {
					continue
				}
				at := origin.At.Evidence()
				echo := origin.Value == "$http_origin"
				switch {
				case at.IsZero() || !seen.first(at):
				case credentials && echo && cookies != nil:
					v.Fail(at.Then(source.Step{Span: cookies.At.HeadSpan(), Note: "cookies are allowed along"}), "nginx lets every origin call the API with its visitors' cookies: it sends $http_origin back")
				case credentials:
				case echo:
					v.Fail(at, "nginx sends every origin back as allowed: Access-Control-Allow-Origin is $http_origin")
				case origin.Value == "*":
					v.Fail(at, `nginx lets every origin call the application: Access-Control-Allow-Origin is "*"`)
				}
			}
		}
	}
}

// corsHeaders returns the CORS headers that a scope adds on no condition: the allowed origin, and the permission for cookies, nil
// where it gives none.
func corsHeaders(sc *nginx.Scope) (origin, cookies *nginx.AddHeader) {
	for _, h := range sc.AddHeaders() {
		switch strings.ToLower(h.Name) {
		case "access-control-allow-origin":
			origin = &h
		case "access-control-allow-credentials":
			if strings.EqualFold(h.Value, "true") {
				cookies = &h
			}
		}
	}
	return origin, cookies
}
