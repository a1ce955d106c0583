package main

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// An overlay is a folder in which some files have other texts, and some are there that are not.
type overlay struct {
	fs.FS
	files map[string][]byte
}

// Open opens a file: the text put over it, or the folder's own.
func (o *overlay) Open(name string) (fs.File, error) {
	if text, ok := o.files[name]; ok {
		return &memFile{Reader: bytes.NewReader(text), info: memInfo{path.Base(name), int64(len(text)), 0o644}}, nil
	}
	return o.FS.Open(name)
}

// ReadDir lists a folder with the files put into it.
func (o *overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := fs.ReadDir(o.FS, name)
	added := map[string]fs.DirEntry{}
	for file, text := range o.files {
		rel := file
		if name != "." {
			var below bool
			if rel, below = strings.CutPrefix(file, name+"/"); !below {
				continue
			}
		}
		first, _, deeper := strings.Cut(rel, "/")
		info := memInfo{first, int64(len(text)), 0o644}
		if deeper {
			info = memInfo{first, 0, fs.ModeDir | 0o755}
		}
		added[first] = fs.FileInfoToDirEntry(info)
	}
	if err != nil && len(added) == 0 {
		return nil, err
	}
	for _, e := range list {
		if a := added[e.Name()]; a != nil && (e.IsDir() || a.IsDir()) {
			delete(added, e.Name())
		}
	}
	out := slices.DeleteFunc(slices.Clone(list), func(e fs.DirEntry) bool { return added[e.Name()] != nil })
	for _, e := range added {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

// Stat describes a file.
func (o *overlay) Stat(name string) (fs.FileInfo, error) {
	if text, ok := o.files[name]; ok {
		return memInfo{path.Base(name), int64(len(text)), 0o644}, nil
	}
	info, err := fs.Stat(o.FS, name)
	for file := range o.files {
		if err != nil && strings.HasPrefix(file, name+"/") {
			return memInfo{path.Base(name), 0, fs.ModeDir | 0o755}, nil
		}
	}
	return info, err
}

// Lstat describes a file without following a link.
func (o *overlay) Lstat(name string) (fs.FileInfo, error) {
	if l, ok := o.FS.(fs.ReadLinkFS); ok && o.files[name] == nil {
		if info, err := l.Lstat(name); err == nil {
			return info, nil
		}
	}
	return o.Stat(name)
}

// ReadLink reads a link.
func (o *overlay) ReadLink(name string) (string, error) {
	if l, ok := o.FS.(fs.ReadLinkFS); ok {
		return l.ReadLink(name)
	}
	return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
}

// A memFile is an open text.
type memFile struct {
	*bytes.Reader
	info memInfo
}

func (f *memFile) Stat() (fs.FileInfo, error) { return f.info, nil }

func (f *memFile) Close() error { return nil }

var _ io.ReaderAt = (*memFile)(nil)

// A memInfo describes a text.
type memInfo struct {
	name string
	size int64
	mode fs.FileMode
}

func (i memInfo) Name() string       { return i.name }
func (i memInfo) Size() int64        { return i.size }
func (i memInfo) Mode() fs.FileMode  { return i.mode }
func (i memInfo) ModTime() time.Time { return time.Time{} }
func (i memInfo) IsDir() bool        { return i.mode.IsDir() }
func (i memInfo) Sys() any           { return nil }
