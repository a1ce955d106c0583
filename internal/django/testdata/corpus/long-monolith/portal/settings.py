import os
import sys
from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from portal import __version__
from portal.utils import env
from portal.utils.env import flag

BASE_DIR = Path(__file__).resolve().parent.parent
PROJECT_DIR = BASE_DIR / "portal"
VERSION = __version__
MAJOR = int(VERSION.split(".")[0])

# --------------------------------------------------------------------------- core
DEBUG = flag("DEBUG")
TESTING = "test" in sys.argv
SECRET_KEY = env.get("SECRET_KEY", "django-insecure-" + "x" * 20)
ALLOWED_HOSTS = env.get("ALLOWED_HOSTS", ["localhost", "127.0.0.1"], cast=list)
USE_HTTPS = flag("USE_HTTPS", not DEBUG)
SCHEME = "https" if USE_HTTPS else "http"
SITE_URL = f"{SCHEME}://{ALLOWED_HOSTS[0]}"
INTERNAL_IPS = ["127.0.0.1"] if DEBUG else []

# --------------------------------------------------------------------------- apps
CORE_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
LIBS = ["rest_framework", "django_filters", "drf_spectacular"]
PROJECT_APPS = [f"portal.{name}" for name in ("accounts", "billing", "tickets", "search")]
INSTALLED_APPS = [*CORE_APPS, *LIBS, *PROJECT_APPS]
if flag("ENABLE_SILK"):
    INSTALLED_APPS.append("silk")
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if not DEBUG:
    MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")

# --------------------------------------------------------------------------- data
DATABASES = {
    "default": {
        "ENGINE": env.get("DB_ENGINE", "django.db.backends.sqlite3"),
        "NAME": env.get("DB_NAME", str(BASE_DIR / "db.sqlite3")),
        "USER": env.get("DB_USER", ""),
        "PASSWORD": env.get("DB_PASSWORD", ""),
        "HOST": env.get("DB_HOST", ""),
        "PORT": env.get("DB_PORT", 5432, cast=int),
        "CONN_MAX_AGE": env.get("DB_CONN_MAX_AGE", 0, cast=int),
    }
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    for _key in ("USER", "PASSWORD", "HOST", "PORT"):
        del DATABASES["default"][_key]
if TESTING:
    DATABASES["default"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
REDIS_URL = env.get("REDIS_URL")
CACHE_TTL = env.get("CACHE_TTL", 300, cast=int)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": CACHE_TTL}}
if REDIS_URL:
    CACHES["default"].update({"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL + "/1"})
    SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    SESSION_CACHE_ALIAS = "default"

# --------------------------------------------------------------------------- security
SECURE_SSL_REDIRECT = USE_HTTPS and not TESTING
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = USE_HTTPS
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if USE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
CSRF_TRUSTED_ORIGINS = [f"{SCHEME}://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]
if USE_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = env.get("MAX_UPLOAD_MB", 10, cast=int) * 1024 ** 2
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ["UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator"]
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}

# --------------------------------------------------------------------------- i18n, mail, files
TIME_ZONE = env.get("TIME_ZONE", "UTC")
LANGUAGES = [tuple(pair.split(":")) for pair in env.get("LANGS", "en:English").split(";")]
LANGUAGE_NAMES = {code: _(name) for code, name in LANGUAGES}
EMAIL_HOST = env.get("EMAIL_HOST")
EMAIL_BACKEND = "django.core.mail.backends.{}.EmailBackend".format("smtp" if EMAIL_HOST else "console")
EMAIL_PORT = env.get("EMAIL_PORT", 587 if EMAIL_HOST else 25, cast=int)
STATIC_URL, MEDIA_URL = "/static/", "/media/"
STATIC_ROOT, MEDIA_ROOT = BASE_DIR / "var" / "static", BASE_DIR / "var" / "media"
TEMPLATES = [
    dict(
        BACKEND="django.template.backends.django.DjangoTemplates",
        DIRS=[PROJECT_DIR / "templates"],
        APP_DIRS=not DEBUG,
        OPTIONS={"context_processors": ["django.template.context_processors.%s" % p for p in ("debug", "request")]},
    )
]
SENTRY = env.get("SENTRY") or None

# --------------------------------------------------------------------------- api
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_RATES": {scope: f"{n}/min" for scope, n in {"anon": 20, "user": 200}.items()},
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
if DEBUG:
    REST_FRAMEWORK["DEFAULT_RENDERER_CLASSES"] += ["rest_framework.renderers.BrowsableAPIRenderer"]
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env.get("JWT_MINUTES", 5, cast=int)),
    "SIGNING_KEY": SECRET_KEY[::-1],
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}, **({"file": {"class": "logging.FileHandler"}} if not DEBUG else {})},
    "root": {"handlers": ["console"] + ([] if DEBUG else ["file"]), "level": "DEBUG" if DEBUG else "WARNING"},
}
