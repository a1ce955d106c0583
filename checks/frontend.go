package checks

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/source"
	"github.com/prodcheck/prodcheck/internal/web"
)

// maxFrontend bounds the front-end files that are read.
const maxFrontend = 20000

// frontendScripts calls see with the tokens of every script that ships to browsers and holds one of the words, and returns the first
// such file seen whether or not it holds a word; nil if there is no front end.
func frontendScripts(f *Facts, words []string, see func(file *source.File, tokens []web.Token)) (first *source.File) {
	n := 0
	for _, name := range f.Repo.Find(shipsToBrowsers) {
		if n++; n > maxFrontend {
			break
		}
		file := f.Repo.File(name)
		if file == nil || minified(file) || runsOnServer(file) {
			continue
		}
		if first == nil {
			first = file
		}
		if !holdsOne(file.Text, words) {
			continue
		}
		switch path.Ext(name) {
		case ".vue", ".svelte", ".html", ".htm", ".jinja", ".j2", ".astro":
			for _, tokens := range web.Scripts(file) {
				see(file, tokens)
			}
		default:
			see(file, web.Lex(file))
		}
	}
	return first
}

// serverPackages are the packages that only a program on the server imports.
var serverPackages = regexp.MustCompile(`(?:from|require\()\s*["'](?:node:(?:http|https|fs|net|cluster|child_process)|express|fastify|koa|@hapi/hapi|@nestjs/core|mongoose|typeorm|sequelize|@prisma/client|pg|mysql2?(?:/promise)?|ioredis|bullmq)["']`)

// runsOnServer reports whether a script is a program for Node on the server: what it calls, no browser does.
func runsOnServer(f *source.File) bool {
	switch path.Ext(f.Path) {
	case ".js", ".ts", ".mjs", ".cjs", ".mts":
		return serverPackages.Match(f.Text)
	}
	return false
}

func holdsOne(text []byte, words []string) bool {
	for _, w := range words {
		if bytes.Contains(text, []byte(w)) {
			return true
		}
	}
	return false
}

// shipsToBrowsers reports whether a file is front-end source of the project's own that ends up in browsers: no tests, stories, build
// configuration, vendored or built files.
func shipsToBrowsers(name string) bool {
	base := strings.ToLower(path.Base(name))
	switch path.Ext(base) {
	case ".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".vue", ".svelte", ".html", ".htm":
	default:
		return false
	}
	return ownFrontend(name, base)
}

func ownFrontend(name, base string) bool {
	for _, part := range []string{".test.", ".spec.", ".stories.", ".story.", ".config.", ".min.", ".mock.", ".d.ts", ".e2e.", "-min.", ".bundle.", "setuptests", "setupproxy", "serviceworker", "gulpfile", "gruntfile", "webpack", "rollup", "mocha", "karma", "jest", "vite.config"} {
		if strings.Contains(base, part) {
			return false
		}
	}
	for _, dir := range strings.Split(strings.ToLower(path.Dir(name)), "/") {
		switch dir {
		case "webpack", "test", "tests", "__tests__", "__mocks__", "mocks", "e2e", "cypress", "playwright", "stories", ".storybook", "node_modules", "dist", "build", "vendor", "vendors",
			"third_party", "thirdparty", "lib", "libs", "plugins", "docs", "doc", "examples", "example", "scripts", "bower_components", "coverage", "fixtures", ".github", "storybook", "locale", "htmlcov", "public_html", "staticfiles", "tools", ".vitepress":
			return false
		}
	}
	return true
}

// minified reports whether a file is not written by hand: a line of several thousand characters.
func minified(f *source.File) bool {
	if len(f.Text) < 5000 {
		return false
	}
	return len(f.Text)/f.Lines() > 400
}

// constant returns the text that a name is given once in a file ("const KEY = 'access'"), or "".
func constant(tokens []web.Token, name string) string {
	for i := 0; i+2 < len(tokens); i++ {
		if tokens[i].Kind == web.Ident && tokens[i].Text == name && tokens[i+1].Text == "=" && tokens[i+2].Kind == web.String {
			return tokens[i+2].Text
		}
	}
	return ""
}

// statement returns the bounds of the tokens around one that belong to its statement, roughly: up to a semicolon, or a line end
// after which a statement starts.
func statement(tokens []web.Token, i int) (start, end int) {
	start, end = i, i
	for start > 0 && i-start < 80 && tokens[start-1].Text != ";" && !startsStatement(tokens, start) {
		start--
	}
	for end+1 < len(tokens) && end-i < 80 && tokens[end].Text != ";" && !startsStatement(tokens, end+1) {
		end++
	}
	return start, end
}

func startsStatement(tokens []web.Token, i int) bool {
	if tokens[i].Kind != web.Ident {
		return false
	}
	switch tokens[i].Text {
	case "const", "let", "var", "export", "import", "function", "if", "return", "class", "for", "while":
		return true
	}
	return false
}
