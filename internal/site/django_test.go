package site_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/prodcheck/prodcheck/internal/site"
)

// djangoProject is a whole project in one file: an index, the admin site, an API for one front end.
const djangoProject = `
import importlib.util, sys
from django.conf import settings
debug, port = sys.argv[1] == "on", int(sys.argv[2])
cors = importlib.util.find_spec("corsheaders") is not None
settings.configure(
    DEBUG=debug, SECRET_KEY="x" * 60, ALLOWED_HOSTS=["site.test"], ROOT_URLCONF=__name__, USE_TZ=True,
    INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles"] + (["corsheaders"] if cors else []),
    MIDDLEWARE=(["corsheaders.middleware.CorsMiddleware"] if cors else []) + ["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": ["django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]}}],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, STATIC_URL="/static/",
    SESSION_COOKIE_SECURE=not debug, CSRF_COOKIE_SECURE=not debug, SECURE_HSTS_SECONDS=0 if debug else 63072000, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    CORS_ALLOWED_ORIGINS=["https://app.site.test"], CORS_ALLOW_ALL_ORIGINS=debug, CORS_ALLOW_CREDENTIALS=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField")
import django
django.setup()
from django.contrib import admin
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("", lambda r: HttpResponse("<!doctype html><title>Club</title>")), path("admin/", admin.site.urls), path("api/", lambda r: HttpResponse("[]", content_type="application/json"))]
from django.core.wsgi import get_wsgi_application
from wsgiref.simple_server import make_server
make_server("127.0.0.1", port, get_wsgi_application()).serve_forever()
`

// TestDjango serves a real Django with DEBUG on and off behind a proxy that speaks TLS.
func TestDjango(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil || exec.Command(python, "-c", "import django").Run() != nil {
		t.Skip("Django is not installed")
	}
	cors := exec.Command(python, "-c", "import corsheaders").Run() == nil
	for _, debug := range []bool{true, false} {
		t.Run(fmt.Sprintf("debug %t", debug), func(t *testing.T) {
			port := freePort(t)
			file := filepath.Join(t.TempDir(), "club.py")
			if err := os.WriteFile(file, []byte(djangoProject), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), python, file, map[bool]string{true: "on", false: "off"}[debug], fmt.Sprint(port))
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
			up := &url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port)}
			for n := 0; ; n++ {
				if c, err := net.Dial("tcp", up.Host); err == nil {
					c.Close()
					break
				} else if n > 200 {
					t.Fatal("Django does not listen")
				}
				time.Sleep(50 * time.Millisecond)
			}
			a := site.NewAuthority(t)
			proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(up)
				r.Out.Host = r.In.Host
				r.Out.Header.Set("X-Forwarded-Proto", "https")
			}}
			https := httptest.NewUnstartedServer(proxy)
			https.TLS = &tls.Config{Certificates: []tls.Certificate{a.Leaf(t)}}
			https.Config.ErrorLog = log.New(io.Discard, "", 0)
			https.StartTLS()
			t.Cleanup(https.Close)
			o := site.Loopback(https.Listener.Addr().(*net.TCPAddr).Port, 1, a.Roots())
			o.TrustedOrigins, o.APIPath = []string{"https://app.site.test"}, "/api/"
			s := site.Look(t, o)
			for name, r := range map[string]*site.Response{"a path that is not there": s.Missing, "a foreign host": s.ForeignHost} {
				found := false
				for _, m := range r.Marks {
					found = found || m.Kind == "debug" && m.Framework == "Django"
				}
				if found != debug {
					t.Errorf("%s: status %d, marks %+v", name, r.Status, r.Marks)
				}
			}
			if s.Missing.Status != http.StatusNotFound || s.ForeignHost.Status != http.StatusBadRequest {
				t.Errorf("%d, %d", s.Missing.Status, s.ForeignHost.Status)
			}
			if p := s.Login.Page; p == nil || !p.CSRFField || !p.Password {
				t.Errorf("%+v", s.Login)
			}
			if c := site.Cookies(s.Login.Last()); len(c) != 1 || c[0].Name != "csrftoken" || c[0].Secure == debug || c[0].SameSite != "Lax" {
				t.Errorf("cookies %+v", c)
			}
			for _, p := range s.CORS {
				if cors && p.Allows() != (debug || p.Kind == "trusted") {
					t.Errorf("%s: %v", p.Kind, p.Response.Headers)
				}
			}
			if (s.HTTPS.First().Header("Strict-Transport-Security") == "") != debug {
				t.Errorf("%v", s.HTTPS.First().Headers)
			}
			t.Logf("%d requests, problems %v", s.Requests, s.Problems)
		})
	}
}
