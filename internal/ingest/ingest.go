// Package ingest reads what an operator's commands printed on the server: the state of containers, certbot's list of certificates,
// nginx's test of its configuration, answers of curl, logs. It judges nothing. What comes out was supplied by a person, who may have
// copied half of it or edited it: reports say so.
//
// Every byte is taken for hostile, and logs for full of secrets: sizes and counts are capped, and of a log nothing is kept but what
// kind of line was found, how often, and where first.
package ingest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// What is read at most.
const (
	maxFile  = 8 << 20 // bytes of one output; of a longer one the end is missing
	maxFiles = 100
	maxItems = 1000 // containers, certificates, answers
	maxText  = 300  // bytes of a text that is kept
)

// An Outputs is what was found in a folder. A nil part was not supplied.
type Outputs struct {
	Containers   *Containers
	Certificates *Certificates
	Nginx        *Nginx
	// HTTPS, Redirect and HSTS are answers to curl -I: of https://, of http://, and the header of the first alone.
	HTTPS, Redirect, HSTS *Answers
	Logs, Renewal         *Log
	// Problems name files that are not known or could not be read.
	Problems []string
}

// An Output is where something was read.
type Output struct {
	File string
	// Cut says that the file goes on after what was read.
	Cut bool
}

// Names are the outputs that Read knows, by the name of their file without its extension and a number in front. They are in the
// order of the checklist's commands.
func Names() []string {
	return []string{"containers", "certificates", "https", "redirect", "hsts", "logs", "nginx", "renewal"}
}

// Read reads the outputs in a folder. The error says that the folder cannot be read; a file that cannot is one of the Problems.
func Read(fsys fs.FS) (*Outputs, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read outputs: %w", err)
	}
	out := &Outputs{}
	for i, e := range entries {
		if i == maxFiles {
			out.Problems = append(out.Problems, fmt.Sprintf("more than %d files: the rest is not read", maxFiles))
			break
		}
		if !e.Type().IsRegular() {
			continue
		}
		if err := out.read(fsys, e.Name()); err != nil {
			out.Problems = append(out.Problems, fmt.Sprintf("%s: %v", clip(e.Name()), err))
		}
	}
	return out, nil
}

// read reads one file by what its name says it is.
func (o *Outputs) read(fsys fs.FS, name string) error {
	kind := strings.TrimLeft(strings.TrimSuffix(name, path.Ext(name)), "0123456789-_. ")
	f, err := fsys.Open(name)
	if err != nil {
		return errors.New("cannot be opened")
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return errors.New("cannot be read")
	}
	at := Output{File: clip(name)}
	if len(b) > maxFile {
		b, at.Cut = b[:maxFile], true
	}
	text := string(b)
	switch kind {
	case "containers":
		o.Containers, err = containers(at, b)
	case "certificates":
		o.Certificates, err = certificates(at, text)
	case "nginx":
		o.Nginx, err = nginx(at, text)
	case "https":
		o.HTTPS, err = answers(at, text)
	case "redirect":
		o.Redirect, err = answers(at, text)
	case "hsts":
		o.HSTS, err = answers(at, text)
	case "logs":
		o.Logs = log(at, text, application)
	case "renewal":
		o.Renewal = log(at, text, renewal)
	default:
		return fmt.Errorf("not known: name it as prodcheck runbook does, %s", strings.Join(Names(), ", "))
	}
	return err
}

// clip cuts a text to what is kept, and makes it valid UTF-8.
func clip(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
