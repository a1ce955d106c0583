import os

LOG_LEVEL = os.getenv("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"verbose": {"format": "{levelname} {asctime} {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "verbose", "level": LOG_LEVEL},
        "file": {"class": "logging.FileHandler", "filename": os.path.join("logs", "app.log")},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {name: {"handlers": ["console"], "propagate": False} for name in ("django", "celery")},
}
if LOG_LEVEL == "DEBUG":
    LOGGING["loggers"]["django.db.backends"] = {"level": "DEBUG"}
    LOGGING["root"]["handlers"] += ["file"]
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_RATES": {"anon": os.getenv("THROTTLE", "100/day"), "user": None},
    "PAGE_SIZE": int(os.getenv("PAGE_SIZE", 50)),
}
REST_FRAMEWORK["DEFAULT_RENDERER_CLASSES"] = ("rest_framework.renderers.JSONRenderer",)
if not os.getenv("BROWSABLE"):
    REST_FRAMEWORK.pop("PAGE_SIZE")
