package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/github"
)

// A fakeGitHub is the part of GitHub's API that the action uses, with a state: comments stay, analyses are processed.
type fakeGitHub struct {
	*httptest.Server
	t      *testing.T
	viewer string

	mu       sync.Mutex
	comments []*fakeComment
	next     int64
	writes   int // comments created, changed or deleted
	uploads  []map[string]string
	// processed is the status of an upload for each question, the last one for ever.
	processed []string
	polled    int
	tree      fs.FS // what the tarball of any commit holds
	pulls     []map[string]any
	requests  []string
	// before may answer a request itself, and says so by true. It is called without the lock.
	before func(w http.ResponseWriter, r *http.Request) bool
	slept  []time.Duration
	// attempt is how long a request may take; ten seconds.
	attempt time.Duration
}

type fakeComment struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
	User struct {
		Login string `json:"login"`
	} `json:"user"`
}

func newFake(t *testing.T) *fakeGitHub {
	f := &fakeGitHub{t: t, viewer: "github-actions[bot]", next: 100, processed: []string{"pending", "complete"}}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

// options reach the fake without ever waiting.
func (f *fakeGitHub) options() github.ClientOptions {
	return github.ClientOptions{Attempt: f.attempt, Clock: github.Clock{
		Now: func() time.Time { return time.Unix(1_800_000_000, 0) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			f.mu.Lock()
			f.slept = append(f.slept, d)
			f.mu.Unlock()
			return ctx.Err()
		},
	}}
}

func (f *fakeGitHub) plant(author, body string) *fakeComment {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.add(author, body)
}

func (f *fakeGitHub) add(author, body string) *fakeComment {
	f.next++
	c := &fakeComment{ID: f.next, Body: body}
	c.User.Login = author
	f.comments = append(f.comments, c)
	return c
}

// by returns the bodies of an author's comments.
func (f *fakeGitHub) by(author string) (bodies []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.comments {
		if c.User.Login == author {
			bodies = append(bodies, c.Body)
		}
	}
	return bodies
}

func (f *fakeGitHub) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.requests = append(f.requests, r.Method+" "+r.URL.Path)
	before := f.before
	f.mu.Unlock()
	if before != nil && before(w, r) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer secret-token" {
		answer(w, http.StatusUnauthorized, map[string]string{"message": "Bad credentials"})
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	const repo = "/repos/o/r/"
	switch path := strings.TrimPrefix(r.URL.Path, repo); {
	case r.URL.Path == "/graphql":
		answer(w, http.StatusOK, map[string]any{"data": map[string]any{"viewer": map[string]string{"login": f.viewer}}})
	case path == "issues/7/comments" && r.Method == http.MethodGet:
		f.list(w, r)
	case path == "issues/7/comments" && r.Method == http.MethodPost:
		f.writes++
		answer(w, http.StatusCreated, f.add(f.viewer, bodyOf(f.t, r)))
	case strings.HasPrefix(path, "issues/comments/"):
		f.change(w, r, strings.TrimPrefix(path, "issues/comments/"))
	case path == "code-scanning/sarifs" && r.Method == http.MethodPost:
		var u map[string]string
		if err := json.NewDecoder(r.Body).Decode(&u); err != nil {
			f.t.Error(err)
		}
		f.uploads = append(f.uploads, u)
		answer(w, http.StatusAccepted, map[string]string{"id": "47177e22-5596-11eb-80a1-c1e54ef945c6", "url": f.URL})
	case strings.HasPrefix(path, "code-scanning/sarifs/"):
		status := f.processed[min(f.polled, len(f.processed)-1)]
		f.polled++
		out := map[string]any{"processing_status": status}
		if status == "failed" {
			out["errors"] = []string{"rejecting delivery as the repository has too many logical alerts"}
		}
		answer(w, http.StatusOK, out)
	case strings.HasPrefix(path, "tarball/") && f.tree != nil:
		w.Header().Set("Content-Type", "application/x-gzip")
		writeTarball(f.t, w, f.tree)
	case path == "pulls":
		answer(w, http.StatusOK, f.pulls)
	default:
		answer(w, http.StatusNotFound, map[string]string{"message": "Not Found"})
	}
}

func (f *fakeGitHub) list(w http.ResponseWriter, r *http.Request) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	per, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	page, per = max(page, 1), max(min(per, 100), 1)
	from := min((page-1)*per, len(f.comments))
	to := min(from+per, len(f.comments))
	if to < len(f.comments) {
		w.Header().Set("Link", fmt.Sprintf(`<%s%s?per_page=%d&page=%d>; rel="next"`, f.URL, r.URL.Path, per, page+1))
	}
	answer(w, http.StatusOK, f.comments[from:to])
}

func (f *fakeGitHub) change(w http.ResponseWriter, r *http.Request, id string) {
	i := slices.IndexFunc(f.comments, func(c *fakeComment) bool { return strconv.FormatInt(c.ID, 10) == id })
	switch {
	case i < 0:
		answer(w, http.StatusNotFound, map[string]string{"message": "Not Found"})
	case f.comments[i].User.Login != f.viewer:
		f.t.Errorf("%s on a comment of %s", r.Method, f.comments[i].User.Login)
		answer(w, http.StatusForbidden, map[string]string{"message": "Resource not accessible by integration"})
	case r.Method == http.MethodPatch:
		f.writes++
		f.comments[i].Body = bodyOf(f.t, r)
		answer(w, http.StatusOK, f.comments[i])
	case r.Method == http.MethodDelete:
		f.writes++
		f.comments = slices.Delete(f.comments, i, i+1)
		w.WriteHeader(http.StatusNoContent)
	}
}

func bodyOf(t *testing.T, r *http.Request) string {
	var in struct{ Body string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		t.Error(err)
	}
	if len(in.Body) > 65536 || in.Body == "" {
		t.Errorf("a comment of %d bytes", len(in.Body))
	}
	return in.Body
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// writeTarball packs a tree as GitHub does: below one folder, with a global header.
func writeTarball(t *testing.T, w io.Writer, tree fs.FS) {
	z := gzip.NewWriter(w)
	a := tar.NewWriter(z)
	ok := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	ok(a.WriteHeader(&tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": strings.Repeat("0", 40)}}))
	ok(fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return a.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "o-r-0123456/" + strings.TrimPrefix(name+"/", "./"), Mode: 0o775})
		}
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		if d.Type()&fs.ModeSymlink != 0 {
			return a.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: "o-r-0123456/" + name, Linkname: string(data)})
		}
		if err := a.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "o-r-0123456/" + name, Mode: 0o664, Size: int64(len(data))}); err != nil {
			return err
		}
		_, err = a.Write(data)
		return err
	}))
	ok(a.Close())
	ok(z.Close())
}

func mustRead(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
