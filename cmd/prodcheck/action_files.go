package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"
)

// writeInside writes a file of the workspace, all of it or nothing, so that whoever may read the workspace may read it. The
// workspace is a stranger's: a link in it may not lead the bytes elsewhere, and one in the file's place is replaced.
func writeInside(workspace, name string, data []byte) (err error) {
	root, err := os.OpenRoot(workspace)
	if err != nil {
		return plainPath(err)
	}
	defer root.Close()
	if dir := path.Dir(name); dir != "." {
		if err := root.MkdirAll(filepath.FromSlash(dir), 0o755); err != nil {
			return plainPath(err)
		}
	}
	var word [8]byte
	if _, err := rand.Read(word[:]); err != nil {
		return err
	}
	beside := filepath.FromSlash(path.Join(path.Dir(name), ".prodcheck-"+hex.EncodeToString(word[:])))
	f, err := root.OpenFile(beside, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return plainPath(err)
	}
	defer func() {
		if err != nil {
			_ = root.Remove(beside)
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if info, statErr := root.Stat("."); err == nil && statErr == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			_ = f.Chown(int(st.Uid), int(st.Gid)) // the runner must be able to delete it; without the right to it stays root's
		}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return plainPath(err)
	}
	return plainPath(root.Rename(beside, filepath.FromSlash(name)))
}

// plainPath strips an error of the name beside, which says nothing to a reader.
func plainPath(err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		return at.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
