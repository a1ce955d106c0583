package main

import (
	"fmt"
	"os"
	"time"

	"github.com/mattn/go-isatty"
)

const (
	progressAfter = time.Second
	progressEvery = 100 * time.Millisecond
)

// progress returns a function that tells on stderr how far a scan is, and one that wipes what it told. Only a person at a
// terminal who has waited for a second sees anything: logs never do.
func (a *app) progress() (tell func(done, total int), done func()) {
	f, ok := a.stderr.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) || a.getenv("TERM") == "dumb" || a.getenv("CI") != "" {
		return nil, func() {}
	}
	start := time.Now()
	var last time.Time
	tell = func(done, total int) {
		now := time.Now()
		if now.Sub(start) < progressAfter || now.Sub(last) < progressEvery {
			return
		}
		last = now
		fmt.Fprintf(f, "\r\x1b[Kreading files: %d of %d", done, total)
	}
	return tell, func() {
		if !last.IsZero() {
			fmt.Fprint(f, "\r\x1b[K")
		}
	}
}
