package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/checks"
)

var (
	markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	fenced       = regexp.MustCompile("(?ms)^\\s*```.*?^\\s*```")
	heading      = regexp.MustCompile(`(?m)^#+ (.+)$`)
	commandWord  = regexp.MustCompile("(?m)(?:`|\\$ |run: |- )prodcheck ([a-z]+)")
	otherTools   = regexp.MustCompile("(?m)^.*\\b(?:docker|git|curl|gh) .*$") // lines with flags that are not ours
	flagWord     = regexp.MustCompile(`(?:^|[\s\x60\[])(--[a-z][a-z-]*)`)
)

// pages are the Markdown files that people read, without the examples.
func pages(t *testing.T) map[string]string {
	t.Helper()
	root := filepath.Join("..", "..")
	out := map[string]string{}
	for _, dir := range []string{".", "docs"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && dir == "." && filepath.Clean(name) != root {
				return fs.SkipDir
			}
			if strings.HasSuffix(name, ".md") {
				text, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				out[filepath.Clean(name)] = string(text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestLinks holds that every relative link of the documentation leads to a file, and to a heading of it where it names one.
func TestLinks(t *testing.T) {
	all := pages(t)
	for name, text := range all {
		for _, m := range markdownLink.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
			link := m[1]
			if strings.Contains(link, "://") || strings.HasPrefix(link, "mailto:") {
				continue
			}
			file, anchor, _ := strings.Cut(link, "#")
			to := filepath.Join(filepath.Dir(name), file)
			if file == "" {
				to = name
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s: %s leads nowhere", name, link)
				continue
			}
			if anchor != "" && strings.HasSuffix(to, ".md") && !hasHeading(all[to], anchor) {
				t.Errorf("%s: %s has no such heading", name, link)
			}
		}
	}
}

func hasHeading(text, anchor string) bool {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		id := strings.ReplaceAll(strings.ToLower(regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(m[1], "")), " ", "-")
		if id == anchor {
			return true
		}
	}
	return false
}

// TestDocsAreTrue holds that guides and problems name only commands and flags that there are, and that all of them can be reached
// from the README.
func TestDocsAreTrue(t *testing.T) {
	root := (&app{}).root()
	commands, flags := map[string]bool{"scan": true}, map[string]bool{"--help": true}
	for _, c := range root.Commands() {
		commands[c.Name()] = true
		for _, word := range regexp.MustCompile(`--[a-z][a-z-]*`).FindAllString(c.UsageString(), -1) {
			flags[word] = true
		}
	}
	all := pages(t)
	reached := map[string]bool{}
	var follow func(name string)
	follow = func(name string) {
		if reached[name] {
			return
		}
		reached[name] = true
		for _, m := range markdownLink.FindAllStringSubmatch(all[name], -1) {
			file, _, _ := strings.Cut(m[1], "#")
			if to := filepath.Join(filepath.Dir(name), file); all[to] != "" {
				follow(to)
			}
		}
	}
	follow(filepath.Join("..", "..", "README.md"))
	for name, text := range all {
		guide := strings.Contains(name, "guides") || strings.Contains(name, "problems")
		if !guide {
			continue
		}
		if !reached[name] {
			t.Errorf("no way leads from the README to %s", name)
		}
		for _, m := range commandWord.FindAllStringSubmatch(text, -1) {
			if !commands[m[1]] {
				t.Errorf("%s: there is no command prodcheck %s", name, m[1])
			}
		}
		for _, m := range flagWord.FindAllStringSubmatch(otherTools.ReplaceAllString(text, ""), -1) {
			if !flags[m[1]] {
				t.Errorf("%s: there is no flag %s", name, m[1])
			}
		}
	}
	for _, c := range checks.All() {
		if all[filepath.Join("..", "..", "docs", "checks", c.ID+".md")] == "" {
			t.Errorf("%s has no page", c.ID)
		}
	}
}
