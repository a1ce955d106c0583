package site

import "strings"

// giveaways are strings of debug pages and of the error pages that frameworks come with. Two of a kind must be there, since a page
// may well talk about one: Django's answer to a failed CSRF check says "DEBUG=True" on a site where it is off.
var giveaways = []struct {
	kind, framework string
	texts           []string
	need            int
}{
	{"debug", "Django", []string{"Using the URLconf defined in", "Django tried these URL patterns", "DEBUG = True</code>"}, 2},
	{"debug", "Django", []string{"DisallowedHost", "Invalid HTTP_HOST header", "Request information", "Django Version:"}, 2},
	{"debug", "Django", []string{"Request Method:", "Exception Type:", "Django Version:", "Traceback"}, 3},
	{"debug", "Django", []string{"The install worked successfully", "in your settings file and you have not configured any"}, 2},
	{"debug", "Werkzeug", []string{"__debugger__", "EVALEX", "Werkzeug Debugger"}, 2},
	{"debug", "Rails", []string{"Action Controller: Exception caught", "Application Trace", "Rails.root:"}, 2},
	{"debug", "Express", []string{"at Layer.handle", "node_modules/express/"}, 2},
	{"debug", "Laravel", []string{"Ignition", "laravel", "facade"}, 3},
	{"debug", "Symfony", []string{"Symfony Exception", "sf-dump", "Stack Trace"}, 2},
	{"framework-page", "Spring", []string{"Whitelabel Error Page", "no explicit mapping for /error"}, 2},
	{"framework-page", "Django", []string{"<title>Not Found</title>", "The requested resource was not found on this server."}, 2},
	{"framework-page", "Django", []string{"<title>Bad Request (400)</title>", "<h1>Bad Request (400)</h1>"}, 2},
	{"framework-page", "Django", []string{"<title>Server Error (500)</title>", "<h1>Server Error (500)</h1>"}, 2},
	{"framework-page", "nginx", []string{"<center><h1>", "<hr><center>nginx"}, 2},
}

// marks returns what gives a page away, each kind and framework once.
func marks(body []byte) []Mark {
	s := string(body[:min(len(body), 1<<20)])
	var out []Mark
	for _, g := range giveaways {
		var found []string
		for _, t := range g.texts {
			if strings.Contains(s, t) {
				found = append(found, t)
			}
		}
		m := Mark{g.kind, g.framework, strings.Join(found, "; ")}
		if len(found) < g.need || len(out) > 0 && out[len(out)-1].Kind == m.Kind && out[len(out)-1].Framework == m.Framework {
			continue
		}
		out = append(out, m)
	}
	return out
}
