package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/deploy"
	"github.com/prodcheck/prodcheck/internal/nginx"
)

// The layers of a map, in the order in which a request goes through them.
const (
	VisitorLayer = iota
	EdgeLayer
	ServiceLayer
	SettingsLayer
	EnvironmentLayer
)

// maxMapServices is how many services are drawn: what is more is counted.
const maxMapServices = 10

// A Map is the production view as a picture: who visits, what answers first, which services run, which settings they load and
// where those get their environment from. It is plain data, redacted like the rest of the report.
type Map struct {
	Nodes  []MapNode
	Arrows []MapArrow
	More   int // services that are not among the nodes
}

// A MapNode is one thing of the picture.
type MapNode struct {
	Layer int
	Kind  string // "nginx", "service", "database", "settings", "template", "file", "visitors"
	Name  string
	Text  string // one line about it, or ""
}

// A MapArrow is what flows from one node to another, by their indexes.
type MapArrow struct {
	From, To int
	Text     string // "443, 80", "http", "env_file"; or ""
	// Open is true where visitors reach a database.
	Open bool
}

// A cartographer draws the map of a deployment.
type cartographer struct {
	m        Map
	red      *redactor
	has      func(path string) bool
	services map[*compose.Service]int
	files    map[string]int
}

// mapOf draws what production runs. It is nil where there is nothing to draw.
func mapOf(f *Facts, red *redactor) *Map {
	c := &cartographer{red: red, has: f.Repo.Has, services: map[*compose.Service]int{}, files: map[string]int{}}
	d := f.Repo.Deployment
	visitors := c.node(VisitorLayer, "visitors", "visitors", "")
	for _, e := range d.Edges {
		if e.Service != nil && e.Kind != deploy.AppEdge {
			c.services[e.Service] = c.node(EdgeLayer, "edge", e.Service.Name, e.Name)
		}
	}
	for _, st := range d.Stacks {
		if st.Project != nil {
			c.stack(visitors, st)
		}
	}
	for _, e := range d.Edges {
		c.edge(visitors, e)
	}
	for _, p := range d.Projects {
		c.project(p)
	}
	if len(c.m.Nodes) == 1 {
		return nil
	}
	c.m.thin()
	return &c.m
}

// thin leaves out services when there are too many for a picture, first those that nothing flows to or from.
func (m *Map) thin() {
	services, flows := 0, map[int]bool{}
	for _, a := range m.Arrows {
		flows[a.From], flows[a.To] = true, true
	}
	for _, n := range m.Nodes {
		if n.Layer == ServiceLayer {
			services++
		}
	}
	drop := map[int]bool{}
	for _, connected := range []bool{false, true} {
		for i := len(m.Nodes) - 1; i >= 0 && services > maxMapServices; i-- {
			if m.Nodes[i].Layer == ServiceLayer && flows[i] == connected && !drop[i] {
				drop[i] = true
				services--
			}
		}
	}
	m.More = len(drop)
	var nodes []MapNode
	at := map[int]int{}
	for i, n := range m.Nodes {
		if !drop[i] {
			at[i] = len(nodes)
			nodes = append(nodes, n)
		}
	}
	var arrows []MapArrow
	for _, a := range m.Arrows {
		if !drop[a.From] && !drop[a.To] {
			a.From, a.To = at[a.From], at[a.To]
			arrows = append(arrows, a)
		}
	}
	m.Nodes, m.Arrows = nodes, arrows
}

func (c *cartographer) node(layer int, kind, name, text string) int {
	c.m.Nodes = append(c.m.Nodes, MapNode{layer, kind, c.red.line(name), c.red.line(text)})
	return len(c.m.Nodes) - 1
}

func (c *cartographer) arrow(from, to int, text string, open bool) {
	a := MapArrow{from, to, c.red.line(text), open}
	if !slices.Contains(c.m.Arrows, a) {
		c.m.Arrows = append(c.m.Arrows, a)
	}
}

// stack draws the services that a plain `docker compose up` starts, and the ports they publish.
func (c *cartographer) stack(visitors int, st *deploy.Stack) {
	for _, s := range running(st) {
		at, ok := c.services[s]
		if !ok {
			kind := "service"
			if isDatabase(s) {
				kind = "database"
			}
			what := s.Image.Raw
			if s.Build != nil && s.Build.DockerfilePath != "" {
				what = s.Build.DockerfilePath
			}
			at = c.node(ServiceLayer, kind, s.Name, what)
			c.services[s] = at
		}
		var ports []string
		for _, p := range s.Ports {
			if host := p.HostIP.Interpolate(unknownEnv); host.Known && isLoopback(host.Value) {
				continue
			}
			if port := portText(portOf(p)); port != "" && !slices.Contains(ports, port) {
				ports = append(ports, port)
			}
		}
		if len(ports) > 0 {
			c.arrow(visitors, at, list(ports), isDatabase(s))
		}
	}
}

// portText is a published port for the picture: what a variable falls back to stands for it.
func portText(port string) string {
	name, fallback, ok := strings.Cut(strings.TrimPrefix(port, "${"), "-")
	switch {
	case !strings.HasPrefix(port, "$"):
		return port
	case ok && strings.HasSuffix(fallback, "}") && !strings.Contains(fallback, "$"):
		return strings.TrimSuffix(fallback, "}")
	}
	return strings.TrimSuffix(strings.TrimPrefix(name, "$"), "}")
}

// edge draws where an edge sends requests.
func (c *cartographer) edge(visitors int, e *deploy.Edge) {
	from, ok := c.services[e.Service]
	if !ok && e.Service == nil && e.Kind != deploy.AppEdge && e.Kind != deploy.NoEdge {
		from, ok = c.node(EdgeLayer, "edge", e.Name, "on the host"), true
		c.arrow(visitors, from, "", false)
	}
	if !ok {
		return
	}
	for _, r := range e.Routes {
		if to, ok := c.services[r.Service]; ok && to != from {
			c.arrow(from, to, "http", false)
		}
	}
	if e.Proxy == nil || e.Proxy.Config == nil || e.Stack == nil || e.Stack.Project == nil {
		return
	}
	for _, s := range e.Proxy.Config.Servers {
		scopes := []*nginx.Scope{s.Scope}
		for _, l := range s.Locations() {
			scopes = append(scopes, l.Scope)
		}
		for _, sc := range scopes {
			p := sc.Pass()
			if p == nil || p.Host == "" {
				continue
			}
			for _, svc := range e.Stack.Project.Services {
				if to, ok := c.services[svc]; ok && to != from && deploy.AnswersTo(svc, p.Host) {
					text := p.Protocol
					if p.Port != 0 {
						text = fmt.Sprintf("%s :%d", p.Protocol, p.Port)
					}
					c.arrow(from, to, text, false)
				}
			}
		}
	}
}

// project draws the settings that services load, and where those get their environment from.
func (c *cartographer) project(p *deploy.Project) {
	if p.Module == "" {
		return
	}
	text := ""
	if p.SettingsFile != nil {
		text = p.SettingsFile.Path
	}
	settings := c.node(SettingsLayer, "settings", p.Module, text)
	for i, s := range p.Services {
		if from, ok := c.services[s]; ok {
			text := ""
			if i == 0 && p.Command != "" {
				text, _, _ = strings.Cut(p.Command, " ")
			}
			c.arrow(from, settings, text, false)
		}
		for _, e := range s.EnvFiles {
			if e.Path != "" {
				c.arrow(c.file(e.Path, "file", c.there(e.Path)), settings, "env_file", false)
			}
		}
	}
	if p.Documented == nil {
		return
	}
	for _, r := range p.Documented.ReadVars() {
		if at := r.Var.Evidence.Span; r.Var.Documented && !at.IsZero() {
			c.arrow(c.file(at.Path(), "template", "for production"), settings, "documents", false)
		}
	}
}

func (c *cartographer) there(path string) string {
	if c.has(path) {
		return "in the repository"
	}
	return "not in the repository"
}

// file draws one environment file, each once.
func (c *cartographer) file(name, kind, text string) int {
	at, ok := c.files[name]
	if !ok {
		at = c.node(EnvironmentLayer, kind, name, text)
		c.files[name] = at
	}
	return at
}
