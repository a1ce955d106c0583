package shell

import "strings"

// A ComposeCall is one call of docker compose, docker-compose or podman compose.
type ComposeCall struct {
	Command  *Command
	Files    []Word // -f
	EnvFiles []Word // --env-file
	Profiles []Word // --profile
	Project  Word   // -p
	Folder   Word   // --project-directory
	Sub      string // "up", "run", …; "" if there is none or it is not known
	Services []Word // of run and exec: the one service
	// Args is the command inside the container, of run and exec.
	Args []Word
	// Entrypoint is --entrypoint of run.
	Entrypoint Word
	// Known is false if a word before the subcommand is not known, so that files may be missing here.
	Known bool
}

// Composes are the docker compose calls, also those of scripts inside this one.
func (s *Script) Composes() []ComposeCall {
	var out []ComposeCall
	for _, c := range s.All() {
		if call, ok := composeCall(c, c.Program()); ok {
			out = append(out, call)
		}
	}
	return out
}

const composeOptions = "--ansi --progress --parallel --context -c -H --host --log-level --tlscacert --tlscert --tlskey -l"

// composeCall reads the words of a program as a compose call.
func composeCall(c *Command, prog []Word) (ComposeCall, bool) {
	call := ComposeCall{Command: c, Known: true}
	if len(prog) == 0 || !prog[0].Known {
		return call, false
	}
	rest := prog[1:]
	switch base(prog[0].Text) {
	case "docker-compose", "podman-compose":
	case "docker", "podman", "nerdctl":
		rest = skipFlags(rest, composeOptions)
		if len(rest) == 0 || rest[0].Text != "compose" {
			return call, false
		}
		rest = rest[1:]
	default:
		return call, false
	}
	for len(rest) > 0 && call.Sub == "" {
		w := rest[0]
		rest = rest[1:]
		if !w.Known && !strings.HasPrefix(w.Text, "-") {
			call.Known = false
			continue
		}
		name, _, has := strings.Cut(w.Text, "=")
		if !strings.HasPrefix(w.Text, "-") {
			call.Sub = w.Text
			break
		}
		arg := assignWord(w, name)
		if strings.HasPrefix(w.Text, "-f") && !strings.HasPrefix(w.Text, "--") && len(w.Text) > 2 {
			name, arg = "-f", part(w, 2+len(w.Text[2:])-len(strings.TrimPrefix(w.Text[2:], "=")))
			has = true
		}
		need := oneOf(name, "-f", "--file", "--env-file", "--profile", "-p", "--project-name", "--project-directory") || takes(composeOptions, name)
		if need && !has {
			if len(rest) == 0 {
				break
			}
			arg = Assign{Value: rest[0]}
			rest = rest[1:]
		}
		switch name {
		case "-f", "--file":
			call.Files = append(call.Files, arg.Value)
		case "--env-file":
			call.EnvFiles = append(call.EnvFiles, arg.Value)
		case "--profile":
			call.Profiles = append(call.Profiles, arg.Value)
		case "-p", "--project-name":
			call.Project = arg.Value
		case "--project-directory":
			call.Folder = arg.Value
		}
	}
	call.sub(rest)
	return call, true
}

// part is the word from its byte n on, as the value of an option.
func part(w Word, n int) Assign {
	v := w
	v.rope, v.Text = w.rope.cut(n, len(w.Text)), w.Text[n:]
	if w.Raw == w.Text && len(w.Raw) >= n {
		v.Raw = w.Raw[n:]
		v.Span.Start = min(v.Span.Start+n, v.Span.End)
		v.Origin = v.Span
	}
	return Assign{Value: v}
}

var composeSubOptions = map[string]string{
	"run":  "-e --env --env-from-file --entrypoint --name -l --label -p --publish -u --user -v --volume -w --workdir --cap-add --cap-drop --pull",
	"exec": "-e --env --index -u --user -w --workdir",
	"up":   "-t --timeout --scale --exit-code-from --attach --no-attach --wait-timeout --pull",
	"logs": "--tail -n --since --until --index", "build": "--build-arg -m --memory --progress --ssh --builder", "down": "--rmi -t --timeout",
	"stop": "-t --timeout", "restart": "-t --timeout", "kill": "-s --signal", "config": "--format --hash -o --output --profile",
}

// sub reads what follows the subcommand.
func (call *ComposeCall) sub(rest []Word) {
	with := composeSubOptions[call.Sub]
	single := call.Sub == "run" || call.Sub == "exec"
	for len(rest) > 0 {
		w := rest[0]
		rest = rest[1:]
		if w.Text == "--" {
			continue
		}
		if !strings.HasPrefix(w.Text, "-") {
			call.Services = append(call.Services, w)
			if single {
				call.Args = rest
				return
			}
			continue
		}
		name, _, has := strings.Cut(w.Text, "=")
		value := assignWord(w, name)
		if !has {
			if !takes(with, name) || len(rest) == 0 {
				continue
			}
			value.Value = rest[0]
			rest = rest[1:]
		}
		if name == "--entrypoint" {
			call.Entrypoint = value.Value
		}
	}
}

// A container is docker run or docker exec.
type container struct {
	image      Word // or the container
	entrypoint Word
	args       []Word
}

// containerRun reads docker run, docker exec, podman run and kubectl exec.
func containerRun(prog []Word) (container, bool) {
	var out container
	if len(prog) < 3 || !prog[0].Known {
		return out, false
	}
	name := base(prog[0].Text)
	if !oneOf(name, "docker", "podman", "nerdctl", "kubectl", "oc") {
		return out, false
	}
	rest := skipFlags(prog[1:], composeOptions+" -n --namespace --kubeconfig")
	if len(rest) > 0 && rest[0].Text == "container" {
		rest = rest[1:]
	}
	if len(rest) == 0 || !oneOf(rest[0].Text, "run", "exec") {
		return out, false
	}
	if name == "kubectl" || name == "oc" {
		i := indexOf(rest, "--")
		if i < 0 {
			return out, false
		}
		out.args = rest[i+1:]
		return out, true
	}
	for rest = rest[1:]; len(rest) > 0; {
		w := rest[0]
		rest = rest[1:]
		if !strings.HasPrefix(w.Text, "-") {
			out.image, out.args = w, rest
			return out, true
		}
		key, _, has := strings.Cut(w.Text, "=")
		value := assignWord(w, key)
		if !has {
			if switchOption(key) || len(rest) == 0 {
				continue
			}
			value.Value = rest[0]
			rest = rest[1:]
		}
		if key == "--entrypoint" {
			out.entrypoint = value.Value
		}
	}
	return out, false
}

// switchOption reports the options of docker run and exec that take no value.
func switchOption(name string) bool {
	if len(name) > 1 && name[0] == '-' && name[1] != '-' {
		return strings.Trim(name[1:], "ditqP") == ""
	}
	return oneOf(name, "--rm", "--detach", "--interactive", "--tty", "--init", "--privileged", "--read-only", "--publish-all", "--no-healthcheck",
		"--oom-kill-disable", "--sig-proxy", "--quiet", "--disable-content-trust")
}
