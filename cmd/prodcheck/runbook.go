package main

import (
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/inert"
	"github.com/prodcheck/prodcheck/internal/repo"
)

func (a *app) runbook() *cobra.Command {
	var t target
	var o output
	var at string
	cmd := &cobra.Command{
		Use:   "runbook [DIR]",
		Short: "Print the commands that verify a deployment on its server",
		Long: `Runbook prints the checklist's eight commands for after a deployment, for the compose files and services of the project in DIR
(the current folder), as a script that writes each output to a file of the folder outputs. Run it on the server, and let
prodcheck verify --ingest outputs answer the rows with what it wrote. It prints them and runs none.`,
		Example: `  prodcheck runbook --url https://example.org > runbook.sh
  sh runbook.sh
  prodcheck verify https://example.org --ingest outputs`,
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			host, err := runbookHost(at)
			if err != nil {
				return err
			}
			r, err := a.load(cmd.Context(), &t, args)
			if err != nil {
				return err
			}
			return a.deliver(&o, func(w io.Writer) error { return writeRunbook(w, r, host) })
		},
	}
	cmd.Flags().StringVar(&at, "url", "", "the `URL` of the site; its host stands in the commands for curl")
	o.flags(cmd)
	t.flags(cmd)
	return cmd
}

// runbookHost returns the host of a URL, or an example's where none is given.
func runbookHost(at string) (string, error) {
	if at == "" {
		return "yourdomain.com", nil
	}
	if !strings.Contains(at, "://") {
		at = "https://" + at
	}
	u, err := url.Parse(at)
	if err != nil || u.Host == "" || u.User != nil || !plainWord(strings.ReplaceAll(u.Host, ":", "")) {
		return "", usage("--url %s: not of the form https://host", at)
	}
	return u.Host, nil
}

// A step of the runbook: what it is for, the command, and the name of the output.
type runbookStep struct{ why, command, output string }

func writeRunbook(w io.Writer, r *repo.Repo, host string) error {
	compose, proxy, backend, certbot := runbookServices(r)
	steps := []runbookStep{
		{"all containers are running", compose + " ps --all --format json", "1-containers.json"},
		{"the certificate is valid", compose + " run --rm --entrypoint certbot " + certbot + " certificates", "2-certificates.txt"},
		{"the site answers over HTTPS", "curl -sSI https://" + host + "/", "3-https.txt"},
		{"plain HTTP redirects to HTTPS", "curl -sSI http://" + host + "/", "4-redirect.txt"},
		{"Strict-Transport-Security is sent", "curl -sSI https://" + host + "/ | grep -i '^strict-transport-security'", "5-hsts.txt"},
		{"the application's logs are clean", compose + " logs --no-color --tail 5000 " + backend, "6-logs.txt"},
		{"nginx takes its configuration", compose + " exec -T " + proxy + " nginx -t", "7-nginx.txt"},
		{"certbot renews", compose + " logs --no-color --tail 5000 " + certbot, "8-renewal.txt"},
	}
	var b strings.Builder
	b.WriteString("#!/bin/sh\n# Run it on the server, in the folder of the compose file. It reads and changes nothing but the folder outputs.\n")
	b.WriteString("# Then: prodcheck verify https://" + host + " --ingest outputs\nmkdir -p outputs\n")
	for i, s := range steps {
		errors := ""
		if s.output == "7-nginx.txt" { // nginx -t says everything on standard error
			errors = " 2>&1"
		}
		fmt.Fprintf(&b, "\n# %d. %s\n%s > outputs/%s%s\n", i+1, s.why, s.command, s.output, errors)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// runbookServices returns docker compose with the files of production, and the services of the proxy, Django and certbot; the
// checklist's own names where the project does not say.
func runbookServices(r *repo.Repo) (compose, proxy, backend, certbot string) {
	compose, proxy, backend, certbot = "docker compose", "nginx", "backend", "certbot"
	d := r.Deployment
	i := slices.IndexFunc(d.Stacks, func(s *deploy.Stack) bool { return s.Project != nil && !s.Development })
	if i < 0 {
		return compose, proxy, backend, certbot
	}
	stack := d.Stacks[i]
	usual := len(stack.Files) == 1 && slices.Contains([]string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"}, path.Base(stack.Files[0].Path))
	for _, f := range stack.Files {
		if !usual {
			compose += " -f " + shellWord(path.Base(f.Path))
		}
	}
	for _, p := range d.Proxies {
		if p.Service != nil && p.Stack == stack {
			proxy = shellWord(p.Service.Name)
		}
	}
	for _, p := range d.Projects {
		if p.Stack == stack && len(p.Services) > 0 {
			backend = shellWord(p.Services[0].Name)
		}
	}
	for _, s := range stack.Project.Services {
		if strings.Contains(s.Name, "certbot") || strings.Contains(s.Image.Raw, "certbot") {
			certbot = shellWord(s.Name)
		}
	}
	return compose, proxy, backend, certbot
}

// shellWord writes a name of the repository as one word of a shell, which whoever wrote the repository does not control.
func shellWord(s string) string {
	if plainWord(s) {
		return s
	}
	return "'" + strings.ReplaceAll(inert.Text(s), "'", `'\''`) + "'"
}

// plainWord reports whether a shell takes a text for one word that is no option.
func plainWord(s string) bool {
	return s != "" && s[0] != '-' && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/", r))
	})
}
