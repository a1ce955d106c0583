package shell

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/source"
)

func parse(text string) *Script { return Parse(source.NewFile("run.sh", []byte(text))) }

// show writes a word as its text, with "?" for one that is not known, "~" for a fallback, and the line it was written on.
func show(words []Word) string {
	var out []string
	for _, w := range words {
		s := w.Text
		if !w.Known {
			s += "?" + strings.Join(w.Refs, ",")
		} else if w.Fallback {
			s += "~" + strings.Join(w.Refs, ",")
		}
		out = append(out, fmt.Sprintf("%s@%d", s, w.Origin.Position().Line))
	}
	return strings.Join(out, " ")
}

func TestCertbots(t *testing.T) {
	entry := "docker compose run --rm --entrypoint \"\\\n  certbot certonly --webroot -w /var/www \\\n    $staging_arg \\\n    $email_arg \\\n    $domain_args \\\n    --agree-tos\" certbot\n"
	loop := "domain_args=\"\"\nfor d in \"${domains[@]}\"; do\n  domain_args=\"$domain_args -d $d\"\ndone\n"
	tests := []struct{ name, text, want string }{
		{"array, loop, case, entrypoint", "domains=(a.test b.test)\nemail=me@a.test\nstaging=1\n" + loop +
			"case \"$email\" in\n  \"\") email_arg=--register-unsafely-without-email ;;\n  *) email_arg=\"--email $email\" ;;\nesac\n" +
			"if [ $staging != \"0\" ]; then staging_arg=--staging; fi\n" + entry,
			"certonly -d a.test@1 b.test@1 -m me@a.test@2 staging 1 none 0"},
		{"staging off, no e-mail", "domains=(a.test)\nemail=\"\"\nstaging=0\n" + loop +
			"case \"$email\" in\n  \"\") email_arg=--register-unsafely-without-email ;;\n  *) email_arg=\"-m $email\" ;;\nesac\n" +
			"if [ $staging != \"0\" ]; then staging_arg=--staging; fi\n" + entry, "certonly -d a.test@1 -m  staging 0 none 1"},
		{"values from a sourced file", ". ./.env\ndomains=($DOMAINS)\nif [ \"$STAGING\" = 1 ]; then staging_arg=--staging; fi\nemail_arg=\"--email $EMAIL\"\n" + loop + entry,
			"certonly -d $d?DOMAINS@7 -m $EMAIL?EMAIL@4 staging 2 none 0"},
		{"defaults", "DOMAIN=${DOMAIN:-a.test}\nEMAIL=${EMAIL:-me@a.test}\ncertbot certonly --webroot -d \"$DOMAIN\" -d www.$DOMAIN --email \"$EMAIL\"",
			"certonly -d a.test~DOMAIN@1 www.a.test~DOMAIN@3 -m me@a.test~EMAIL@2 staging 0 none 0"},
		{"string of names", "DOMAINS=\"a.test b.test\"\nARGS=\nfor D in $DOMAINS; do ARGS+=\" -d $D\"; done\ncertbot certonly $ARGS --test-cert", "certonly -d a.test@1 b.test@1 -m  staging 1 none 0"},
		{"commas", "D=a.test,b.test\ncertbot certonly -d $D,c.test", "certonly -d a.test@1 b.test@1 c.test@2 -m  staging 0 none 0"},
		{"commas into an array", "D=a.test,b.test\nIFS=',' read -ra LIST <<< \"$D\"\nA=()\nfor d in \"${LIST[@]}\"; do A+=(-d \"$d\"); done\ncertbot certonly \"${A[@]}\"",
			"certonly -d a.test@1 b.test@1 -m  staging 0 none 0"},
		{"commas through tr", "D=a.test,b.test\nfor d in $(echo $D | tr ',' ' '); do\ncertbot certonly -d $d\ndone", "certonly -d a.test@1 -m  staging 0 none 0|certonly -d b.test@1 -m  staging 0 none 0"},
		{"replaced prefix", "domains=(a.test b.test)\ncertbot certonly ${domains[@]/#/-d }", "certonly -d a.test@1 b.test@1 -m  staging 0 none 0"},
		{"joined by printf", "domains=(a.test b.test)\nx=$(printf -- ' -d %s' \"${domains[@]}\")\ncertbot certonly $x", "certonly -d a.test@1 b.test@1 -m  staging 0 none 0"},
		{"function", "get() {\n  certbot certonly --email \"$2\" -d \"$1\"\n}\nget a.test me@a.test\nget b.test me@b.test",
			"certonly -d a.test@4 -m me@a.test@4 staging 0 none 0|certonly -d b.test@5 -m me@b.test@5 staging 0 none 0"},
		{"sh -c", "d=a.test\ndocker compose exec certbot sh -c \"certbot certonly -d $d\"", "certonly -d a.test@1 -m  staging 0 none 0"},
		{"certbot's own entrypoint", "docker-compose run --rm certbot certonly --webroot --webroot-path=/w -d a.test --email=me@a.test", "certonly -d a.test@1 -m me@a.test@1 staging 0 none 0"},
		{"image", "docker run -it --rm -v /x:/y --name c certbot/certbot:latest certonly --standalone -d a.test --dry-run", "certonly -d a.test@1 -m  staging 0 none 0"},
		{"staging server", "sudo certbot -d a.test --server https://acme-staging-v02.api.letsencrypt.org/directory", "run -d a.test@1 -m  staging 1 none 0"},
		{"renewal in the background", "trap exit TERM; while :; do certbot renew; sleep 12h & wait $!; done", "renew -d  -m  staging 0 none 0"},
		{"cron", "(crontab -l; echo \"0 3 * * * certbot renew --quiet && docker compose exec nginx nginx -s reload\") | crontab -", "renew -d  -m  staging 0 none 0"},
		{"crontab file", "cat > /etc/cron.d/certbot <<EOF\n0 3 * * * root certbot renew\nEOF\n", "renew -d  -m  staging 0 none 0"},
		{"over ssh", "ssh -p 22 host 'cd /srv && docker compose run --rm certbot renew'", "renew -d  -m  staging 0 none 0"},
		{"asked for", "read -p 'Domain: ' domain\ncertbot certonly -d $domain", "certonly -d $domain?domain@1 -m  staging 0 none 0"},
		{"unknown option", "certbot certonly $EXTRA -d a.test", "certonly -d a.test@1 -m  staging 2 none 0"},
		{"only words", "echo certbot certonly -d a.test\n# certbot certonly\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := parse(tt.text)
			var out []string
			for _, c := range s.Certbots() {
				out = append(out, fmt.Sprintf("%s -d %s -m %s staging %d none %d", c.Sub, show(c.Domains), show(c.Emails), c.Staging, c.NoEmail))
			}
			if got := strings.Join(out, "|"); got != tt.want {
				t.Errorf("\n%s, want\n%s", got, tt.want)
			}
			if len(s.Problems) > 0 {
				t.Error(s.Problems[0].Text)
			}
		})
	}
}
