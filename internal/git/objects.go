package git

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
)

const (
	maxLoose  = 64 << 20 // bytes of one compressed loose object
	maxCommit = 4 << 20
	maxTree   = 32 << 20
	maxBases  = 24 << 20 // bytes of objects kept as bases of deltas
)

var errBudget = errors.New("the limit of the work is reached")

// store reads the objects below .git/objects. Alternates are not followed. It is not safe for concurrent use.
type store struct {
	fsys    fs.FS
	packs   []*pack
	packErr error // some packs are not known
	pages   map[pageKey][]byte
	bases   cache
	zlib    io.ReadCloser
	closers []io.Closer
	budget  int64 // bytes that may still be inflated
	other   bool  // there are alternates
}

func newStore(fsys fs.FS) *store {
	s := &store{fsys: fsys, pages: map[pageKey][]byte{}}
	s.packErr = s.packFiles()
	for _, name := range []string{"alternates", "http-alternates"} {
		if _, err := lstat(fsys, ".git/objects/info/"+name); err == nil {
			s.other = true
		}
	}
	return s
}

func (s *store) close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

func (s *store) spend(n int64) error {
	if s.budget -= n; s.budget < 0 {
		return errBudget
	}
	return nil
}

// inflate reads exactly size bytes.
func (s *store) inflate(r io.Reader, size int64) ([]byte, error) {
	if s.spend(size) != nil {
		return nil, errBudget
	}
	if err := s.reset(r); err != nil {
		return nil, bad(err)
	}
	out := make([]byte, size)
	if _, err := io.ReadFull(s.zlib, out); err != nil {
		return nil, fmt.Errorf("%w: it does not inflate", ErrCorrupt)
	}
	var one [1]byte
	if n, err := s.zlib.Read(one[:]); n != 0 || err != io.EOF { // also checks the checksum
		return nil, fmt.Errorf("%w: it does not inflate", ErrCorrupt)
	}
	return out, nil
}

func (s *store) reset(r io.Reader) (err error) {
	if s.zlib == nil {
		s.zlib, err = zlib.NewReader(r)
		return err
	}
	return s.zlib.(zlib.Resetter).Reset(r, nil)
}

// read returns the content of an object of the given kind, at most limit bytes.
func (s *store) read(h Hash, kind byte, limit int) ([]byte, error) {
	var damage error
	for i, p := range s.packs {
		at, ok := p.find(h)
		if !ok {
			continue
		}
		if i > 0 { // the next object is likely to be in the same pack
			s.packs[0], s.packs[i] = s.packs[i], s.packs[0]
		}
		data, err := p.object(at, kind, limit)
		if err == nil || errors.Is(err, ErrTooLarge) || errors.Is(err, errBudget) || errors.Is(err, errKind) {
			return data, err
		}
		damage = err // another pack, or a loose object, may have a sound copy
		break
	}
	data, err := s.loose(h, kind, limit)
	switch {
	case err == nil || !errors.Is(err, fs.ErrNotExist):
		return data, err
	case damage != nil:
		return nil, damage
	}
	return nil, ErrNotFound
}

func (s *store) loose(h Hash, want byte, limit int) ([]byte, error) {
	name := h.String()
	f, size, err := open(s.fsys, ".git/objects/"+name[:2]+"/"+name[2:])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > maxLoose {
		return nil, ErrTooLarge
	}
	if err := s.reset(bufio.NewReader(io.LimitReader(f, size))); err != nil {
		return nil, fmt.Errorf("%w: it does not inflate", ErrCorrupt)
	}
	if s.spend(32) != nil {
		return nil, errBudget
	}
	head := make([]byte, 0, 32) // "blob 1234\x00"
	for len(head) == 0 || head[len(head)-1] != 0 {
		if len(head) == cap(head) {
			return nil, fmt.Errorf("%w: it has no header", ErrCorrupt)
		}
		if _, err := io.ReadFull(s.zlib, head[len(head):len(head)+1]); err != nil {
			return nil, fmt.Errorf("%w: it does not inflate", ErrCorrupt)
		}
		head = head[:len(head)+1]
	}
	kind, digits, _ := bytes.Cut(head[:len(head)-1], []byte{' '})
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || n < 0 {
		return nil, fmt.Errorf("%w: it has no size", ErrCorrupt)
	}
	if string(kind) != [...]string{kindCommit: "commit", kindTree: "tree", kindBlob: "blob", kindTag: "tag"}[want] {
		return nil, errKind
	}
	if n > int64(limit) {
		return nil, ErrTooLarge
	}
	if s.spend(n) != nil {
		return nil, errBudget
	}
	out := make([]byte, n)
	if _, err := io.ReadFull(s.zlib, out); err != nil {
		return nil, fmt.Errorf("%w: it does not inflate", ErrCorrupt)
	}
	return out, nil
}

type baseKey struct {
	pack *pack
	at   int64
	kind byte
}

// cache forgets the older half of what it holds when it is full.
type cache struct {
	young, old map[baseKey][]byte
	size       int
}

func (c *cache) get(k baseKey) ([]byte, bool) {
	if b, ok := c.young[k]; ok {
		return b, true
	}
	b, ok := c.old[k]
	if ok {
		c.put(k, b)
	}
	return b, ok
}

func (c *cache) put(k baseKey, b []byte) {
	if len(b) > maxBases/8 {
		return
	}
	if c.young == nil || c.size+len(b) > maxBases/2 {
		c.old, c.young, c.size = c.young, map[baseKey][]byte{}, 0
	}
	c.young[k] = b
	c.size += len(b) + 64
}

// Blob returns the content of a file in history. The error wraps ErrNotFound, ErrTooLarge (more than limit bytes) or ErrCorrupt.
func (r *Repository) Blob(h Hash, limit int) ([]byte, error) {
	if of := r.origin(); of != nil {
		return of.Blob(h, limit)
	}
	r.storeMu.Lock()
	defer r.storeMu.Unlock()
	if r.gone != "" {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, r.gone)
	}
	s := r.objects()
	s.budget = 64*int64(limit) + 64<<20 // a chain of deltas costs more than its outcome
	data, err := s.read(h, kindBlob, limit)
	switch {
	case errors.Is(err, errBudget):
		return nil, ErrTooLarge
	case errors.Is(err, errKind):
		return nil, fmt.Errorf("%w: it is not a file", ErrNotFound)
	case err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrTooLarge):
		return nil, fmt.Errorf("%w: %v", ErrCorrupt, plain(err))
	case err != nil:
		return nil, err
	}
	sum := sha1.New()
	fmt.Fprintf(sum, "blob %d\x00", len(data))
	sum.Write(data)
	if Hash(sum.Sum(nil)) != h {
		return nil, fmt.Errorf("%w: its content is not what its name says", ErrCorrupt)
	}
	return bytes.Clone(data), nil
}

// objects returns the open store. The caller holds storeMu.
func (r *Repository) objects() *store {
	if r.store == nil {
		r.store = newStore(r.fsys)
	}
	return r.store
}

// Close closes the packs that History and Blob opened. The Repository can still be used.
func (r *Repository) Close() error {
	r.storeMu.Lock()
	defer r.storeMu.Unlock()
	s := r.store
	r.store = nil
	if s == nil {
		return nil
	}
	return s.close()
}
