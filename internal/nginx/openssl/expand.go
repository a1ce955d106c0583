package openssl

import (
	"errors"
	"strings"
)

// A Build says which suites OpenSSL was built with.
type Build uint8

const (
	// Stock is a default build of OpenSSL 3: no RC4, no DES, no export.
	Stock Build = iota
	// Weak has every suite that ever had a name, as enable-weak-ssl-ciphers and OpenSSL before 1.1.0 do.
	Weak
)

// A Result is what a cipher string comes to.
type Result struct {
	Suites []Suite // up to TLS 1.2, in order of preference
	// SecLevel is that of @SECLEVEL=n, -1 if none is given: then that of the build counts, 1 or 2.
	SecLevel int
	// Unknown are words that OpenSSL passes over: misspelled names, aliases of another version.
	Unknown []string
}

// ErrNoCipher is the error of a string that lets nothing in; nginx refuses to start with it.
var ErrNoCipher = errors.New("no cipher match")

// ErrCommand is the error of a string that OpenSSL cannot read.
var ErrCommand = errors.New("invalid command")

// maxString is the length of the longest string that is read: nginx takes no longer word.
const maxString = 4096

type entry struct {
	s      Suite
	active bool
	dead   bool
}

// Expand reads a cipher string as ssl_create_cipher_list does (ssl/ssl_ciph.c). The result is empty with an error.
func Expand(list string, b Build) (Result, error) {
	r := Result{SecLevel: -1}
	if len(list) > maxString {
		return r, ErrCommand
	}
	l := newList(b)
	switch {
	case strings.HasPrefix(list, "SUITEB128ONLY"):
		list = "ECDHE-ECDSA-AES128-GCM-SHA256"
	case strings.HasPrefix(list, "SUITEB128"):
		list = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
	case strings.HasPrefix(list, "SUITEB192"):
		list = "ECDHE-ECDSA-AES256-GCM-SHA384"
	case strings.HasPrefix(list, "DEFAULT"): // only in front
		l.rules(DefaultList, &r)
		list = strings.TrimPrefix(list[len("DEFAULT"):], ":")
	}
	if !l.rules(list, &r) {
		return Result{SecLevel: -1, Unknown: r.Unknown}, ErrCommand
	}
	for _, e := range l {
		if e.active {
			r.Suites = append(r.Suites, e.s)
		}
	}
	if len(r.Suites) == 0 {
		return r, ErrNoCipher
	}
	return r, nil
}

// DefaultList is what DEFAULT stands for.
const DefaultList = "ALL:!COMPLEMENTOFDEFAULT:!eNULL"

// entries is the list OpenSSL works on: order is preference, inactive ones keep their place.
type entries []*entry

// newList arranges the suites by preference and leaves them all inactive.
func newList(b Build) entries {
	var l entries
	for _, s := range suites() {
		if !s.nonStock || b == Weak {
			l = append(l, &entry{s: s})
		}
	}
	kx := func(names ...string) func(Suite) bool { return func(s Suite) bool { return in(s.Kx, names) } }
	l.apply(add, func(s Suite) bool { return s.Kx == "ECDH" && s.Auth == "ECDSA" })
	l.apply(add, kx("ECDH"))
	l.apply(del, kx("ECDH"))
	l.apply(add, func(s Suite) bool { return s.Enc == "AESGCM" })
	l.apply(add, func(s Suite) bool { return s.Enc == "CHACHA20/POLY1305" })
	l.apply(add, func(s Suite) bool { return in(s.Enc, []string{"AES", "AESCCM", "AESCCM8"}) })
	l.apply(add, func(Suite) bool { return true })
	l.apply(ord, func(s Suite) bool { return s.Mac == "MD5" })
	l.apply(ord, func(s Suite) bool { return s.Auth == "None" })
	l.apply(ord, kx("RSA"))
	l.apply(ord, kx("PSK"))
	l.apply(ord, func(s Suite) bool { return s.Enc == "RC4" })
	l.byStrength()
	l.apply(bump, func(s Suite) bool { return s.Protocol == "TLSv1.2" })
	l.apply(bump, Suite.AEAD)
	l.apply(bump, kx("DH", "ECDH"))
	l.apply(bump, func(s Suite) bool { return s.AEAD() && (s.Kx == "DH" || s.Kx == "ECDH") })
	l.apply(del, func(Suite) bool { return true })
	return l
}

type rule uint8

const (
	add  rule = iota // behind the others
	ord              // active ones to the end
	del              // out, to the front, so that a later add finds them in order
	bump             // active ones to the front
	kill             // out for good
)

// apply is ssl_cipher_apply_rule.
func (l entries) apply(r rule, match func(Suite) bool) {
	var moved, rest entries
	for _, e := range l {
		hit := !e.dead && match(e.s)
		switch r {
		case add:
			hit = hit && !e.active
		case ord, del, bump:
			hit = hit && e.active
		}
		if hit {
			moved = append(moved, e)
		} else {
			rest = append(rest, e)
		}
	}
	for _, e := range moved {
		switch r {
		case add:
			e.active = true
		case del:
			e.active = false
		case kill:
			e.active, e.dead = false, true
		}
	}
	if r == del || r == bump {
		copy(l, append(moved, rest...))
		return
	}
	copy(l, append(rest, moved...))
}

// byStrength sorts the active suites by strength, strongest first, keeping the order among equals.
func (l entries) byStrength() {
	for bits := 256; bits >= 0; bits-- {
		l.apply(ord, func(s Suite) bool { return s.strength() == bits })
	}
}

// rules runs the words of a string and reports whether all commands could be read.
func (l entries) rules(s string, r *Result) bool {
	ok := true
	separator := func(c byte) bool { return c == ':' || c == ' ' || c == ';' || c == ',' }
	for i := 0; i < len(s); {
		act := add
		special := false
		switch s[i] {
		case '-':
			act = del
			i++
		case '+':
			act = ord
			i++
		case '!':
			act = kill
			i++
		case '@':
			special = true
			i++
		}
		if i < len(s) && separator(s[i]) {
			i++
			continue
		}
		start := i
		m := &mask{}
		found := true
		word := ""
		for {
			from := i
			for i < len(s) && wordByte(s[i]) {
				i++
			}
			word = s[from:i]
			if word == "" {
				ok, found = false, false
				i++
				break
			}
			if special {
				break
			}
			multi := i < len(s) && s[i] == '+'
			if multi {
				i++
			}
			if found = m.add(word, l); !found || !multi {
				break
			}
		}
		switch {
		case special && word == "STRENGTH":
			l.byStrength()
		case special && len(word) == 10 && strings.HasPrefix(word, "SECLEVEL=") && word[9] >= '0' && word[9] <= '5':
			r.SecLevel = int(word[9] - '0')
		case special:
			ok = false
		case found:
			l.apply(act, m.match)
		}
		if special || !found {
			for i < len(s) && !separator(s[i]) {
				i++
			}
			if !found && !special && word != "" && !m.empty {
				r.Unknown = append(r.Unknown, s[min(start, len(s)):min(i, len(s))])
			}
		}
	}
	return ok
}

// wordByte reports whether c can be part of a word.
func wordByte(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '=' || c == '_'
}

// in reports whether s is one of list.
func in(s string, list []string) bool {
	for _, x := range list {
		if s == x {
			return true
		}
	}
	return false
}
