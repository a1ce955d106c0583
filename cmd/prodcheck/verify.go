package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"embed"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/checks"
	"github.com/prodcheck/prodcheck/internal/ingest"
	"github.com/prodcheck/prodcheck/internal/repo"
	"github.com/prodcheck/prodcheck/internal/report"
	"github.com/prodcheck/prodcheck/internal/site"
	"github.com/prodcheck/prodcheck/sarif"
)

// A verification is what the flags of verify say.
type verification struct {
	t       target
	repo    string
	o       site.Options
	resolve []string
	roots   string // of --ca-file
	write   string // of --facts
	read    string // of --from-facts
	ingest  string // of --ingest
	depth   *choice
}

// burstRequests is how many requests --rate-limit makes.
const burstRequests = 30

func (a *app) verify() *cobra.Command {
	var x verification
	var o output
	var format, failOn *choice
	cmd := &cobra.Command{
		Use:   "verify URL",
		Short: "Look at the running site and say what holds of the checklist",
		Long: `Verify asks the site at URL what only the running site can tell: names and ports, certificate and TLS, headers, cookies,
cross-origin access, pages and files that should not be there. It logs in nowhere, guesses nothing and changes nothing: at most 40
requests with GET, HEAD, OPTIONS and one POST without a body, and 150 TLS handshakes, four at a time, to the named host alone.

With --repo the repository is scanned too, and both answer the same rows: what is configured and not in force is told with both
pieces of evidence. With --ingest the outputs of the commands that prodcheck runbook prints answer the rows of the server.

Grades are computed here by the published rubrics; each says which, and what was not evaluated. No grading service is asked.

Exit status: 0 nothing at or over --fail-on, 1 findings, 2 usage or configuration, 3 the whole job could not be done.`,
		Example: `  prodcheck verify https://example.org
  prodcheck verify https://example.org --repo . --origin https://app.example.org --api-path /api/
  prodcheck verify https://example.org --facts site.json
  prodcheck verify --from-facts site.json --format json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("verify takes one URL, got %d arguments: %s", len(args), strings.Join(args, " "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			start := time.Now()
			facts, err := a.seen(cmd.Context(), &x, args)
			if err != nil {
				return err
			}
			rep := checks.Run(facts)
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			if err := a.deliver(&o, func(w io.Writer) error {
				switch format.value {
				case "json":
					return report.JSON(w, rep, report.JSONOptions{Version: version})
				case "sarif":
					return sarif.Write(w, rep, sarif.Options{Version: version, Prefix: x.t.prefix(), Anchor: anchor(facts.Repo), Incomplete: len(stopped(rep)) > 0})
				}
				if done, err := formatted(w, format.value, rep, &x.t, start); done {
					return err
				}
				opts := a.text(&o)
				opts.Name = x.name(facts)
				if _, terminal := a.terminal(); terminal {
					opts.Took = time.Since(start)
				}
				return report.Text(w, rep, opts)
			}); err != nil {
				return err
			}
			if stopped := stopped(rep); len(stopped) > 0 {
				return failed("internal error in %s: please report it at %s/issues", strings.Join(stopped, ", "), home)
			}
			if least := x.t.threshold(failOn, cmd.Flags().Changed("fail-on")); gate(rep, least) || suppliedFail(rep, least) {
				return &exit{status: statusFindings}
			}
			return nil
		},
	}
	format = choose(cmd, "format", "what is written", "text", formats()...)
	failOn = choose(cmd, "fail-on", "exit with status 1 if there is a finding of this severity or a higher one", "high",
		"critical", "high", "medium", "low", "never")
	x.flags(cmd)
	o.flags(cmd)
	x.t.flags(cmd)
	return cmd
}

func (x *verification) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&x.repo, "repo", "", "scan the repository in this `FOLDER` too, on the same rows")
	f.StringVar(&x.roots, "ca-file", "", "trust the certificates in this PEM `FILE` and no others")
	f.StringArrayVar(&x.resolve, "resolve", nil, "take this address for a host, as `HOST:PORT:ADDRESS`; repeatable")
	f.DurationVar(&x.o.Timeout, "timeout", time.Minute, "the `TIME` that the whole look may take")
	x.depth = choose(cmd, "depth", "how much is asked: basic takes a second", site.Full, site.Basic, site.Full)
	f.StringVar(&x.ingest, "ingest", "", "let the outputs in this `FOLDER` answer, made by the commands of prodcheck runbook")
	f.StringVar(&x.write, "facts", "", "write what was seen to this `FILE`, to be judged again with --from-facts")
	f.StringVar(&x.read, "from-facts", "", "judge what an earlier run wrote to this `FILE`, and ask nothing")
	f.BoolVar(&x.o.AllowPrivate, "allow-private", false, "ask addresses of this machine and of private networks too")
	f.StringVar(&x.o.BurstPath, "rate-limit", "", "make 30 requests in a row to this `PATH`, to see whether a limit is in force")
	f.StringArrayVar(&x.o.TrustedOrigins, "origin", nil, "a front end's `ORIGIN` that must be able to read the API; those of the configuration if none is given; repeatable")
	f.StringVar(&x.o.APIPath, "api-path", "", "the `PATH` of the API that cross-origin access is tried on")
	f.StringVar(&x.o.AdminPath, "admin-path", "", "the `PATH` of the admin; /admin/ if it is not given")
	f.StringVar(&x.o.LoginPath, "login-path", "", "the `PATH` of a page with a login form; the admin's if it is not given")
	f.StringArrayVar(&x.o.Hosts, "host", nil, "another `HOST` of the same site, to which redirects may be followed; repeatable")
	f.IntVar(&x.o.HTTPPort, "http-port", 80, "the `PORT` of plain HTTP")
	f.BoolVar(&x.o.NoBodyLimit, "no-body-limit", false, "do not send the POST without a body that finds the limit of request bodies")
}

// seen returns what the checks look at: the site as it is or was, and the repository if one is named.
func (a *app) seen(ctx context.Context, x *verification, args []string) (*checks.Facts, error) {
	switch {
	case len(args) == 0 && x.read == "" && x.ingest == "":
		return nil, usage("verify takes the URL of the site")
	case len(args) > 0 && x.read != "":
		return nil, usage("--from-facts judges what was seen: it takes no URL")
	}
	facts, err := a.repository(ctx, x)
	if err != nil {
		return nil, err
	}
	if err := x.supplied(facts); err != nil {
		return nil, err
	}
	if len(args) == 0 && x.read == "" {
		return facts, nil
	}
	if x.read != "" {
		f, err := os.Open(x.read)
		if err != nil {
			return nil, usage("--from-facts %s: %w", x.read, err)
		}
		defer f.Close()
		if facts.Site, err = site.Read(f); err != nil {
			return nil, usage("--from-facts %s: %w", x.read, err)
		}
		return facts, nil
	}
	if err := x.options(); err != nil {
		return nil, err
	}
	if len(x.o.TrustedOrigins) == 0 { // the configuration names them already
		x.o.TrustedOrigins = facts.Policy.Frontends
	}
	if facts.Site, err = site.Probe(ctx, args[0], x.o); err != nil {
		return nil, usage("%w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if x.write != "" {
		var b bytes.Buffer
		if err := site.Write(&b, facts.Site); err != nil {
			return nil, failed("the facts cannot be written: %w", err)
		}
		if err := writeFile(x.write, b.Bytes()); err != nil {
			return nil, failed("the facts cannot be written to %s: %w", x.write, err)
		}
	}
	return facts, nil
}

// repository reads the repository, or takes an empty one if none is named.
func (a *app) repository(ctx context.Context, x *verification) (*checks.Facts, error) {
	if x.repo != "" {
		r, err := a.load(ctx, &x.t, []string{x.repo})
		if err != nil {
			return nil, err
		}
		return x.t.facts(r), nil
	}
	var none embed.FS
	r, err := repo.Load(ctx, none, repo.Options{})
	if err != nil {
		return nil, failed("%w", err)
	}
	if x.t.day, err = a.day(&x.t); err != nil {
		return nil, err
	}
	facts := x.t.facts(r)
	facts.SiteOnly = true
	return facts, nil
}

// options reads what the flags say of the look itself.
func (x *verification) options() error {
	x.o.Depth = x.depth.value
	for _, s := range x.resolve {
		r, err := site.ParseResolve(s)
		if err != nil {
			return usage("--resolve %w", err)
		}
		x.o.Resolve = append(x.o.Resolve, r)
	}
	for _, p := range []struct{ flag, path string }{{"--rate-limit", x.o.BurstPath}, {"--api-path", x.o.APIPath}, {"--admin-path", x.o.AdminPath}, {"--login-path", x.o.LoginPath}} {
		if p.path != "" && !strings.HasPrefix(p.path, "/") {
			return usage("%s %s: a path begins with /", p.flag, p.path)
		}
	}
	if x.o.BurstPath != "" {
		x.o.BurstRequests = burstRequests
	}
	if x.o.HTTPPort < 1 || x.o.HTTPPort > 65535 {
		return usage("--http-port %d: a port is between 1 and 65535", x.o.HTTPPort)
	}
	if x.o.Timeout <= 0 {
		return usage("--timeout %s: not a time that anything can be done in", x.o.Timeout)
	}
	if x.roots != "" {
		pem, err := os.ReadFile(x.roots)
		if err != nil {
			return usage("--ca-file %s: %w", x.roots, err)
		}
		x.o.Roots = x509.NewCertPool()
		if !x.o.Roots.AppendCertsFromPEM(pem) {
			return usage("--ca-file %s: there is no certificate in PEM in it", x.roots)
		}
	}
	return nil
}

// supplied reads the outputs that the user names.
func (x *verification) supplied(f *checks.Facts) error {
	if x.ingest == "" {
		return nil
	}
	root, err := os.OpenRoot(x.ingest) // no link leads out of it
	if err != nil {
		return usage("--ingest %s: %w", x.ingest, err)
	}
	defer root.Close()
	if f.Server, err = ingest.Read(root.FS()); err != nil {
		return usage("--ingest %s: %w", x.ingest, err)
	}
	return nil
}

// suppliedFail reports whether an output of the server says something that is at or over a threshold.
func suppliedFail(r *checks.Report, failOn string) bool {
	least, err := checks.ParseSeverity(failOn)
	if err != nil {
		return false // never
	}
	for _, s := range r.Supplied {
		if s.Status == checks.Fail && s.Severity >= least {
			return true
		}
	}
	return false
}

// name is what the first line of the report is about.
func (x *verification) name(f *checks.Facts) string {
	switch {
	case !f.SiteOnly:
		return x.t.name()
	case f.Site != nil:
		return f.Site.Host
	}
	return x.ingest
}
