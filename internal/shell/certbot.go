package shell

import (
	"slices"
	"strings"
)

// A Certainty says whether something is so each time a command runs.
type Certainty uint8

const (
	// Never: no run has it.
	Never Certainty = iota
	// Always: every run has it.
	Always
	// Perhaps: it depends on what is not known.
	Perhaps
)

// A CertbotCall is one call of certbot. A call in a loop over a known list is one for each turn.
type CertbotCall struct {
	Command *Command
	Sub     string // "certonly", "renew", …; "run" if none is given; "" if it is not known
	// Domains are the names of -d, those of a list with commas apart. One that is not known may stand for several.
	Domains []Word
	Emails  []Word    // -m; more than one if the script chooses
	NoEmail Certainty // --register-unsafely-without-email
	// Staging tells whether the certificates come from the staging environment, by --staging, --test-cert or --server.
	Staging   Certainty
	StagingBy Word // the option that says so, or the word that may hold it; zero if there is none
	DryRun    Certainty
	Webroots  []Word // -w
	ConfigDir Word   // --config-dir, zero if not given
	CertName  Word   // --cert-name
	Flags     []Word // all options, without their values
	Words     []Word // all words behind certbot
	// Open are the words that are not known and may hold any option.
	Open []Word
}

// Certbots are the certbot calls, also those of scripts inside this one and of containers whose program is certbot.
func (s *Script) Certbots() []CertbotCall {
	var out []CertbotCall
	for _, c := range s.All() {
		for _, run := range c.runs {
			words, ok := certbotWords(run)
			if !ok {
				continue
			}
			call := readCertbot(c, words)
			if !slices.ContainsFunc(out, func(o CertbotCall) bool { return o.Command == c && slices.EqualFunc(o.Words, call.Words, sameWord) }) {
				out = append(out, call)
			}
		}
	}
	return out
}

func sameWord(a, b Word) bool { return a.Text == b.Text && a.Known == b.Known }

// Assigned returns the assignments of a variable in the order of the text, also those of scripts inside this one.
func (s *Script) Assigned(name string) []Assign {
	var out []Assign
	for _, c := range s.All() {
		for _, a := range c.Assigns {
			if a.Name == name && !a.Bare {
				out = append(out, a)
			}
		}
	}
	return out
}

func isCertbot(name string) bool {
	return oneOf(base(name), "certbot", "certbot-auto", "letsencrypt", "letsencrypt-auto", "certbot.main")
}

var certbotSubs = strings.Fields("certonly renew run certificates revoke delete register unregister update_account install enhance rollback plugins show_account reconfigure auth everything")

// subcommandOf reports whether the words behind a compose service are options for certbot, not a program.
func subcommandOf(services, args []Word) bool {
	if len(services) == 0 || len(args) == 0 {
		return false
	}
	name := services[0].Text
	return (strings.Contains(name, "certbot") || strings.Contains(name, "letsencrypt")) && (oneOf(args[0].Text, certbotSubs...) || strings.HasPrefix(args[0].Text, "-"))
}

// certbotWords returns what stands behind certbot in a command.
func certbotWords(c *Command) ([]Word, bool) {
	prog := python(c.Program())
	if len(prog) == 0 {
		return nil, false
	}
	if prog[0].Known && isCertbot(prog[0].Text) {
		return prog[1:], true
	}
	prog = c.Program()
	if call, ok := composeCall(c, prog); ok {
		if call.Sub == "run" && call.Entrypoint.Span.IsZero() && subcommandOf(call.Services, call.Args) {
			return call.Args, true
		}
		return nil, false
	}
	if run, ok := containerRun(prog); ok && run.image.Known && run.entrypoint.Span.IsZero() {
		image, _, _ := strings.Cut(run.image.Text, ":")
		if strings.HasPrefix(image, "certbot/") || base(image) == "certbot" {
			if len(run.args) == 0 || !isCertbot(run.args[0].Text) {
				return run.args, true
			}
		}
	}
	return nil, false
}

// Options of certbot that take a value.
const certbotOptions = "-d --domains --domain -m --email -w --webroot-path --config-dir --cert-name --server --work-dir --logs-dir -c --config --rsa-key-size " +
	"--key-type --elliptic-curve --deploy-hook --renew-hook --pre-hook --post-hook --preferred-challenges --preferred-chain -a --authenticator -i --installer " +
	"--cert-path --key-path --chain-path --fullchain-path --http-01-port --http-01-address --https-port --webroot-map --max-log-backups --user-agent " +
	"--eab-kid --eab-hmac-key --reason --manual-auth-hook --manual-cleanup-hook --dns-cloudflare-credentials --dns-route53-propagation-seconds " +
	"--dns-cloudflare-propagation-seconds --dns-digitalocean-credentials --dns-google-credentials --nginx-server-root --nginx-ctl --apache-server-root"

// A token is a word of a call; perhaps says that not every run has it.
type token struct {
	w       Word
	perhaps bool
}

func readCertbot(c *Command, words []Word) CertbotCall {
	call := CertbotCall{Command: c, Words: words}
	list := make([]token, 0, len(words))
	for _, w := range words {
		list = append(list, token{w, false})
	}
	call.read(list, 0)
	if call.Sub == "" && len(call.Open) == 0 {
		call.Sub = "run"
	}
	if len(call.Open) > 0 && call.Staging == Never {
		call.Staging, call.StagingBy = Perhaps, call.Open[0]
	}
	return call
}

// choices returns what a word may stand for, if the script says so.
func choices(w Word) []rope {
	if !w.Known && len(w.rope) == 1 {
		return w.rope[0].alts
	}
	return nil
}

// wordOf makes a word of a part of another one's value.
func wordOf(w Word, r rope) Word {
	out := Word{Raw: w.Raw, Text: r.String(), Known: r.known(), Refs: r.refs(), Span: w.Span, Origin: w.Span, rope: r}
	out.Fallback = out.Known && len(out.Refs) > 0
	if at, ok := r.origin(); ok {
		out.Origin = at
	}
	return out
}

func (call *CertbotCall) read(list []token, depth int) {
	for i := 0; i < len(list); i++ {
		t := list[i]
		if !strings.HasPrefix(t.w.Text, "-") {
			call.word(t, depth)
			continue
		}
		name, _, has := strings.Cut(t.w.Text, "=")
		call.Flags = append(call.Flags, t.w)
		if !t.w.Known && !has {
			call.Open = append(call.Open, t.w)
			continue
		}
		value := token{assignWord(t.w, name).Value, t.perhaps}
		switch {
		case has:
		case len(name) > 2 && name[1] != '-' && oneOf(name[:2], "-d", "-m", "-w") && !oneOf(name, "-d", "-m", "-w"):
			value.w, name = part(t.w, 2).Value, name[:2]
		case (takes(certbotOptions, name) || strings.HasSuffix(name, "-credentials") || strings.HasSuffix(name, "-seconds")) && i+1 < len(list):
			i++
			value = list[i]
		}
		call.option(name, t, value)
	}
}

// word reads a word that is no option: the subcommand, or something that is not known.
func (call *CertbotCall) word(t token, depth int) {
	alts := choices(t.w)
	switch {
	case len(alts) > 0 && depth < 3:
		for _, r := range alts {
			fields, _, _ := r.split(" \t\n")
			var list []token
			for _, f := range fields {
				list = append(list, token{wordOf(t.w, f), true})
			}
			if len(fields) == 1 && !r.known() && len(choices(list[0].w)) == 0 {
				if strings.TrimLeft(r.String(), "$") != strings.TrimLeft(t.w.Raw, "$") || len(alts) == 1 {
					call.Open = append(call.Open, list[0].w)
				}
				continue
			}
			call.read(list, depth+1)
		}
	case !t.w.Known:
		call.Open = append(call.Open, t.w)
	case call.Sub == "" && oneOf(t.w.Text, certbotSubs...):
		call.Sub = t.w.Text
	}
}

func (call *CertbotCall) option(name string, t, value token) {
	sure := Always
	if t.perhaps {
		sure = Perhaps
	}
	note := func(c *Certainty) {
		if *c != Always {
			*c = sure
		}
	}
	switch name {
	case "-d", "--domain", "--domains":
		for _, w := range valuesOf(value.w) {
			call.Domains = append(call.Domains, splitCommas(w)...)
		}
	case "-m", "--email":
		call.Emails = append(call.Emails, valuesOf(value.w)...)
	case "-w", "--webroot-path":
		call.Webroots = append(call.Webroots, value.w)
	case "--config-dir":
		call.ConfigDir = value.w
	case "--cert-name":
		call.CertName = value.w
	case "--register-unsafely-without-email":
		note(&call.NoEmail)
	case "--dry-run":
		note(&call.DryRun)
	case "--staging", "--test-cert":
		note(&call.Staging)
		call.StagingBy = t.w
	case "--server":
		if strings.Contains(value.w.Text, "staging") && value.w.Known {
			note(&call.Staging)
			call.StagingBy = value.w
		} else if !value.w.Known && call.Staging == Never {
			call.Staging, call.StagingBy = Perhaps, value.w
		}
	}
}

// valuesOf returns what the value of an option may be: the word itself if it is known, else what the script chooses from.
func valuesOf(w Word) []Word {
	alts := choices(w)
	if len(alts) == 0 {
		return []Word{w}
	}
	var out []Word
	for _, r := range alts {
		if r.known() {
			v := wordOf(w, r)
			v.Fallback = true
			out = append(out, v)
		}
	}
	if len(out) < len(alts) {
		out = append(out, w)
	}
	return out
}

// splitCommas takes a list of names apart.
func splitCommas(w Word) []Word {
	if !strings.Contains(w.Text, ",") || !w.Known {
		return []Word{w}
	}
	fields, _, _ := w.rope.split(",")
	var out []Word
	for _, f := range fields {
		v := wordOf(w, f)
		if len(w.rope) == 1 && w.rope[0].exact && v.Origin.Start >= w.Span.Start && v.Origin.End <= w.Span.End {
			v.Span = v.Origin
			v.Raw = v.Text
		}
		v.Fallback = v.Fallback || w.Fallback
		out = append(out, v)
	}
	return out
}
