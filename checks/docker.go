package checks

import (
	"path"
	"regexp"
	"strings"

	"github.com/prodcheck/prodcheck/internal/compose"
	"github.com/prodcheck/prodcheck/internal/deploy"
)

const (
	composeDocs = "https://docs.docker.com/reference/compose-file/services/"
	secretsDocs = "https://docs.docker.com/build/building/secrets/"
)

// productionStacks returns the compose models that speak for production, not those judged for want of a better one.
func productionStacks(f *Facts) (stacks []*deploy.Stack) {
	for _, s := range f.Repo.Deployment.Stacks {
		if !s.Development && s.Project != nil {
			stacks = append(stacks, s)
		}
	}
	return stacks
}

// running returns the services of a stack that a plain `docker compose up` starts: none behind a profile, none scaled to zero.
func running(s *deploy.Stack) (services []*compose.Service) {
	for _, svc := range s.Project.Services {
		if len(svc.Profiles) > 0 || svc.Scale.Raw == "0" || svc.Deploy != nil && svc.Deploy.Replicas.Raw == "0" {
			continue
		}
		services = append(services, svc)
	}
	return services
}

// databaseImages are the images of databases, caches and brokers by the last part of their name, and the ports they listen on.
var databaseImages = regexp.MustCompile(`(?i)^(?:postgres|postgis|postgresql|timescaledb|pgvector|pgbouncer|pgpool|mysql|mariadb|percona|mongo|mongodb|redis|redis-stack|valkey|keydb|dragonfly|memcached|rabbitmq|elasticsearch|opensearch|cassandra|couchdb|influxdb|clickhouse|clickhouse-server|neo4j|kafka|cp-kafka|zookeeper|nats|activemq|cockroach|mssql|server-sqlserver|meilisearch|etcd)(?:-|$)`)

var databaseNames = regexp.MustCompile(`(?i)^(?:.*[-_.])?(?:db|database|postgres|postgresql|postgis|mysql|mariadb|mongo|mongodb|redis|valkey|cache|memcached|rabbitmq|broker|elasticsearch|opensearch)(?:[-_.]?\d+)?$`)

var databasePorts = map[string]string{
	"5432": "PostgreSQL", "3306": "MySQL", "6379": "Redis", "27017": "MongoDB", "11211": "memcached", "5672": "RabbitMQ", "9200": "Elasticsearch", "6432": "PgBouncer",
	"9042": "Cassandra", "8086": "InfluxDB", "8123": "ClickHouse", "7687": "Neo4j", "9092": "Kafka", "2379": "etcd", "26257": "CockroachDB", "1433": "SQL Server", "2181": "ZooKeeper", "4369": "RabbitMQ",
}

// imageName is the last part of an image's name, without registry, tag and digest.
func imageName(s *compose.Service) string {
	name, _, _ := strings.Cut(s.Image.Raw, "@")
	name = path.Base(name)
	name, _, _ = strings.Cut(name, ":")
	return name
}

// isDatabase reports whether a service is a database, cache or broker: by its image, or by its name where the image is built here.
func isDatabase(s *compose.Service) bool {
	name := imageName(s)
	if databaseImages.MatchString(name) {
		return true
	}
	if s.Build == nil && name != "" && !strings.ContainsAny(name, "${") {
		return false
	}
	return databaseNames.MatchString(s.Name)
}

// service names a service in a message.
func serviceNames(services []*compose.Service) string {
	var names []string
	for _, s := range services {
		names = append(names, s.Name)
	}
	return list(names)
}

// list writes names as a sentence does, the fourth and later ones counted.
func list(names []string) string {
	switch n := len(names); {
	case n == 0:
		return ""
	case n == 1:
		return names[0]
	case n > 4:
		return strings.Join(names[:3], ", ") + plural(n-3, " and %d more", " and %d more")
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
