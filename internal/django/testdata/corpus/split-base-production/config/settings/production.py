from .base import *
from .base import _private as HIDDEN

DEBUG = False
ALLOWED_HOSTS = os.environ.get("HOSTS", "").split(",")
INSTALLED_APPS += ["storages"]
MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware"] + MIDDLEWARE
DATABASES["default"].update(
    ENGINE="django.db.backends.postgresql",
    NAME=os.environ.get("DB_NAME", "app"),
    PASSWORD=os.environ.get("DB_PASSWORD"),
)
CACHES["sessions"] = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://cache:6379/1"}
STATIC_ROOT = BASE_DIR / "static" / ".." / "public"
MEDIA_ROOT = str(BASE_DIR / "media")
TRIPLE = lower * 3
