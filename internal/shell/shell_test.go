package shell

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/source"
)

// TestBash runs scripts of our own with the real bash and holds the words of each call of show against what it got.
func TestBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	scripts := []string{
		"a=1; b=\"$a 2\"; show $b \"$b\" '$b' \"\\$b\" \\$b x$a\"y\"z", "a='x  y'; show $a \"$a\" pre$a\"post\"", "a=; show $a \"$a\" \"\" ''",
		"a=(x 'y z' w); show \"${a[@]}\" ${a[1]} \"${a[1]}\" $a ${#a[@]} \"${a[*]}\"", "a=(x); a+=(y \"z w\"); show \"${a[@]}\"; IFS=,; show \"${a[*]}\"",
		"a=x.tar.gz; show ${a%.*} ${a%%.*} ${a#*.} ${a##*.} ${a/tar/t} ${a//./-} ${a^^} ${#a}", "a=/x/y; show ${a#/} ${a%/y}", "b=; show ${b:-d} ${b-d} ${b:+e} ${b+e}",
		"unsetx=; if [ -z \"$unsetx\" ]; then y=1; else y=2; fi; show $y", "s=0; if [ $s != 0 ]; then f=--x; fi; show a $f b", "s=1; [ \"$s\" = 1 ] && f=--x; show a $f",
		"s=1; [[ $s == 1 && -n $s ]] || f=no; show \"$f\" a", "e=; case \"$e\" in '') m=none ;; *) m=\"-m $e\" ;; esac; show $m", "e=q; case $e in a|b) m=1 ;; q*) m=2 ;; *) m=3;; esac; show $m",
		"for x in a b 'c d'; do show $x; r=\"$r -d $x\"; done; show $r", "l='a b'; for x in $l; do for y in 1 2; do show $x$y; done; done", "f() { show \"$1\" \"$@\" $#; z=$1; }; f a 'b c'; show $z",
		"f() { local q=$1; show $q; }; for i in 1 2; do f $i; done", "x=$(echo a  b); show $x \"$x\"", "x=$(printf '%s-' a b); show \"$x\"", "x=$(echo a,b | tr ',' ' '); show $x", "x=$(echo a,b | sed 's/,/ -d /g'); show $x",
		"set -- p 'q r'; show \"$2\" \"$@\"; shift; show $1", "IFS=, read -ra l <<< 'a,b,c'; show \"${l[@]}\"", "a=1; (a=2; show $a); show $a", "a=1; b=2 show $a; show \"$b\"", "a=\"x\\\ny\"; show $a",
		"n=3; (( n == 3 )) && show yes; [ $n -gt 2 ] && show more", "if false; then a=1; elif true; then a=2; else a=3; fi; show $a", "a=b; a+=c; show $a", "a='-d x'; show \"pre $a\"", "if ! [ a = b ]; then show not; fi",
		"a=x; eval \"show $a y\"", "a=(1 2); b=(\"${a[@]}\" 3); show \"${b[@]}\"", "a=(a b); show ${a[@]/#/-d }", "while false; do a=1; done; a=${a:-0}; show $a", "{ a=1; show $a; }; show $'x\\ty'",
		"export a=1 b=$a; show \"$b\"", "declare c=3; show $c", "a=1; unset a; show \"x$a\"", "a=\"'q'\"; show $a", "true && a=1 || a=2; show $a", "for i in; do show never; done; show end", "a=~; show x", "printf -v q 5; a[1]=z; a[0]=y; show ${a[@]}",
	}
	known, all := 0, 0
	for _, text := range scripts {
		out, err := exec.Command(bash, "-c", "show() { for w in \"$@\"; do printf '[%s]' \"$w\"; done; echo; }\n"+text).Output()
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		want := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
		var got []string
		for _, c := range parse(text).All() {
			for _, run := range c.runs {
				if len(run.Args) == 0 || run.Args[0].Text != "show" || run.Dead {
					continue
				}
				all++
				line := ""
				for _, w := range run.Args[1:] {
					line += "[" + w.Text + "]"
					if !w.Known {
						line = "?"
						break
					}
				}
				if line == "?" {
					t.Logf("%s: not known", text)
					continue
				}
				known++
				if !slices.Contains(want, line) {
					t.Errorf("%s\nours %s\nbash %q", text, line, want)
				}
				got = append(got, line)
			}
		}
	}
	if known < all*9/10 || known < 50 {
		t.Errorf("only %d of %d calls are known", known, all)
	}
	t.Logf("%d of %d calls known", known, all)
}

func TestCommands(t *testing.T) {
	f := source.NewFile("run.sh", []byte(`#!/usr/bin/env bash
set -e
set -a; . ./.env; set +a
export $(grep -v '^#' prod.env | xargs)
PORT=${PORT:-8000}
cd /srv/app
migrate() {
  python manage.py migrate --noinput --settings config.settings.prod
}
if [ "$1" = dev ]; then
  exec python manage.py runserver 0.0.0.0:8000
fi
migrate
DJANGO_SETTINGS_MODULE=config.settings.prod exec gunicorn config.wsgi:application --bind 0.0.0.0:$PORT --workers 3 >> out.log
echo never
`))
	s := Parse(f)
	if s.Shebang != "/usr/bin/env bash" || len(s.Problems) > 0 {
		t.Errorf("%q %v", s.Shebang, s.Problems)
	}
	if got := show(s.Sources()); got != "./.env@3 prod.env@4" {
		t.Error(got)
	}
	servers := s.Servers()
	if len(servers) != 2 || !servers[0].Dev || !servers[0].Command.Conditional || servers[1].App != "config.wsgi:application" || servers[1].AppSpan.Text() != "config.wsgi:application" {
		t.Fatalf("%+v", servers)
	}
	g := servers[1]
	if g.Dev || !g.Command.Exec || g.Command.Conditional || g.Command.Dir.Text != "/srv/app" || len(g.Env) != 1 || g.Env[0].Value.Text != "config.settings.prod" || g.Command.Redirects[0].File.Text != "out.log" {
		t.Errorf("%+v", g)
	}
	if bind := g.Args[2]; bind.Text != "0.0.0.0:8000" || !bind.Fallback || bind.Refs[0] != "PORT" {
		t.Errorf("%+v", bind)
	}
	if last := s.Commands[len(s.Commands)-1]; !last.Dead || last.Args[0].Text != "echo" {
		t.Errorf("%+v", last)
	}
	m := s.Manages()
	if len(m) != 2 || m[0].Sub != "migrate" || m[0].Settings.Text != "config.settings.prod" || m[0].Command.Function != "migrate" {
		t.Errorf("%+v", m)
	}
}

func TestServers(t *testing.T) {
	tests := []struct{ text, want string }{
		{"gunicorn -w 4 -b :8000 a.wsgi", "gunicorn a.wsgi false"}, {"exec gunicorn --config g.py a.wsgi:application", "gunicorn a.wsgi:application false"}, {"gunicorn a.wsgi --reload", "gunicorn a.wsgi true"},
		{"poetry run gunicorn a.asgi:application -k uvicorn.workers.UvicornWorker", "gunicorn a.asgi:application false"}, {"python -m uvicorn --host 0.0.0.0 a.asgi:app", "uvicorn a.asgi:app false"},
		{"uv run --no-dev python -m gunicorn a.wsgi", "gunicorn a.wsgi false"}, {"daphne -b 0.0.0.0 -p 8000 a.asgi:application", "daphne a.asgi:application false"}, {"uwsgi --http :8000 --module a.wsgi", "uwsgi a.wsgi false"},
		{"uwsgi --ini uwsgi.ini", "uwsgi  false"}, {"python3 manage.py runserver 0:8000", "runserver  true"}, {"./manage.py runserver_plus", "runserver_plus  true"}, {"flask --app x run", "flask x true"},
		{"tini -- gosu app gunicorn a.wsgi", "gunicorn a.wsgi false"}, {"sh -c \"python manage.py migrate && gunicorn a.wsgi\"", "gunicorn a.wsgi false"}, {"./wait-for-it.sh db:5432 -- gunicorn a.wsgi", "gunicorn a.wsgi false"},
		{"docker compose exec -T web python manage.py migrate", ""}, {"docker compose run --rm web gunicorn a.wsgi", "gunicorn a.wsgi false"}, {"pip install gunicorn", ""}, {"env A=b nice -n 5 gunicorn $APP", "gunicorn  false"},
		{"hypercorn a.asgi:application --bind :8000", "hypercorn a.asgi:application false"}, {"celery -A a worker", ""}, {"waitress-serve --port=8000 a.wsgi:application", "waitress a.wsgi:application false"},
	}
	for _, tt := range tests {
		var out []string
		for _, s := range parse(tt.text).Servers() {
			out = append(out, fmt.Sprintf("%s %s %v", s.Name, s.App, s.Dev))
		}
		if got := strings.Join(out, "|"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestComposes(t *testing.T) {
	tests := []struct{ text, want string }{
		{"docker compose -f a.yml -f b.yml --env-file .env.prod -p shop up -d web db", "up [a.yml b.yml] [.env.prod] shop [web db] []"},
		{"docker-compose --file=a.yml --profile x up --build", "up [a.yml] []  [] []"}, {"C='docker compose -f prod.yml'\n$C pull", "pull [prod.yml] []  [] []"},
		{"sudo docker compose exec -T -e A=b web python x.py --y", "exec [] []  [web] [python x.py --y]"}, {"docker compose $OPTS up", "up [] []  [] [] unknown"},
		{"ssh h \"cd /x; docker compose -f c.yml up -d\"", "up [c.yml] []  [] []"}, {"docker build .", ""}, {"docker compose run --rm --entrypoint 'x y' web z", "run [] []  [web] [z]"}, {"docker --context c compose -fp.yml ps", "ps [p.yml] []  [] []"},
	}
	texts := func(list []Word) (out []string) {
		for _, w := range list {
			out = append(out, w.Text)
		}
		return out
	}
	for _, tt := range tests {
		var out []string
		for _, c := range parse(tt.text).Composes() {
			s := fmt.Sprintf("%s %v %v %s %v %v", c.Sub, texts(c.Files), texts(c.EnvFiles), c.Project.Text, texts(c.Services), texts(c.Args))
			if !c.Known {
				s += " unknown"
			}
			out = append(out, s)
		}
		if got := strings.Join(out, "|"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestPlaces(t *testing.T) {
	f := source.NewFile("Makefile", []byte("up:\n\tdocker compose -f \"a b.yml\" \\\n\t  up $(X)\n"))
	at := source.Span{File: f, Start: 5, End: len(f.Text) - 1}
	c := ParseText(at, at.Text()).Composes()[0]
	if got := c.Files[0].Span.Text(); got != `"a b.yml"` {
		t.Error(got)
	}
	if got := ParseText(at, "docker compose -f b.yml up").Composes()[0].Files[0]; got.Span != at || got.Text != "b.yml" {
		t.Errorf("%+v", got)
	}
	moved := ParseAt(at, "docker up", func(i int) int { return at.Start + i + i/7*4 })
	if got := moved.Commands[0].Args[1].Span.Start; got != at.Start+11 {
		t.Error(got)
	}
	s := parse("a=x\nif y; then\n  echo )\nfi\necho after\n")
	if len(s.Problems) == 0 || s.Problems[0].Span.Position().Line != 3 || !s.Commands[len(s.Commands)-1].Conditional {
		t.Errorf("%v", s.Problems)
	}
}

func TestExports(t *testing.T) {
	s := parse("export A=1\nB=2\nexport B\nset -a\nC=3\nset +a\nD=4\nexport A=5\ndeclare -x E=6\nF=7 cmd\n")
	var out []string
	for _, a := range s.Exports() {
		out = append(out, a.Name+"="+a.Value.Text)
	}
	if got := strings.Join(out, " "); got != "B=2 C=3 A=5 E=6" {
		t.Error(got)
	}
}

func TestCron(t *testing.T) {
	f := source.NewFile("etc/cron.d/x", []byte("# m h\nMAILTO=me\n0 3 * * 1-5 root /srv/run.sh --all\n@daily app certbot renew\n"))
	jobs := ParseCron(f, true)
	if len(jobs) != 2 || jobs[0].Schedule != "0 3 * * 1-5" || jobs[0].User != "root" || jobs[0].Script.Commands[0].Args[1].Span.Text() != "--all" || len(jobs[1].Script.Certbots()) != 1 {
		t.Errorf("%+v", jobs)
	}
}
