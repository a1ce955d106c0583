package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/dotenv"
	"github.com/prodcheck/prodcheck/internal/source"
	"github.com/prodcheck/prodcheck/internal/web"
)

var frontendInsecureAPIURL = &Check{
	ID:       "frontend-insecure-api-url",
	Title:    "The front end calls its API over plain HTTP",
	Severity: High,
	Fallback: Medium,
	Why:      "Browsers block such calls from an HTTPS page, so that nothing works; where they do not, tokens and answers can be read on the way. A fallback to localhost calls the visitor's own computer.",
	Fix:      "Call the API under a relative path such as /api, or set an https:// address in .env.production and fall back to nothing.",
	Misses:   "Addresses that are put together of several parts, and variables that only the build machine sets.",
	Refs:     []string{"https://developer.mozilla.org/en-US/docs/Web/Security/Mixed_content", "https://vite.dev/guide/env-and-mode"},
	Bad: `
-- frontend/src/api.js --
import axios from "axios";
export const api = axios.create({ baseURL: "http://api.example.org/v1" }); // want "http://api.example.org/v1"
const other = import.meta.env.VITE_API_URL || "http://localhost:8000"; // want "falls back"
`,
	Good: `
-- frontend/src/api.js --
import axios from "axios";
export const api = axios.create({ baseURL: "/api" });
`,
	Run: func(f *Facts, v *Verdict) {
		set, failed := frontendVariables(f, v)
		first := frontendScripts(f, []string{"http://", "ws://"}, func(file *source.File, tokens []web.Token) {
			for i, t := range tokens {
				if (t.Kind != web.String && t.Kind != web.Template) || !insecureAddress(t.Text) {
					continue
				}
				if o := apiUse(tokens, i, set); o.status == Fail {
					failed = true
					fd := v.Fail(source.At(t.Span), "%s", o.message)
					if o.lesser {
						fd.FallsBack()
					}
				}
			}
		})
		if first != nil && !failed {
			v.Pass(firstLine(first), "no script calls an API over plain HTTP")
		}
	},
}

func insecureAddress(text string) bool {
	for _, scheme := range []string{"http://", "ws://"} {
		if rest, ok := strings.CutPrefix(text, scheme); ok {
			host := parseOrigin("http://" + rest).host
			return host != "" && host != "www.w3.org" && !strings.HasSuffix(host, "json-schema.org") && (strings.Contains(host, ".") || isLocal(host))
		}
	}
	return false
}

var (
	apiName = regexp.MustCompile(`(?i)(api|backend|server|endpoint|base|graphql|socket|ws)[-_]?(url|uri|host|base|root|endpoint|origin|path)?$|^(url|host|origin)$`)
	// developmentName is a name that says that production does not use it: LOCAL_RELOAD_URL, devServerUrl.
	developmentName = regexp.MustCompile(`(?i)^(local|dev|development|debug|test|mock)(_|[A-Z])|_(local|dev|development|reload)(_|$)`)
	envName         = regexp.MustCompile(`^(VITE|REACT_APP|NEXT_PUBLIC|VUE_APP|NUXT_PUBLIC|PUBLIC|EXPO_PUBLIC|GATSBY)_`)
)

// apiUse is the opinion of one insecure address: called, given to a name that sounds like an API's, or a fallback behind a variable
// of the build. set holds the variables that production's build sets.
func apiUse(tokens []web.Token, i int, set map[string]bool) opinion {
	start, end := statement(tokens, i)
	url := trimmed(tokens[i].Text)
	local := isLocal(parseOrigin(strings.Replace(tokens[i].Text, "ws://", "http://", 1)).host)
	used := ""
	variable := ""
	fallback := i > 0 && (tokens[i-1].Text == "||" || tokens[i-1].Text == "??")
	for j := start; j <= end; j++ {
		t := tokens[j]
		switch {
		case t.Kind == web.String && (t.Text == "development" || t.Text == "localhost" || t.Text == "test"), t.Kind == web.Ident && (t.Text == "DEV" || t.Text == "__DEV__" || t.Text == "isDev" || t.Text == "isDevelopment"):
			return opinion{} // a branch that production does not take, or one that cannot be told apart
		case t.Kind == web.Ident && j < i && developmentName.MatchString(t.Text) && j+1 <= end && tokens[j+1].Text == "=":
			return opinion{}
		case t.Kind == web.Ident && envName.MatchString(t.Text) && j < i:
			variable = t.Text
		case j < i && t.Kind == web.Ident && j+1 <= end && (tokens[j+1].Text == "=" || tokens[j+1].Text == ":" && !conditional(tokens, j)) && apiName.MatchString(t.Text):
			used = t.Text
		case j < i && t.Kind == web.Ident && i-j <= 4 && (t.Text == "fetch" || t.Text == "axios" || t.Text == "WebSocket" || t.Text == "EventSource") && tokens[j+1].Text == "(":
			used = t.Text
		case j < i && t.Kind == web.Ident && i-j <= 3 && isMethod(t.Text) && tokens[j+1].Text == "(" && j > 1 && apiCaller(tokens[j-2].Text):
			used = tokens[j-2].Text
		}
	}
	switch {
	case used == "" && !(fallback && variable != ""), onlyBase(tokens, used):
		return opinion{}
	case fallback && variable != "" && set[variable]:
		return opinion{}
	case fallback:
		return failing("the API's address falls back to %s where the build does not set %s", url, orVariable(variable)).as(Medium)
	case local && used != "":
		return failing("the front end calls %s: the visitor's own computer", url).as(Medium)
	}
	return failing("the front end calls %s over plain HTTP", url)
}

// conditional reports whether the colon after a name is that of "a ? b : c" and the name no key.
func conditional(tokens []web.Token, i int) bool {
	return i > 0 && (tokens[i-1].Text == "." || tokens[i-1].Text == "?." || tokens[i-1].Text == "?")
}

// onlyBase reports whether a name is the base that new URL(path, base) resolves a path against, so that nothing is called.
func onlyBase(tokens []web.Token, name string) bool {
	if name == "" {
		return false
	}
	uses, bases := 0, 0
	for i, t := range tokens {
		if t.Kind != web.Ident || t.Text != name || i+1 < len(tokens) && (tokens[i+1].Text == "=" || tokens[i+1].Text == ":") {
			continue
		}
		uses++
		for j := i - 1; j > 2 && i-j < 12; j-- {
			if tokens[j].Text == "(" && tokens[j-1].Text == "URL" && tokens[j-2].Text == "new" && tokens[i-1].Text == "," {
				bases++
				break
			}
		}
	}
	return uses > 0 && uses == bases
}

func orVariable(name string) string {
	if name == "" {
		return "another one"
	}
	return name
}

func isMethod(name string) bool {
	switch name {
	case "get", "post", "put", "patch", "delete", "request", "create", "open", "ajax", "getJSON":
		return true
	}
	return false
}

func apiCaller(name string) bool {
	switch name {
	case "axios", "http", "$http", "ky", "api", "client", "$", "jQuery", "request", "xhr":
		return true
	}
	return false
}

// frontendVariables judges the environment files that a production build reads and returns the variables that they, a Dockerfile or
// the compose file's build arguments set.
func frontendVariables(f *Facts, v *Verdict) (set map[string]bool, failed bool) {
	set = map[string]bool{}
	for _, img := range f.Repo.Deployment.Images {
		for _, st := range img.File.Stages {
			for _, in := range st.Instructions {
				for _, p := range in.Pairs {
					set[p.Key] = true
				}
			}
		}
	}
	for _, name := range f.Repo.Find(func(name string) bool {
		switch path.Base(name) {
		case ".env.production", ".env.prod", ".env":
			return !forDevelopment(path.Dir(name))
		}
		return false
	}) {
		file := f.Repo.File(name)
		if file == nil {
			continue
		}
		for _, e := range dotenv.Parse(file, dotenv.Compose).Entries {
			if !envName.MatchString(e.Key) {
				continue
			}
			set[e.Key] = true
			if !insecureAddress(e.Value) || !apiName.MatchString(e.Key) && !strings.Contains(e.Key, "API") {
				continue
			}
			failed = true
			fd := v.Fail(source.At(e.ValueSpan), "the production build calls %s: %s", trimmed(e.Value), e.Key)
			if isLocal(parseOrigin(e.Value).host) {
				fd.FallsBack()
			}
		}
	}
	return set, failed
}
