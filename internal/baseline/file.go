package baseline

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/inert"
)

const (
	header     = "# prodcheck baseline 1"
	maxEntries = 100_000
	maxLine    = 64 << 10
)

// Write writes a baseline file: a comment, and one finding a line, sorted: rule, severity, content hash, path. There is no date
// and no line number in it, so that it changes only when findings do. The same findings give the same bytes.
func Write(w io.Writer, entries []Entry) error {
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, compare)
	var b strings.Builder
	b.WriteString(header + ": these findings are not new. Write it anew with prodcheck baseline; each line may be deleted.\n")
	for _, e := range sorted {
		fmt.Fprintf(&b, "%s %s %s-%s %s\n", e.Rule, e.Severity, e.Line, e.Message, quote(e.Path))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write baseline: %w", err)
	}
	return nil
}

func compare(a, b Entry) int {
	return cmp.Or(strings.Compare(a.Rule, b.Rule), strings.Compare(a.Path, b.Path), strings.Compare(a.Line, b.Line),
		strings.Compare(a.Message, b.Message), cmp.Compare(a.Severity, b.Severity))
}

// quote writes a path as it is, or in Go's syntax if something in it would not be seen.
func quote(p string) string {
	if inert.Text(p) != p || strings.HasPrefix(p, `"`) || strings.TrimSpace(p) != p || p == "" {
		return strconv.QuoteToASCII(p)
	}
	return p
}

// Read reads what Write wrote. Blank lines and comments are left out; the error names the line.
func Read(r io.Reader) ([]Entry, error) {
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxLine)
	var all []Entry
	n := 1
	for ; s.Scan(); n++ {
		l := strings.TrimRight(s.Text(), "\r")
		if n == 1 && !strings.HasPrefix(l, header) {
			return nil, fmt.Errorf("line 1: not a baseline: it does not begin with %q", header)
		}
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		e, err := parse(l)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if all = append(all, e); len(all) > maxEntries {
			return nil, fmt.Errorf("line %d: more than %d findings", n, maxEntries)
		}
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("read baseline: %w", err)
	}
	if n == 1 {
		return nil, fmt.Errorf("not a baseline: it is empty")
	}
	return all, nil
}

func parse(l string) (Entry, error) {
	rule, rest, _ := strings.Cut(l, " ")
	severity, rest, _ := strings.Cut(rest, " ")
	content, path, ok := strings.Cut(rest, " ")
	line, message, two := strings.Cut(content, "-")
	if !ok || !two || !isHash(line) || !isHash(message) || path == "" {
		return Entry{}, fmt.Errorf("not rule, severity, hash and path: %q", l)
	}
	s, err := checks.ParseSeverity(severity)
	if err != nil {
		return Entry{}, err
	}
	if strings.HasPrefix(path, `"`) {
		if path, err = strconv.Unquote(path); err != nil {
			return Entry{}, fmt.Errorf("the path is not quoted well: %q", l)
		}
	}
	if c := checks.Lookup(rule); c != nil {
		rule = c.ID // a former id keeps working
	}
	return Entry{Rule: rule, Severity: s, Path: path, Line: line, Message: message}, nil
}

func isHash(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789abcdef") == ""
}
