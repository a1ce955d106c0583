import os
from celery.schedules import crontab
from datetime import timedelta
from kombu import Queue

REDIS_HOST = os.getenv("REDIS_HOST", "127.0.0.1")
REDIS_PORT = os.getenv("REDIS_PORT", 6379)
auth = os.getenv("REDIS_PASSWORD")
REDIS_URL = "redis://{}{}:{}".format(":" + auth + "@" if auth else "", REDIS_HOST, REDIS_PORT)
CELERY_BROKER_URL = REDIS_URL + "/0"
CELERY_BEAT_SCHEDULE = {
    "clean": {"task": "core.tasks.clean", "schedule": timedelta(hours=1)},
    "mail": {"task": "core.tasks.mail", "schedule": 30.0, "args": (1, 2)},
}
CELERY_BEAT_SCHEDULE["report"] = {"task": "core.tasks.report", "schedule": crontab(hour=7, minute=30)}
CELERY_TASK_ROUTES = {f"core.tasks.{n}": {"queue": "slow"} for n in ("report", "export")}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [(REDIS_HOST, int(REDIS_PORT))]}}}
CACHES = {alias: {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": f"{REDIS_URL}/{n}"} for n, alias in enumerate(("default", "sessions"), 1)}
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
