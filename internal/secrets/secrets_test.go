package secrets

import (
	"strings"
	"testing"
)

func TestSecretName(t *testing.T) {
	for _, name := range strings.Fields(`DJANGO_KEY SECRET_KEY DJANGO_SECRET_KEY SECRET_KEY_FALLBACKS POSTGRES_PASSWORD DB_PASS DB_PWD EMAIL_HOST_PASSWORD
		AWS_SECRET_ACCESS_KEY API_KEY apiKey APIKEY OPENAI_API_KEY STRIPE_SECRET_KEY SENDGRID_KEY TOKEN GITHUB_TOKEN authToken
		DATABASE_DSN JWT_SECRET JWT_KEY JWT_SIGNING_KEY PRIVATE_KEY PRIVATE_KEY_PEM RABBITMQ_DEFAULT_PASS MYSQL_ROOT_PASSWORD
		PGPASSWORD REDIS_PASSWORD GOOGLE_CLIENT_SECRET ENCRYPTION_KEY FERNET_KEY SECRET_KEY_BASE APP_KEY WEBHOOK_SECRET
		TELEGRAM_BOT_TOKEN db-password dbPassword app.secret.key PASSWORD2 SESSION_SECRET MAXMIND_LICENSE_KEY PASSWORD_SALT
		RECAPTCHA_PRIVATE_KEY CREDENTIALS_JSON SMTP_PASSWORD_PROD VITE_ADMIN_PASSWORD REACT_APP_CLIENT_SECRET SITE_SECRET_KEY
		secretkey accesstoken APP_PASSPHRASE MINIO_ACCESS_KEY DD_API_KEY VAULT_TOKEN`) {
		if !SecretName(name) {
			t.Errorf("%s is the name of a secret", name)
		}
	}
	for _, name := range strings.Fields(`PUBLIC_KEY POSTGRES_PASSWORD_FILE PRIVATE_KEY_PATH DATABASE_URL REDIS_URL AUTH_MODULE_VERSION TOKEN_TTL
		AUTH_PASSWORD_VALIDATORS PASSWORD_HASHERS KEY_PREFIX CACHE_KEY CACHE_MIDDLEWARE_KEY_PREFIX PASSWORD_RESET_TIMEOUT
		ACCESS_TOKEN_LIFETIME MAX_TOKENS TOKEN_LIMIT CSRF_TOKEN CSRF_COOKIE_NAME KEY PWD OLDPWD HOME STRIPE_PUBLISHABLE_KEY
		RECAPTCHA_SITE_KEY NEXT_PUBLIC_API_KEY VITE_MAPBOX_TOKEN ALLOW_EMPTY_PASSWORD MYSQL_RANDOM_ROOT_PASSWORD USE_TOKEN_AUTH
		PRIMARY_KEY FOREIGN_KEY SORT_KEY AWS_ACCESS_KEY_ID GOOGLE_CLIENT_ID SECRET_NAME SECRETS_DIR TOKEN_MODEL SENTRY_DSN
		PROXY_PASS BYPASS_CACHE CORS_ALLOW_CREDENTIALS GOOGLE_APPLICATION_CREDENTIALS SSL_KEY_FILE PASSWORD_MIN_LENGTH
		TOKENIZERS_PARALLELISM SECRETARY KEYBOARD MONKEY AUTHOR PASSENGER JWT_VERIFYING_KEY JWT_SECRET_ALGORITHM
		SECRETS_MANAGER_ENDPOINT RESET_PASSWORD_URL PAGE_TOKEN SESSION_COOKIE_SECURE DEBUG ALLOWED_HOSTS PASSWORD_CHANGE_FORM`) {
		if SecretName(name) {
			t.Errorf("%s is not the name of a secret", name)
		}
	}
	if SecretName("") || SecretName("___") || SecretName(strings.Repeat("PASSWORD_", 100)) {
		t.Error("a name that is none, or far too long")
	}
}

func TestPlaceholder(t *testing.T) {
	for _, v := range []string{
		"", "  ", "changeme", "change-me", "CHANGE_ME", "ChangeMe123!", "your-secret-key-here", "<your key>", "<SECRET_KEY>", "xxx", "XXXXXXXX",
		"${KEY}", "$DJANGO_SECRET_KEY", "${KEY:?must be set}", "${KEY:-changeme}", "REPLACE_ME", "todo", "TODO", "...", "sk-...", "abc…", "***",
		"{{ secret_key }}", "$(openssl rand -hex 32)", "%(SECRET)s", "__SECRET_KEY__", "[your password]", "'changeme'", `""`, "your_password",
		"sk_live_xxxxxxxxxxxxxxxx", "AKIAIOSFODNN7EXAMPLE", "example-key", "replace-with-a-long-random-string", "django-insecure-change-me",
		"postgres://user:password@host:5432/db", "postgres://app:changeme@db/app", "postgres://app:<password>@db/app", "DB_PASSWORD", "insert your key",
		"a-very-long-random-string", "dummy", "dummy-key-for-build", "generate-me", "secret-key-goes-here", "none", "put-your-key-here",
		"your-50-character-secret", "use-a-strong-password", "xxxx-xxxx-xxxx", "enter_your_token", "sample-token",
	} {
		if !Placeholder(v) {
			t.Errorf("%q is a placeholder", v)
		}
	}
	for _, v := range []string{
		"postgres", "admin", "secret", "hunter2", "django-insecure-k3^x7c!p0q9w8e7r6t5y4u3i2o1p", "s3cr3t-Pa55", "my-super-secret-key", "db_password",
		"postgres://app:Tr0ub4dor@db/app", "${KEY:-s3cr3t-literal}", "p@ssw0rd", "x7Kq9mXxX2", "3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c", "supersecret",
		`{"type": "service_account", "private_key": "abc"}`, "0", "true", "@k2#j9@", "1.2.3", "test",
	} {
		if Placeholder(v) {
			t.Errorf("%q is a value", v)
		}
	}
}

func TestWeak(t *testing.T) {
	for _, v := range []string{"postgres", "Postgres", "admin", "admin123", "123456", "password1!", "P@ssw0rd", "my-super-secret-key", "supersecret", "root",
		"adminadmin", "postgres_password", "aaaaaaaa", "111111111111", "qwerty123", "1q2w3e4r", "django-insecure-secret-key", "dev-secret-key-not-for-production", "secret", "test", "letmein", "guest"} {
		if !Weak(v) {
			t.Errorf("%q is weak", v)
		}
	}
	for _, v := range []string{"", "k3x7cp0q9w8e7r6t", "Tr0ub4dor&3-horse", "3f9a8b7c6d5e4f3a", "correct horse battery", "gY7$kd02Lm", "5f4dcc3b5aa765d61d8327deb882cf99"} {
		if Weak(v) {
			t.Errorf("%q is not weak", v)
		}
	}
}

func TestWeakness(t *testing.T) {
	const strongKey = "w8#kz!q2v@7m^x1p$r9t&c4n*b6y(d3f)h5j-g0l_s+e=a?uKQZ"
	for _, c := range []struct {
		value string
		want  []string
	}{
		{strongKey, nil},
		{"django-insecure-" + strongKey, []string{"django-insecure-"}},
		{"short!Value9", []string{"12 characters"}},
		{strings.Repeat("ab", 30), []string{"2 distinct", "attacker"}},
		{strings.Repeat("abcd", 30), []string{"4 distinct"}},
		{"changeme", []string{"8 characters", "placeholder"}},
		{"a", []string{"1 character,", "1 distinct character,", "first that an attacker"}},
		{"", []string{"empty"}},
		{strings.Repeat("é", 49), []string{"49 characters", "1 distinct"}},
	} {
		got := KeyWeakness(c.value)
		checkReasons(t, c.value, got, c.want)
	}
	for _, c := range []struct {
		value string
		want  []string
	}{
		{"Gy7$kd02Lm!qWx9z", nil},
		{"Gy7$kd02Lm", []string{"10 characters"}},
		{"gy7$kd02lm!qwx9z", []string{"upper-case"}},
		{"3f9a8b7c6d5e4f3a2b1c", []string{"upper-case", "symbol"}},
		{"postgres", []string{"8 characters", "upper-case", "digit", "symbol", "attacker"}},
		{"<Your-Password-1>", []string{"placeholder"}},
		{"", []string{"empty"}},
	} {
		checkReasons(t, c.value, PasswordWeakness(c.value), c.want)
	}
}

func checkReasons(t *testing.T, value string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%q: %q, want %q", value, got, want)
		return
	}
	for i := range got {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("%q: %q, want %q", value, got[i], want[i])
		}
		if len(value) > 3 && !strings.HasPrefix(value, "django-insecure-") && strings.Contains(got[i], value) {
			t.Errorf("%q holds the value", got[i])
		}
	}
}

func TestURLPassword(t *testing.T) {
	for text, want := range map[string]string{
		"postgres://app:hunter2@db:5432/app":       "hunter2",
		"x = 'redis://:p%40ss@redis/0'":            "p%40ss",
		"amqp://guest:gu@est@rabbit//":             "gu@est",
		"postgres://app:p/w@db/app":                "p/w",
		"https://token@github.com/x":               "",
		"http://localhost:8000/a@b":                "",
		"http://a/b:c@d":                           "",
		"postgres://app:${PW}@db/app":              "",
		"postgres://app:${PW:-hunter2}@db/app":     "${PW:-hunter2}",
		"postgres://${U:-a/b}:hunter2@db/app":      "hunter2",
		"://a:b@c":                                 "",
		"see http://x:80 and mail me@example.com":  "",
		"http://a and postgres://u:pw4you@host/db": "pw4you",
	} {
		start, end, ok := URLPassword(text)
		if got := text[start:end]; got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", text, got, ok, want)
		}
	}
}
