import os

ENV = os.environ.get("DJANGO_ENV", "local")
if ENV == "production":
    DEBUG, HOSTS = False, ["example.org"]
elif ENV in ("staging", "qa"):
    DEBUG, HOSTS = False, ["staging.example.org"]
    if int(os.environ.get("LEVEL", "0")) >= 3:
        LEVEL = "high"
    elif int(os.environ.get("LEVEL", "0")) == 2:
        LEVEL = "middle"
    else:
        LEVEL = "low"
elif ENV == "local":
    DEBUG, HOSTS = True, ["*"]
else:
    raise ValueError(ENV)
SECURE_SSL_REDIRECT = not DEBUG
SECURE_HSTS_SECONDS = 0 if DEBUG else 31536000
EMAIL_BACKEND = "django.core.mail.backends.%s.EmailBackend" % ("console" if DEBUG else "smtp")
DATABASES = {
    "default": {
        **({"ENGINE": "sqlite3", "NAME": ":memory:"} if DEBUG else {"ENGINE": "postgresql", "NAME": "app"}),
        "TEST": {"NAME": "test"},
    }
}
