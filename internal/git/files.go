package git

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Sizes of files of .git that are read whole. Git's own files stay far below them.
const (
	maxConfig     = 1 << 20
	maxIndex      = 128 << 20
	maxRefFile    = 4 << 10
	maxPackedRefs = 64 << 20
	maxIgnoreFile = 1 << 20
	maxPath       = 4096 // PATH_MAX on Linux; git writes no longer ones there
)

var (
	errLink    = errors.New("is a link, which is not followed")
	errIrreg   = errors.New("is not a regular file")
	errTooLong = errors.New("is too large")
)

// lstat is fs.Lstat that refuses a name with a link among its folders: a .git of others may point anywhere.
func lstat(fsys fs.FS, name string) (fs.FileInfo, error) {
	if len(name) > maxPath || strings.Count(name, "/") > 1000 {
		return nil, fs.ErrNotExist
	}
	for i := 0; i < len(name); i++ {
		if name[i] != '/' {
			continue
		}
		fi, err := fs.Lstat(fsys, name[:i])
		if err != nil {
			return nil, err
		}
		if fi.Mode()&fs.ModeSymlink != 0 {
			return nil, fmt.Errorf("%s %w", name[:i], errLink)
		}
		if !fi.IsDir() {
			return nil, fs.ErrNotExist
		}
	}
	return fs.Lstat(fsys, name)
}

// open opens a regular file; links, pipes and devices are refused before they are opened.
func open(fsys fs.FS, name string) (fs.File, int64, error) {
	fi, err := lstat(fsys, name)
	switch {
	case err != nil:
		return nil, 0, err
	case fi.Mode()&fs.ModeSymlink != 0:
		return nil, 0, fmt.Errorf("%s %w", path.Base(name), errLink)
	case !fi.Mode().IsRegular():
		return nil, 0, fmt.Errorf("%s %w", path.Base(name), errIrreg)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, 0, err
	}
	return f, fi.Size(), nil
}

// readFile reads a regular file of at most limit bytes.
func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, size, err := open(fsys, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > limit {
		return nil, fmt.Errorf("%s %w", path.Base(name), errTooLong)
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if int64(len(data)) > limit { // it grew, or lied about its size
		return nil, fmt.Errorf("%s %w", path.Base(name), errTooLong)
	}
	return data, nil
}

// config holds the last value of each variable of .git/config, by "section.subsection.name"; section and name are lower case.
// Includes are not followed: git follows none either when it decides what kind of repository it has.
type config map[string]string

func parseConfig(data []byte) config {
	c := config{}
	section := ""
	lines := strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		l := strings.TrimSpace(strings.TrimPrefix(lines[i], "\ufeff"))
		if strings.HasPrefix(l, "[") {
			head, rest, ok := strings.Cut(l[1:], "]")
			if !ok {
				continue
			}
			name, sub, _ := strings.Cut(strings.TrimSpace(head), " ")
			section = strings.ToLower(name)
			if sub = strings.Trim(strings.TrimSpace(sub), `"`); sub != "" {
				section += "." + sub
			}
			l = strings.TrimSpace(rest)
		}
		if l == "" || l[0] == '#' || l[0] == ';' {
			continue
		}
		name, value, set := strings.Cut(l, "=")
		if !set {
			name, _, _ = strings.Cut(name, "#")
			value = "true" // a name alone is true
		}
		for strings.HasSuffix(value, `\`) && i+1 < len(lines) {
			i++
			value = strings.TrimSuffix(value, `\`) + lines[i]
		}
		c[section+"."+strings.ToLower(strings.TrimSpace(name))] = configValue(value)
	}
	return c
}

// configValue takes quotes, escapes and a comment out of a value.
func configValue(s string) string {
	s = strings.TrimSpace(s)
	var b strings.Builder
	quoted, blanks := false, 0
	for i := 0; i < len(s); i++ {
		ch := s[i]
		switch {
		case ch == '\\' && i+1 < len(s):
			i++
			ch = s[i]
		case ch == '"':
			quoted = !quoted
			continue
		case !quoted && (ch == '#' || ch == ';'):
			return b.String()
		case !quoted && (ch == ' ' || ch == '\t'):
			blanks++
			continue
		}
		for ; blanks > 0; blanks-- {
			b.WriteByte(' ')
		}
		b.WriteByte(ch)
	}
	return b.String()
}

func (c config) isTrue(name string) bool {
	switch strings.ToLower(c[name]) {
	case "true", "yes", "on", "1":
		return true
	}
	return false
}
