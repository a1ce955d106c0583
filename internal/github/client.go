package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"

	"github.com/prodcheck/prodcheck/internal/inert"
)

// A Clock is what waiting needs of time; tests have one of their own.
type Clock struct {
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error // returns early with the context's error
}

// RealClock is the clock on the wall.
func RealClock() Clock {
	return Clock{Now: time.Now, Sleep: func(ctx context.Context, d time.Duration) error {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			return nil
		}
	}}
}

// A Client talks to the API about one repository. Make one with NewClient.
type Client struct {
	api     *github.Client
	http    *http.Client // without retries and limits, for what is streamed
	run     *Run
	token   string
	clock   Clock
	graphQL string
}

// ClientOptions are what a client needs beyond the run. The zero value is good.
type ClientOptions struct {
	Token     string            // "" asks as a stranger
	Version   string            // of the tool, for the user agent
	Transport http.RoundTripper // nil is http.DefaultTransport
	Clock     Clock             // zero is RealClock
	Attempt   time.Duration     // how long one request may take; 0 is 10 seconds
}

// NewClient returns a client for the repository of a run; the error says why there can be none.
func NewClient(run *Run, o ClientOptions) (*Client, error) {
	if run.Owner == "" {
		return nil, errors.New("the runner names no repository")
	}
	base, err := url.Parse(run.API + "/")
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("the address of the API is none: %s", inert.Text(run.API))
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Clock.Now == nil {
		o.Clock = RealClock()
	}
	if o.Attempt == 0 {
		o.Attempt = 10 * time.Second
	}
	c := &Client{run: run, token: o.Token, clock: o.Clock, graphQL: run.GraphQL}
	// The answers are read in full below the library, so that its own way with them is all it has to do.
	c.api = github.NewClient(&http.Client{Transport: &retry{next: o.Transport, clock: o.Clock, attempt: o.Attempt, token: o.Token}})
	c.api.BaseURL, c.api.UserAgent = base, "prodcheck/"+o.Version
	c.http = &http.Client{Transport: o.Transport}
	return c, nil
}

// Limits of what the API may cost.
const (
	maxAnswer   = 16 << 20         // bytes of an answer: 100 comments of 64 KB are 6.4 MB
	maxAttempts = 4                // of one request
	maxWait     = 60 * time.Second // before one attempt; who is told to wait longer gives up
	// A secondary limit without a retry-after asks for a minute at least (docs.github.com, rate limits for the REST API).
	secondaryWait = 60 * time.Second
)

// retry sends requests with a limit of time each, reads the answers in full, and tries again where that can help: after a failure
// on the way, an answer that is cut off, 5xx, 408, and when told to slow down. A comment that was made twice because an answer
// was lost is found and removed by who made it.
type retry struct {
	next    http.RoundTripper
	clock   Clock
	attempt time.Duration
	token   string
}

// RoundTrip implements http.RoundTripper.
func (t *retry) RoundTrip(req *http.Request) (*http.Response, error) {
	wait := time.Second
	for n := 1; ; n++ {
		again, err := clone(req)
		if err != nil {
			return nil, err
		}
		if t.token != "" {
			again.Header.Set("Authorization", "Bearer "+t.token)
		}
		res, err := t.once(again)
		if ctxErr := req.Context().Err(); ctxErr != nil {
			return nil, ctxErr
		}
		pause, retryable := t.pause(res, err, wait)
		if !retryable || n == maxAttempts || pause > maxWait {
			return res, err
		}
		if err := t.clock.Sleep(req.Context(), pause); err != nil {
			return nil, err
		}
		wait *= 3
	}
}

func clone(req *http.Request) (*http.Request, error) {
	again := req.Clone(req.Context())
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		again.Body = body
	}
	return again, nil
}

// errAnswer is an answer that is none.
var errAnswer = errors.New("the answer is of no use")

// once sends a request and reads all of the answer.
func (t *retry) once(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), t.attempt)
	defer cancel()
	res, err := t.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("no answer within %s", t.attempt)
		}
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	_ = res.Body.Close()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("no whole answer within %s", t.attempt)
	case err != nil:
		return nil, fmt.Errorf("the answer is cut off: %w", err)
	case len(body) > maxAnswer:
		return nil, fmt.Errorf("%w: it has more than %d bytes", errAnswer, maxAnswer)
	case res.StatusCode < 300 && len(body) > 0 && !strings.Contains(res.Header.Get("Content-Type"), "json"):
		return nil, fmt.Errorf("%w: it is %s instead of JSON", errAnswer, clip(inert.Text(res.Header.Get("Content-Type")), 100))
	}
	res.Body = io.NopCloser(strings.NewReader(string(body)))
	return res, nil
}

// pause says whether a request may be sent again, and after what time.
func (t *retry) pause(res *http.Response, err error, wait time.Duration) (time.Duration, bool) {
	switch {
	case errors.Is(err, errAnswer):
		return 0, false
	case err != nil:
		return wait, true
	case res.StatusCode >= 500, res.StatusCode == http.StatusRequestTimeout:
		return after(res, t.clock.Now(), wait), true
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode == http.StatusForbidden && slowDown(res):
		return after(res, t.clock.Now(), secondaryWait), true
	}
	return 0, false
}

// slowDown reports whether a 403 means too many requests and not a missing permission.
func slowDown(res *http.Response) bool {
	if res.Header.Get("Retry-After") != "" || res.Header.Get("X-RateLimit-Remaining") == "0" {
		return true
	}
	body, _ := io.ReadAll(res.Body)
	res.Body = io.NopCloser(strings.NewReader(string(body)))
	return strings.Contains(string(body), "secondary rate limit") || strings.Contains(string(body), "abuse detection")
}

// after is how long the answer asks to wait: by retry-after, else until the hour's budget is full again, else as given.
func after(res *http.Response, now time.Time, otherwise time.Duration) time.Duration {
	var seconds, reset int64
	if _, err := fmt.Sscan(res.Header.Get("Retry-After"), &seconds); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 86400)) * time.Second
	}
	if res.Header.Get("X-RateLimit-Remaining") == "0" {
		if _, err := fmt.Sscan(res.Header.Get("X-RateLimit-Reset"), &reset); err == nil {
			return max(time.Unix(reset, 0).Sub(now), time.Second)
		}
	}
	return otherwise
}

// reason turns an error of the API into a few words for a reader. What names the missing permission is what is missing.
func reason(err error, permission string) error {
	var answer *github.ErrorResponse
	var limit *github.RateLimitError
	var secondary *github.AbuseRateLimitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limit), errors.As(err, &secondary):
		return errors.New("GitHub's API asks to slow down for longer than this run can wait")
	case errors.As(err, &answer) && answer.Response != nil:
		text := clip(inert.Text(answer.Message), 300)
		switch code := answer.Response.StatusCode; {
		case code == http.StatusForbidden && strings.Contains(answer.Message, "not accessible"):
			return fmt.Errorf("the token lacks the permission %s", permission)
		case code == http.StatusTooManyRequests, strings.Contains(answer.Message, "rate limit"):
			return errors.New("GitHub's API asks to slow down for longer than this run can wait")
		case code == http.StatusUnauthorized:
			return errors.New("the token is not valid")
		case text == "":
			return fmt.Errorf("GitHub's API answers %d", code)
		default:
			return fmt.Errorf("GitHub's API answers %d: %s", code, text)
		}
	}
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err // without the address
	}
	return fmt.Errorf("GitHub's API: %s", clip(inert.Text(err.Error()), 300))
}
