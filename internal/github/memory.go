package github

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// memory is a read-only file system in memory. It implements fs.ReadDirFS, fs.StatFS and fs.ReadLinkFS; links are never followed.
// A file whose content was not kept has its size and cannot be read.
type memory struct {
	files map[string]memoryFile
	dirs  map[string]map[string]bool // names in a folder, by the folder's path; "." is the root
}

type memoryFile struct {
	mode fs.FileMode
	data []byte // nil if it was not kept
	size int64
}

var errNotKept = errors.New("the content was not kept")

func newMemory() *memory {
	return &memory{map[string]memoryFile{}, map[string]map[string]bool{".": {}}}
}

func (m *memory) mkdir(name string) {
	if name == "." || m.dirs[name] != nil {
		return
	}
	if _, taken := m.files[name]; taken {
		return
	}
	parent := path.Dir(name)
	m.mkdir(parent)
	if m.dirs[parent] == nil {
		return // a file is in the way
	}
	m.dirs[name] = map[string]bool{}
	m.dirs[parent][path.Base(name)] = true
}

func (m *memory) add(name string, f memoryFile) {
	if m.dirs[name] != nil {
		return
	}
	m.mkdir(path.Dir(name))
	if names := m.dirs[path.Dir(name)]; names != nil {
		names[path.Base(name)] = true
		m.files[name] = f
	}
}

func (m *memory) Stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrInvalid}
	}
	if m.dirs[name] != nil {
		return memoryInfo{path.Base(name), memoryFile{mode: fs.ModeDir | 0o555}}, nil
	}
	if f, ok := m.files[name]; ok {
		return memoryInfo{path.Base(name), f}, nil
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// Lstat is Stat: no link is ever followed.
func (m *memory) Lstat(name string) (fs.FileInfo, error) { return m.Stat(name) }

// ReadLink returns where a link leads.
func (m *memory) ReadLink(name string) (string, error) {
	f, ok := m.files[name]
	if !ok || f.mode&fs.ModeSymlink == 0 {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return string(f.data), nil
}

// ReadDir returns the entries of a folder, sorted by name.
func (m *memory) ReadDir(name string) ([]fs.DirEntry, error) {
	names := m.dirs[name]
	if names == nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	out := make([]fs.DirEntry, 0, len(names))
	for n := range names {
		info, err := m.Stat(path.Join(name, n))
		if err != nil {
			return nil, err
		}
		out = append(out, fs.FileInfoToDirEntry(info))
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

func (m *memory) Open(name string) (fs.File, error) {
	info, err := m.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		entries, err := m.ReadDir(name)
		return &memoryDir{info, entries}, err
	}
	f := m.files[name]
	if f.data == nil && f.size > 0 {
		return &memoryOpen{info, notKept{}}, nil
	}
	return &memoryOpen{info, bytes.NewReader(f.data)}, nil
}

type notKept struct{}

func (notKept) Read([]byte) (int, error) { return 0, errNotKept }

type memoryInfo struct {
	name string
	memoryFile
}

func (i memoryInfo) Name() string       { return i.name }
func (i memoryInfo) Size() int64        { return i.size }
func (i memoryInfo) Mode() fs.FileMode  { return i.mode }
func (i memoryInfo) ModTime() time.Time { return time.Time{} }
func (i memoryInfo) IsDir() bool        { return i.mode.IsDir() }
func (i memoryInfo) Sys() any           { return nil }

type memoryOpen struct {
	info fs.FileInfo
	io.Reader
}

func (f *memoryOpen) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *memoryOpen) Close() error               { return nil }

type memoryDir struct {
	info    fs.FileInfo
	entries []fs.DirEntry
}

func (d *memoryDir) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *memoryDir) Close() error               { return nil }
func (d *memoryDir) Read([]byte) (int, error)   { return 0, fs.ErrInvalid }

// ReadDir implements fs.ReadDirFile.
func (d *memoryDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(d.entries) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(d.entries) {
		n = len(d.entries)
	}
	out := d.entries[:n]
	d.entries = d.entries[n:]
	return out, nil
}
