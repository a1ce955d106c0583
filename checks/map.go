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

// maxMapNodes is how much of one layer is drawn: what is more is counted.
const maxMapNodes = 12

// A Map is the production view as a picture: who visits, what answers first, which services run, which settings they load and
// where those get their environment from. It is plain data, redacted like the rest of the report.
type Map struct {
	Nodes []MapNode
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
	edges := map[*compose.Service]bool{}
	for _, e := range d.Edges {
		if e.Service != nil && e.Kind != deploy.AppEdge {
			edges[e.Service] = true
			c.services[e.Service] = c.node(EdgeLayer, "edge", e.Service.Name, e.Name)
		}
	}
	for _, st := range d.Stacks {
		if st.Project != nil {
			c.stack(visitors, st, edges)
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
	return &c.m
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
func (c *cartographer) stack(visitors int, st *deploy.Stack, edges map[*compose.Service]bool) {
	drawn := 0
	for _, s := range running(st) {
		at, ok := c.services[s]
		if !ok {
			if drawn == maxMapNodes {
				c.m.More++
				continue
			}
			drawn++
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
			if port := portOf(p); port != "" && !slices.Contains(ports, port) {
				ports = append(ports, port)
			}
		}
		if len(ports) > 0 {
			c.arrow(visitors, at, list(ports), isDatabase(s))
		}
	}
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
			c.arrow(c.file(at.Path(), "template", "stands for production's values"), settings, "documents", false)
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
