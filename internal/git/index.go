package git

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// index is what .git/index says, by the published format (gitformat-index).
type index struct {
	entries    []entry // files, sorted by path, each path once
	submodules []string
	sparse     []string // folders that the sparse index keeps as one entry
	complete   bool     // all was read
	reason     string   // why it is not complete, or why sparse is not empty
}

type entry struct {
	path string
	hash Hash
	skip bool // skip-worktree: a sparse checkout left it out
}

const (
	entrySize    = 62       // bytes of an entry before its name
	maxIndexText = 64 << 20 // bytes of all names: version 4 shares prefixes, so a small file can name a lot
)

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errIndex}, args...)...)
}

var (
	errIndex = errors.New("it is damaged")
	errSplit = errors.New("it is a split index")
)

// parseIndex reads versions 2 to 4. What git would refuse is refused: names outside the work tree, entries out of order, a
// wrong checksum. A split index is a complete answer's half, so it is Unknown altogether.
func parseIndex(data []byte) (*index, error) {
	if len(data) < 12+sha1.Size || string(data[:4]) != "DIRC" {
		return nil, corrupt("no header")
	}
	body, sum := data[:len(data)-sha1.Size], data[len(data)-sha1.Size:]
	if want := sha1.Sum(body); !bytes.Equal(want[:], sum) && !bytes.Equal(sum, make([]byte, sha1.Size)) { // zeros: index.skipHash
		return nil, corrupt("its checksum is wrong")
	}
	version, count := binary.BigEndian.Uint32(body[4:]), binary.BigEndian.Uint32(body[8:])
	if version < 2 || version > 4 {
		return nil, fmt.Errorf("it has version %d", version)
	}
	if int64(count) > int64(len(body))/entrySize {
		return nil, corrupt("it counts more entries than it holds")
	}
	x := &index{complete: true, entries: make([]entry, 0, count)}
	rest, err := x.parseEntries(body[12:], version, count)
	if err != nil {
		return nil, err
	}
	if err := parseExtensions(rest); err != nil {
		return nil, err
	}
	return x, nil
}

func (x *index) parseEntries(b []byte, version, count uint32) (rest []byte, err error) {
	var last string
	var lastStage uint16
	text, nameless := 0, false
	for range count {
		if len(b) < entrySize {
			return nil, corrupt("it ends in an entry")
		}
		mode, flags := binary.BigEndian.Uint32(b[24:]), binary.BigEndian.Uint16(b[60:])
		e := entry{hash: Hash(b[40:60])}
		n := entrySize
		if flags&0x4000 != 0 { // extended
			if version < 3 || len(b) < n+2 {
				return nil, corrupt("an entry has flags of a later version")
			}
			e.skip = b[n]&0x40 != 0
			n += 2
		}
		name, used, ok := entryName(b[n:], n, version, last)
		if !ok {
			return nil, corrupt("it ends in a name")
		}
		b = b[n+used:]
		if text += len(name); text > maxIndexText {
			return nil, errors.New("it is too large")
		}
		if name == "" { // a split index leaves out the names that the other half has
			nameless = true
			continue
		}
		stage := flags >> 12 & 3
		if c := strings.Compare(last, name); c > 0 || c == 0 && stage <= lastStage {
			return nil, corrupt("its entries are out of order")
		}
		again := name == last
		last, lastStage = name, stage
		e.path = name
		dir := mode&0o170000 == 0o040000
		if !validName(strings.TrimSuffix(name, "/"), dir == strings.HasSuffix(name, "/")) {
			return nil, corrupt("it names a path that cannot be")
		}
		switch {
		case dir:
			x.sparse = append(x.sparse, strings.TrimSuffix(name, "/"))
		case mode&0o170000 == 0o160000:
			if !again {
				x.submodules = append(x.submodules, name)
			}
		case !again: // the stages of a conflict are one file
			x.entries = append(x.entries, e)
		}
	}
	if len(x.sparse) > 0 {
		slices.Sort(x.sparse) // without the slashes the order is another
		x.reason = "the index is sparse: it does not name the files outside the sparse checkout"
	}
	if nameless && !errors.Is(parseExtensions(b), errSplit) {
		return nil, corrupt("it names a path that cannot be")
	}
	return b, nil
}

// entryName reads the name after the n fixed bytes of an entry, and returns how many bytes it took, padding included.
func entryName(b []byte, n int, version uint32, last string) (name string, used int, ok bool) {
	if version < 4 {
		end := bytes.IndexByte(b, 0)
		if end < 0 || end > maxPath {
			return "", 0, false
		}
		used = (n+end+8)&^7 - n // one to eight zero bytes make the entry a multiple of eight
		return string(b[:end]), used, used <= len(b)
	}
	strip, k := 0, 0
	for {
		if k >= len(b) || k > 4 {
			return "", 0, false
		}
		c := b[k]
		k++
		strip = strip<<7 | int(c&0x7f)
		if c&0x80 == 0 {
			break
		}
		strip++
	}
	end := bytes.IndexByte(b[k:], 0)
	if end < 0 || strip > len(last) || len(last)-strip+end > maxPath {
		return "", 0, false
	}
	return last[:len(last)-strip] + string(b[k:k+end]), k + end + 1, true
}

// validName is git's verify_path: no empty, "." or ".." component, nothing absolute, nothing in .git.
func validName(name string, slashOK bool) bool {
	if !slashOK || name == "" {
		return false
	}
	for c := range strings.SplitSeq(name, "/") {
		if c == "" || c == "." || c == ".." || strings.EqualFold(c, ".git") {
			return false
		}
	}
	return true
}

// parseExtensions looks for those that a reader must understand: their names do not begin with a capital.
func parseExtensions(b []byte) error {
	for len(b) > 0 {
		if len(b) < 8 {
			return corrupt("it ends in an extension")
		}
		name, size := string(b[:4]), binary.BigEndian.Uint32(b[4:])
		if int64(size) > int64(len(b)-8) {
			return corrupt("an extension is cut off")
		}
		b = b[8+size:]
		switch {
		case name == "link":
			return errSplit
		case name == "sdir": // only says that some entries may be folders
		case name[0] < 'A' || name[0] > 'Z':
			return errors.New("it has an extension that is not known here")
		}
	}
	return nil
}

func (x *index) find(path string) (entry, bool) {
	i, ok := slices.BinarySearchFunc(x.entries, path, func(e entry, p string) int { return strings.Compare(e.path, p) })
	if !ok {
		return entry{}, false
	}
	return x.entries[i], true
}
