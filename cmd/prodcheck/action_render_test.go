package main

import (
	"os/exec"
	"strings"
	"testing"
)

// render turns Markdown into HTML with GitHub's own program, or skips where it is not installed.
func render(t *testing.T, markdown string) string {
	t.Helper()
	program, err := exec.LookPath("cmark-gfm")
	if err != nil {
		t.Skip("SKIP: cmark-gfm is not installed: Markdown is not rendered")
	}
	cmd := exec.Command(program, "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tasklist", "-e", "tagfilter")
	cmd.Stdin = strings.NewReader(markdown)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// mention returns where a rendered text has an @ outside of code, where GitHub looks for people to notify; -1 if nowhere.
func mention(html string) int {
	code, tag := 0, false
	for i := 0; i < len(html); i++ {
		switch {
		case strings.HasPrefix(html[i:], "<code"):
			code++
			tag = true
		case strings.HasPrefix(html[i:], "</code"):
			code--
			tag = true
		case html[i] == '<':
			tag = true
		case html[i] == '>':
			tag = false
		case html[i] == '@' && code == 0 && !tag:
			return i
		}
	}
	return -1
}
