package github

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/sethvargo/go-githubactions"

	"github.com/prodcheck/prodcheck/internal/inert"
)

// What the runner shows (actions/runner, ExecutionContext.cs and FileCommandManager.cs).
const (
	maxOfLevel    = 10   // annotations of one level in a step; the rest is in the log only
	maxAnnotation = 4000 // of 4,096 characters of a message
	maxTitle      = 255
	maxSummaryAll = 1 << 20
)

// A Runner takes in what a step says: commands on standard output, and files for outputs and the summary. Standard output is a
// channel of commands: all that is written to it goes through internal/inert.
type Runner struct {
	out    io.Writer
	getenv func(string) string
	action *githubactions.Action
}

// NewRunner returns the runner behind a standard output and an environment.
func NewRunner(out io.Writer, getenv func(string) string) *Runner {
	return &Runner{out, getenv, githubactions.New(githubactions.WithWriter(out), githubactions.WithGetenv(getenv))}
}

// Input returns the input of a name, blanks around it removed; "" if it was not given.
func (r *Runner) Input(name string) string { return r.action.GetInput(name) }

// An Annotation is one message at a line. Path and Line may be zero.
type Annotation struct {
	Level   string // error, warning or notice
	Path    string // from the root of the repository
	Line    int
	Column  int // 0 if not known; EndColumn too
	EndCol  int
	Title   string
	Message string
}

// Annotate writes annotations in their order, of each level as many as the runner shows but one, and returns how many it left
// out. One of every level stays free for what else there is to say.
func (r *Runner) Annotate(all []Annotation) (left int) {
	n := map[string]int{}
	for _, a := range all {
		if n[a.Level]++; n[a.Level] >= maxOfLevel {
			left++
			continue
		}
		r.issue(a)
	}
	return left
}

// Say writes one annotation that is about no line.
func (r *Runner) Say(level, title, message string) {
	r.issue(Annotation{Level: level, Title: title, Message: message})
}

func (r *Runner) issue(a Annotation) {
	fields := map[string]string{}
	if a.Title != "" {
		fields["title"] = clip(inert.Text(a.Title), maxTitle)
	}
	if a.Path != "" {
		fields["file"] = inert.Text(a.Path)
		fields["line"] = strconv.Itoa(max(a.Line, 1))
		if a.Column > 0 && a.EndCol > a.Column {
			fields["col"], fields["endColumn"] = strconv.Itoa(a.Column), strconv.Itoa(a.EndCol)
		}
	}
	to, message := r.action.WithFieldsMap(fields), clip(inert.Text(a.Message), maxAnnotation)
	switch a.Level {
	case "error":
		to.Errorf("%s", message)
	case "warning":
		to.Warningf("%s", message)
	default:
		to.Noticef("%s", message)
	}
}

// Group writes a text that is inert already into a group of the log that can be folded. Nothing in it is taken for a command: the
// runner is told to stop looking for any until it sees a word that nobody can guess.
func (r *Runner) Group(title string, text []byte) error {
	word, err := random()
	if err != nil {
		return err
	}
	r.action.Group(inert.Text(title))
	if _, err := fmt.Fprintf(r.out, "::stop-commands::%s\n", word); err != nil {
		return err
	}
	if _, err := r.out.Write(bytes.TrimRight(text, "\n")); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(r.out, "\n::%s::\n", word); err != nil {
		return err
	}
	r.action.EndGroup()
	return nil
}

// Output sets an output. The library's own function ends a value by a fixed word, so that a value that holds it could set further
// outputs: here the word is drawn.
func (r *Runner) Output(name, value string) error {
	word, err := random()
	if err != nil {
		return err
	}
	if strings.Contains(value, word) || strings.ContainsAny(name, "\r\n=<") {
		return errors.New("the value cannot be an output")
	}
	return r.append("GITHUB_OUTPUT", fmt.Sprintf("%s<<%s\n%s\n%s\n", name, word, value, word))
}

// Summary adds to the step's summary. What would make it too large is an error: the runner would drop all of it.
func (r *Runner) Summary(markdown []byte) error {
	name := r.getenv("GITHUB_STEP_SUMMARY")
	if info, err := os.Stat(name); err == nil && info.Size()+int64(len(markdown)) > maxSummaryAll {
		return fmt.Errorf("the summary would have more than %d bytes", maxSummaryAll)
	}
	return r.append("GITHUB_STEP_SUMMARY", string(markdown))
}

// append writes to one of the runner's files. Where there is none, as outside of GitHub, nothing is written.
func (r *Runner) append(variable, text string) (err error) {
	name := r.getenv(variable)
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("write %s: %w", variable, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := io.WriteString(f, text); err != nil {
		return fmt.Errorf("write %s: %w", variable, err)
	}
	return nil
}

func random() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("draw a word: %w", err)
	}
	return "prodcheck_" + hex.EncodeToString(b[:]), nil
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n-3], "") + "…"
}
