import os
from urllib.parse import quote, quote_plus, urlparse

ENGINE = os.environ.get("DB_ENGINE", "sqlite")
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("POSTGRES_DB", "app"),
        "USER": os.environ.get("POSTGRES_USER", "app"),
        "PASSWORD": os.environ.get("DB_PASSWORD", "app"),
        "HOST": os.environ.get("POSTGRES_HOST", "db"),
        "PORT": int(os.environ.get("POSTGRES_PORT", 5432)),
        "OPTIONS": {"sslmode": os.environ.get("PGSSLMODE", "prefer")},
        "CONN_MAX_AGE": None,
    }
} if ENGINE == "postgres" else {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"},
}
url = urlparse(os.environ.get("BROKER", "amqp://guest:gu%40est@rabbit:5672/vhost?x=1"))
BROKER_HOST = url.hostname
BROKER_PORT = url.port
BROKER_USER = url.username
BROKER_SCHEME = url.scheme
BROKER_PATH = url.path[1:]
BROKER_PASSWORD = url.password
BROKER_NETLOC = url.netloc
BROKER_QUERY = url.query
