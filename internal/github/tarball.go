package github

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// What a tarball may cost.
const (
	maxPacked  = 256 << 20 // bytes as they come
	maxOpened  = 2 << 30   // bytes unpacked
	maxKept    = 512 << 20 // bytes kept in memory
	maxFile    = 2 << 20   // of one file; what is longer is not read by a scan
	maxEntries = 400_000
	tarballFor = 90 * time.Second
)

// Tree downloads the files of a commit into memory. Nothing is written to disk, and nothing runs.
func (c *Client) Tree(ctx context.Context, commit string) (fs.FS, error) {
	ctx, cancel := context.WithTimeout(ctx, tarballFor)
	defer cancel()
	tree, err := c.tree(ctx, commit)
	if err != nil && ctx.Err() == context.DeadlineExceeded {
		return nil, fmt.Errorf("its files did not arrive within %s", tarballFor)
	}
	return tree, err
}

func (c *Client) tree(ctx context.Context, commit string) (fs.FS, error) {
	address := fmt.Sprintf("%s/repos/%s/%s/tarball/%s", c.run.API, c.run.Owner, c.run.Repository, commit)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.api.UserAgent)
	req.Header.Set("Accept", "application/vnd.github+json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token) // the client leaves it out where a redirect leads to another host
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, reason(err, "contents: read")
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusForbidden, res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusUnauthorized:
		return nil, fmt.Errorf("GitHub's API answers %d: the token lacks the permission contents: read", res.StatusCode)
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("GitHub's API answers %d", res.StatusCode)
	}
	return readTarball(io.LimitReader(res.Body, maxPacked+1))
}

// readTarball reads an archive as GitHub makes them: all is below one folder, which is left out.
func readTarball(r io.Reader) (fs.FS, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, errors.New("what arrives is no archive")
	}
	limited := &io.LimitedReader{R: z, N: maxOpened}
	archive := tar.NewReader(limited)
	tree := newMemory()
	kept := int64(0)
	for n := 0; ; n++ {
		h, err := archive.Next()
		switch {
		case err == io.EOF:
			// the end of the archive is not that of its checksum: what is cut off would be an archive of fewer files
			if _, err := io.Copy(io.Discard, limited); err != nil {
				return nil, errors.New("the archive is cut off or damaged")
			}
			return tree, nil
		case limited.N <= 0 || n > maxEntries:
			return nil, errors.New("it has more files than are read")
		case err != nil:
			return nil, errors.New("the archive is cut off or damaged")
		}
		_, name, below := strings.Cut(path.Clean(h.Name), "/")
		if !below || !fs.ValidPath(name) || name == ".git" || strings.HasPrefix(name, ".git/") {
			continue
		}
		switch h.Typeflag {
		case tar.TypeDir:
			tree.mkdir(name)
		case tar.TypeSymlink:
			tree.add(name, memoryFile{mode: fs.ModeSymlink | 0o444, data: []byte(h.Linkname), size: int64(len(h.Linkname))})
		case tar.TypeReg:
			f := memoryFile{mode: 0o444, size: h.Size}
			if h.Size <= maxFile && !isMedia(name) {
				if f.data, err = io.ReadAll(archive); err != nil {
					return nil, errors.New("the archive is cut off or damaged")
				}
				if kept += h.Size; kept > maxKept {
					return nil, fmt.Errorf("its files have more than %d bytes", int64(maxKept))
				}
			}
			tree.add(name, f)
		}
	}
}

// isMedia reports whether a name is of a kind of file that no check reads. Its name and size are kept.
func isMedia(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".bmp", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".mp4", ".webm", ".ogg",
		".wav", ".pdf", ".zip", ".gz", ".xz", ".7z", ".jar", ".exe", ".so", ".dll", ".pyc", ".psd":
		return true
	}
	return false
}
