package git

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

const (
	maxPackIndexes = 96 << 20 // bytes of all .idx files together
	maxPacks       = 5000
	maxDeltaDepth  = 4095 // the most that git writes
	pageSize       = 32 << 10
	maxPages       = 512      // of one store: 16 MB
	maxObject      = 32 << 20 // bytes of an object, of a base of its deltas, and of a delta
	maxUnseekable  = 64 << 20 // bytes of a pack that can only be read from start to end
)

// pack is one packfile and its index of version 2 (gitformat-pack).
type pack struct {
	store  *store
	name   string
	fanout []byte
	names  []byte
	offs   []byte
	large  []byte
	count  int

	file io.ReaderAt
	size int64
	err  error // the pack cannot be read
}

func (s *store) openPack(name string, index []byte) (*pack, error) {
	const head = 8 + 256*4
	if len(index) < head+40 || string(index[:8]) != "\xfftOc\x00\x00\x00\x02" {
		return nil, fmt.Errorf("%w: pack index of an unknown version", ErrCorrupt)
	}
	p := &pack{store: s, name: name, fanout: index[8:head]}
	p.count = int(binary.BigEndian.Uint32(p.fanout[255*4:]))
	if p.count > (len(index)-head-40)/28 {
		return nil, fmt.Errorf("%w: pack index is cut off", ErrCorrupt)
	}
	last := uint32(0)
	for i := range 256 {
		n := binary.BigEndian.Uint32(p.fanout[i*4:])
		if n < last {
			return nil, fmt.Errorf("%w: pack index is out of order", ErrCorrupt)
		}
		last = n
	}
	b := index[head : len(index)-40]
	p.names, b = b[:p.count*20], b[p.count*24:]
	p.offs, p.large = b[:p.count*4], b[p.count*4:]
	return p, nil
}

// find returns where the object is in the pack.
func (p *pack) find(h Hash) (offset int64, ok bool) {
	lo, hi := 0, int(binary.BigEndian.Uint32(p.fanout[int(h[0])*4:]))
	if h[0] > 0 {
		lo = int(binary.BigEndian.Uint32(p.fanout[int(h[0]-1)*4:]))
	}
	want := string(h[:])
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch c := strings.Compare(want, string(p.names[mid*20:mid*20+20])); {
		case c < 0:
			hi = mid
		case c > 0:
			lo = mid + 1
		default:
			off := int64(binary.BigEndian.Uint32(p.offs[mid*4:]))
			if off&0x80000000 != 0 {
				k := int(off & 0x7fffffff)
				if k >= len(p.large)/8 {
					return 0, false
				}
				off = int64(binary.BigEndian.Uint64(p.large[k*8:]))
			}
			return off, off >= 12
		}
	}
	return 0, false
}

// load opens the packfile itself.
func (p *pack) load() error {
	if p.file != nil || p.err != nil {
		return p.err
	}
	f, size, err := open(p.store.fsys, p.name)
	if err != nil {
		p.err = err
		return err
	}
	if at, ok := f.(io.ReaderAt); ok {
		p.store.closers = append(p.store.closers, f)
		p.file, p.size = at, size
	} else {
		f.Close()
		data, err := readFile(p.store.fsys, p.name, maxUnseekable)
		if err != nil {
			p.err = err
			return err
		}
		p.file, p.size = strings.NewReader(string(data)), int64(len(data))
	}
	head := make([]byte, 12)
	if _, err := p.file.ReadAt(head, 0); err != nil || string(head[:4]) != "PACK" || head[7] != 2 && head[7] != 3 {
		p.err = fmt.Errorf("%w: pack has no header", ErrCorrupt)
	}
	return p.err
}

type pageKey struct {
	pack *pack
	page int64
}

// page returns one page of the pack; the last one may be short.
func (p *pack) page(n int64) ([]byte, error) {
	s := p.store
	key := pageKey{p, n}
	if b, ok := s.pages[key]; ok {
		return b, nil
	}
	off := n * pageSize
	if off >= p.size {
		return nil, io.ErrUnexpectedEOF
	}
	b := make([]byte, min(pageSize, p.size-off))
	if _, err := p.file.ReadAt(b, off); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(s.pages) >= maxPages {
		clear(s.pages)
	}
	s.pages[key] = b
	return b, nil
}

// packReader reads a pack from an offset on. It is an io.ByteReader, so that inflating reads no further than it must.
type packReader struct {
	p   *pack
	off int64
	b   []byte
}

func (r *packReader) fill() error {
	if len(r.b) > 0 {
		return nil
	}
	b, err := r.p.page(r.off / pageSize)
	if err != nil {
		return err
	}
	if r.b = b[min(int64(len(b)), r.off%pageSize):]; len(r.b) == 0 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func (r *packReader) ReadByte() (byte, error) {
	if len(r.b) == 0 {
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	c := r.b[0]
	r.b = r.b[1:]
	r.off++
	return c, nil
}

func (r *packReader) Read(to []byte) (int, error) {
	if err := r.fill(); err != nil {
		return 0, err
	}
	n := copy(to, r.b)
	r.b = r.b[n:]
	r.off += int64(n)
	return n, nil
}

const (
	kindCommit = 1
	kindTree   = 2
	kindBlob   = 3
	kindTag    = 4
	ofsDelta   = 6
	refDelta   = 7
)

// header reads the type and the inflated size at the reader's place.
func (r *packReader) header() (kind byte, size int64, err error) {
	c, err := r.ReadByte()
	kind, size = c>>4&7, int64(c&15)
	for shift := 4; err == nil && c&0x80 != 0; shift += 7 {
		if shift > 40 {
			return 0, 0, fmt.Errorf("%w: size of an object", ErrCorrupt)
		}
		if c, err = r.ReadByte(); err == nil {
			size |= int64(c&0x7f) << shift
		}
	}
	return kind, size, err
}

// deltaBase reads what follows the header of a delta: the offset of its base. An offset base always lies before it.
func (r *packReader) deltaBase(kind byte, at int64) (int64, error) {
	if kind == refDelta {
		var h Hash
		if _, err := io.ReadFull(r, h[:]); err != nil {
			return 0, err
		}
		base, ok := r.p.find(h)
		if !ok {
			return 0, fmt.Errorf("%w: a delta without its base", ErrCorrupt)
		}
		return base, nil
	}
	var n int64
	for i := 0; ; i++ {
		c, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		n = n<<7 | int64(c&0x7f)
		if c&0x80 == 0 {
			break
		}
		if n++; i > 7 {
			return 0, fmt.Errorf("%w: offset of a delta", ErrCorrupt)
		}
	}
	if n <= 0 || at-n < 12 {
		return 0, fmt.Errorf("%w: offset of a delta", ErrCorrupt)
	}
	return at - n, nil
}

// object reads the object at an offset: down the chain of deltas to a whole object, and up again. want is the kind it must
// have: the chain is given up as soon as it turns out to be another.
func (p *pack) object(at int64, want byte, limit int) ([]byte, error) {
	if err := p.load(); err != nil {
		return nil, err
	}
	type step struct{ at, data, size int64 }
	var chain []step
	var base []byte
	for {
		if b, ok := p.store.bases.get(baseKey{p, at, want}); ok {
			base = b
			break
		}
		r := &packReader{p: p, off: at}
		kind, size, err := r.header()
		if err != nil {
			return nil, bad(err)
		}
		if size > maxObject || len(chain) == 0 && kind != ofsDelta && kind != refDelta && size > int64(limit) {
			return nil, ErrTooLarge
		}
		if kind != ofsDelta && kind != refDelta {
			if kind != want {
				return nil, errKind
			}
			if base, err = p.store.inflate(r, size); err != nil {
				return nil, err
			}
			p.store.bases.put(baseKey{p, at, want}, base)
			break
		}
		if len(chain) >= maxDeltaDepth {
			return nil, fmt.Errorf("%w: too many deltas on one another", ErrCorrupt)
		}
		next, err := r.deltaBase(kind, at)
		if err != nil {
			return nil, bad(err)
		}
		chain = append(chain, step{at, r.off, size})
		at = next
	}
	for i := len(chain) - 1; i >= 0; i-- {
		delta, err := p.store.inflate(&packReader{p: p, off: chain[i].data}, chain[i].size)
		if err != nil {
			return nil, err
		}
		if base, err = p.store.apply(base, delta); err != nil {
			return nil, err
		}
		p.store.bases.put(baseKey{p, chain[i].at, want}, base)
	}
	if len(base) > limit {
		return nil, ErrTooLarge
	}
	return base, nil
}

var errKind = errors.New("object is of another kind")

// bad makes an early end of a file a damaged object; other errors stay what they are.
func bad(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends early", ErrCorrupt)
	}
	return err
}

// apply makes an object from its base and a delta. Nothing is allocated before the size it claims is known to be below maxObject.
func (s *store) apply(base, delta []byte) ([]byte, error) {
	from, delta, ok1 := deltaSize(delta)
	to, delta, ok2 := deltaSize(delta)
	if !ok1 || !ok2 || from != int64(len(base)) {
		return nil, fmt.Errorf("%w: a delta of another base", ErrCorrupt)
	}
	if to > maxObject {
		return nil, ErrTooLarge
	}
	if s.spend(to) != nil {
		return nil, errBudget
	}
	out := make([]byte, 0, to)
	for len(delta) > 0 {
		op := delta[0]
		delta = delta[1:]
		if op&0x80 == 0 { // the next op bytes as they are
			n := int(op)
			if n == 0 || n > len(delta) || len(out)+n > int(to) {
				return nil, fmt.Errorf("%w: a delta", ErrCorrupt)
			}
			out, delta = append(out, delta[:n]...), delta[n:]
			continue
		}
		var arg [7]uint32 // four bytes of offset, three of size, each only if its bit is set
		for i := range arg {
			if op>>i&1 == 0 {
				continue
			}
			if len(delta) == 0 {
				return nil, fmt.Errorf("%w: a delta", ErrCorrupt)
			}
			arg[i], delta = uint32(delta[0]), delta[1:]
		}
		off := int64(arg[0] | arg[1]<<8 | arg[2]<<16 | arg[3]<<24)
		n := int64(arg[4] | arg[5]<<8 | arg[6]<<16)
		if n == 0 {
			n = 0x10000
		}
		if off+n > int64(len(base)) || int64(len(out))+n > to {
			return nil, fmt.Errorf("%w: a delta", ErrCorrupt)
		}
		out = append(out, base[off:off+n]...)
	}
	if int64(len(out)) != to {
		return nil, fmt.Errorf("%w: a delta", ErrCorrupt)
	}
	return out, nil
}

func deltaSize(b []byte) (n int64, rest []byte, ok bool) {
	for shift := 0; len(b) > 0 && shift <= 40; shift += 7 {
		c := b[0]
		b = b[1:]
		n |= int64(c&0x7f) << shift
		if c&0x80 == 0 {
			return n, b, true
		}
	}
	return 0, nil, false
}

// packFiles reads the indexes of all packs.
func (s *store) packFiles() error {
	fi, err := lstat(s.fsys, ".git/objects/pack")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && !fi.IsDir() {
		err = errLink
	}
	if err != nil {
		return err
	}
	entries, err := fs.ReadDir(s.fsys, ".git/objects/pack")
	if err != nil {
		return err
	}
	total := int64(0)
	for _, e := range entries {
		stem, ok := strings.CutSuffix(e.Name(), ".idx")
		if !ok {
			continue
		}
		if len(s.packs) >= maxPacks {
			return fmt.Errorf("packs: %w", ErrTooLarge)
		}
		data, err := readFile(s.fsys, ".git/objects/pack/"+e.Name(), maxPackIndexes-total)
		if err != nil {
			return err
		}
		total += int64(len(data))
		p, err := s.openPack(".git/objects/pack/"+stem+".pack", data)
		if err != nil {
			return err
		}
		s.packs = append(s.packs, p)
	}
	return nil
}
