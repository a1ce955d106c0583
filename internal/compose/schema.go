package compose

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// objects are the mappings of the Compose Specification (compose-spec.json as compose-go 2.16 enforces it): the keys of each,
// with what each may hold. s is a string (of the words behind "=", if any), n a number, b a boolean, 0 a null, * anything,
// [T] a list, {T} a mapping of any keys, <T> one of names, @X an object of this table. A key that ends in "!" is required.
var objects = map[string]string{
	"project": "version:s name:s include:[s|@include] services:<@service> models:<@model> networks:<@network|0> volumes:<@volume|0> secrets:<@secret> " +
		"configs:<@config> jobs:<*>",
	"include": "path:s|[s] env_file:s|[s] project_directory:s",
	"service": "annotations:{s|n|b|0}|[s] attach:b|s blkio_config:* build:s|@build cap_add:[s] cap_drop:[s] cgroup:s=host,private cgroup_parent:s " +
		"command:0|s|[s] configs:[s|@file] container_name:s cpu_count:s|n cpu_percent:s|n cpu_shares:s|n cpu_quota:s|n cpu_period:s|n cpu_rt_period:s|n " +
		"cpu_rt_runtime:s|n cpus:s|n cpuset:s credential_spec:* depends_on:[s]|<@dependency|0> deploy:@deploy|0 develop:@develop|0 device_cgroup_rules:[s] " +
		"devices:[s|@device] dns:s|[s] dns_opt:[s] dns_search:s|[s] domainname:s entrypoint:0|s|[s] env_file:s|[s|@envfile] " +
		"environment:{s|n|b|0}|[s] expose:[s|n] extends:s|@extends external_links:[s] extra_hosts:{s|[s]}|[s] gpus:* group_add:[s|n] " +
		"healthcheck:@healthcheck hostname:s image:s init:b|s ipc:s isolation:s label_file:s|[s] labels:{s|n|b|0}|[s] links:[s] logging:@logging " +
		"mac_address:s mem_limit:s|n mem_reservation:s|n mem_swappiness:s|n memswap_limit:s|n models:* network_mode:s networks:[s]|<@joined|0> " +
		"oom_kill_disable:b|s oom_score_adj:s|n pid:s|0 pids_limit:s|n platform:s ports:[n|s|@port] post_start:* pre_start:* pre_stop:* privileged:b|s " +
		"profiles:[s] provider:@provider pull_policy:s pull_refresh_after:s read_only:b|s restart:s runtime:s scale:n|s secrets:[s|@file] security_opt:[s] " +
		"shm_size:s|n stdin_open:b|s stop_grace_period:s stop_signal:s storage_opt:* sysctls:{s|n|b|0}|[s] tmpfs:s|[s] tty:b|s ulimits:{n|s|@ulimit} " +
		"umask:n|s|0 use_api_socket:b user:s userns_mode:s uts:s volumes:[s|@mount] volumes_from:[s] working_dir:s",
	"build": "context:s dockerfile:s dockerfile_inline:s entitlements:[s] args:{s|n|b|0}|[s] ssh:{s|n|b|0}|[s] labels:{s|n|b|0}|[s] cache_from:[s] " +
		"cache_to:[s] no_cache:b|s no_cache_filter:s|[s] additional_contexts:{s|n|b|0}|[s] network:s provenance:s|b sbom:s|b pull:b|s target:s " +
		"shm_size:n|s extra_hosts:{s|[s]}|[s] isolation:s privileged:b|s secrets:[s|@file] tags:[s] ulimits:{n|s|@ulimit} platforms:[s]",
	"deploy": "mode:s endpoint_mode:s replicas:n|s labels:{s|n|b|0}|[s] rollback_config:@rollout update_config:@rollout resources:@resources " +
		"restart_policy:@restart placement:@placement",
	"rollout":      "parallelism:n|s delay:s failure_action:s monitor:s max_failure_ratio:n|s order:s=start-first,stop-first",
	"restart":      "condition:s delay:s max_attempts:n|s window:s",
	"placement":    "constraints:[s] preferences:[@spread] max_replicas_per_node:n|s",
	"spread":       "spread:s",
	"resources":    "limits:@limits reservations:@reservations",
	"limits":       "cpus:n|s memory:s pids:n|s",
	"reservations": "cpus:n|s memory:s generic_resources:* devices:[*]",
	"logging":      "driver:s options:{s|n|0}",
	"healthcheck":  "disable:b|s interval:s retries:n|s test:s|[s] timeout:s start_period:s start_interval:s",
	"joined": "aliases:[s] interface_name:s ipv4_address:s ipv6_address:s link_local_ips:[s] mac_address:s driver_opts:{s|n} priority:n|s gw_priority:n|s " +
		"use_service_name_alias:b|s",
	"port": "name:s mode:s host_ip:s target:n|s published:s|n protocol:s app_protocol:s",
	"mount": "type!:s=bind,volume,tmpfs,cluster,npipe,image source:s target:s read_only:b|s consistency:s bind:@bind volume:@volumeopts tmpfs:@tmpfsopts " +
		"image:@imageopts",
	"bind":       "propagation:s create_host_path:b|s recursive:s=enabled,disabled,writable,readonly selinux:s=z,Z",
	"volumeopts": "labels:{s|n|b|0}|[s] nocopy:b|s subpath:s",
	"tmpfsopts":  "size:n|s mode:n|s",
	"imageopts":  "subpath:s",
	"device":     "source!:s target:s permissions:s",
	"envfile":    "path!:s format:s required:b|s",
	"extends":    "service!:s file:s",
	"dependency": "restart:b|s required:b|s condition!:s=service_started,service_healthy,service_completed_successfully",
	"file":       "source:s target:s uid:s gid:s mode:n|s",
	"ulimit":     "hard!:n|s soft!:n|s",
	"develop":    "watch:[@watch]",
	"watch":      "ignore:s|[s] include:s|[s] path!:s action!:s=rebuild,sync,restart,sync+restart,sync+exec target:s exec:* initial_sync:b",
	"provider":   "type!:s options:*",
	"network": "name:s driver:s driver_opts:{s|n} ipam:* external:b|s|@external internal:b|s enable_ipv4:b|s enable_ipv6:b|s attachable:b|s " +
		"labels:{s|n|b|0}|[s]",
	"volume":   "name:s driver:s driver_opts:{s|n} external:b|s|@external labels:{s|n|b|0}|[s]",
	"secret":   "name:s environment:s file:s external:b|s|@external labels:{s|n|b|0}|[s] driver:s driver_opts:{s|n} template_driver:s",
	"config":   "name:s content:s environment:s file:s external:b|s|@external labels:{s|n|b|0}|[s] template_driver:s",
	"model":    "name:s model!:s context_size:n runtime_flags:[s]",
	"external": "name:s",
}

// A shape is what a node may be: any one of several forms.
type shape []form

type form struct {
	kind   byte // s n b 0 * [ { < @
	inner  shape
	object string
	words  []string
}

type object struct {
	keys     map[string]shape
	required []string
}

var schema = sync.OnceValue(func() map[string]*object {
	all := map[string]*object{}
	for name, text := range objects {
		o := &object{keys: map[string]shape{}}
		for _, f := range strings.Fields(text) {
			key, forms, _ := strings.Cut(f, ":")
			if k, ok := strings.CutSuffix(key, "!"); ok {
				key = k
				o.required = append(o.required, k)
			}
			o.keys[key], _ = parseShape(forms)
		}
		all[name] = o
	}
	return all
})

// parseShape reads alternatives up to the end or a closing bracket.
func parseShape(s string) (sh shape, rest string) {
	for s != "" {
		f := form{kind: s[0]}
		s = s[1:]
		switch f.kind {
		case '[', '{', '<':
			f.inner, s = parseShape(s)
			s = s[1:]
		case '@':
			n := strings.IndexAny(s+"|", "|]}>")
			f.object, s = s[:n], s[n:]
		case 's':
			if strings.HasPrefix(s, "=") {
				n := strings.IndexAny(s+"|", "|]}>")
				f.words, s = strings.Split(s[1:n], ","), s[n:]
			}
		}
		sh = append(sh, f)
		if s == "" || s[0] != '|' {
			break
		}
		s = s[1:]
	}
	return sh, s
}

// checkSchema reports what has a wrong form. What holds a variable may become anything.
func (l *loader) checkSchema(d *node) {
	l.checkObject(d, "project", "")
	left := maxNodes
	l.checkReferenceSyntax(d, &left)
}

// checkReferenceSyntax reports references to variables that docker compose cannot read; it looks at every value of a file.
func (l *loader) checkReferenceSyntax(n *node, left *int) {
	if *left--; *left < 0 {
		return
	}
	if n.kind == scalar && strings.Contains(n.raw, "$") {
		if r := Interpolate(n.raw, nil); r.Err != "" {
			l.invalid(n.span, r.Err)
		}
	}
	for _, f := range n.fields {
		l.checkReferenceSyntax(f.val, left)
	}
	for _, i := range n.items {
		l.checkReferenceSyntax(i, left)
	}
}

func (l *loader) checkObject(n *node, name, at string) {
	o := schema()[name]
	for _, f := range n.fields {
		if strings.HasPrefix(f.key, "x-") || f.val.patch == removes || strings.Contains(f.key, "$") {
			continue
		}
		sh, ok := o.keys[f.key]
		if !ok {
			l.invalid(f.span, fmt.Sprintf("%s is no attribute that Compose knows", join(at, f.key)))
			continue
		}
		l.check(f.val, sh, join(at, f.key))
	}
}

func join(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}

func (l *loader) check(n *node, sh shape, at string) {
	f := sh.of(n)
	switch {
	case f == nil && n.kind == null: // what another file says may stay in force: checkRequired sees what is left
	case f == nil:
		l.invalid(n.span, fmt.Sprintf("%s must be %s", at, sh))
	case f.kind == '[':
		for i, item := range n.items {
			l.check(item, f.inner, fmt.Sprintf("%s[%d]", at, i))
		}
	case f.kind == '@':
		l.checkObject(n, f.object, at)
	case f.kind == '{' || f.kind == '<':
		for _, c := range n.fields {
			if c.val.patch == removes {
				continue
			}
			if f.kind == '<' && !isResourceName(c.key) {
				if !strings.HasPrefix(c.key, "x-") {
					l.invalid(c.span, fmt.Sprintf("%s is no name that Compose allows", join(at, c.key)))
				}
				continue
			}
			l.check(c.val, f.inner, join(at, c.key))
		}
	case len(f.words) > 0 && !strings.Contains(n.raw, "$") && !slices.Contains(f.words, n.raw):
		l.invalid(n.span, fmt.Sprintf("%s must be one of %s", at, strings.Join(f.words, ", ")))
	}
}

// of returns the form of a shape that a node has, nil if none.
func (sh shape) of(n *node) *form {
	for i := range sh {
		f := &sh[i]
		ok := false
		switch n.kind {
		case null:
			ok = f.kind == '0'
		case list:
			ok = f.kind == '['
		case mapping:
			ok = f.kind == '{' || f.kind == '<' || f.kind == '@'
		case scalar:
			switch f.kind {
			case 's':
				ok = n.tag != "!!int" && n.tag != "!!float" && n.tag != "!!bool" || strings.Contains(n.raw, "$")
			case 'n':
				ok = n.tag == "!!int" || n.tag == "!!float" || strings.Contains(n.raw, "$")
			case 'b':
				ok = n.tag == "!!bool" || strings.Contains(n.raw, "$")
			}
		}
		if ok || f.kind == '*' {
			return f
		}
	}
	return nil
}

// String says what a shape allows, as a person would.
func (sh shape) String() string {
	var out []string
	for _, f := range sh {
		word := map[byte]string{'s': "a string", 'n': "a number", 'b': "a boolean", '[': "a list", '{': "a mapping", '<': "a mapping", '@': "a mapping"}[f.kind]
		if word != "" && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return strings.Join(out, " or ")
}

func isResourceName(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == ""
}
