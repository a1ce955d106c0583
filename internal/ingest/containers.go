package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// Containers are what docker compose ps --format json printed.
type Containers struct {
	Output
	List []Container
}

// A Container is one of them.
type Container struct {
	Name, Service string
	State         string // "running", "exited", "restarting" …
	Health        string // "healthy", "unhealthy", "starting", or "" without a health check
	Status        string // "Up 3 days (healthy)"
	ExitCode      int
	Ports         []Port
}

// A Port is one that a container listens on. Published is 0 if it is not open on the host.
type Port struct {
	Address           string // "0.0.0.0", "::", "127.0.0.1"
	Target, Published int
}

// Open reports whether the port is open on an address that others reach.
func (p Port) Open() bool {
	return p.Published > 0 && p.Address != "127.0.0.1" && p.Address != "::1" && p.Address != "localhost"
}

// composePS is an entry as docker compose prints it.
type composePS struct {
	Name, Service, State, Health, Status string
	ExitCode                             int
	Publishers                           []struct {
		URL                       string
		TargetPort, PublishedPort int
	}
}

// containers reads an array, as compose printed until 2.20, or one object on each line, as it does since.
func containers(at Output, b []byte) (*Containers, error) {
	out := &Containers{Output: at}
	var entries []composePS
	if t := bytes.TrimSpace(b); bytes.HasPrefix(t, []byte("[")) {
		if err := json.Unmarshal(t, &entries); err != nil {
			return nil, errors.New("is not the JSON of docker compose ps")
		}
	} else {
		for d := json.NewDecoder(bytes.NewReader(b)); len(entries) < maxItems; {
			var e composePS
			if err := d.Decode(&e); err == io.EOF {
				break
			} else if err != nil {
				return nil, errors.New("is not the JSON of docker compose ps")
			}
			entries = append(entries, e)
		}
	}
	for _, e := range entries[:min(len(entries), maxItems)] {
		c := Container{clip(e.Name), clip(e.Service), clip(e.State), clip(e.Health), clip(e.Status), e.ExitCode, nil}
		for _, p := range e.Publishers[:min(len(e.Publishers), 100)] {
			c.Ports = append(c.Ports, Port{clip(p.URL), p.TargetPort, p.PublishedPort})
		}
		if c.Name == "" && c.Service == "" {
			return nil, errors.New("is not the JSON of docker compose ps")
		}
		out.List = append(out.List, c)
	}
	return out, nil
}
