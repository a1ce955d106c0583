import os
from copy import deepcopy

hosts = os.environ.get("DB_HOSTS", "localhost").split(",")
template = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": "app",
    "PASSWORD": os.environ.get("DB_PASSWORD", ""),
    "OPTIONS": {"options": "-c statement_timeout=%d" % (30 * 1000)},
}
DATABASES = {}
for n, host in enumerate(hosts):
    alias = "default" if n == 0 else f"replica{n}"
    DATABASES[alias] = {**deepcopy(template), "HOST": host}
    if n:
        DATABASES[alias]["TEST"] = {"MIRROR": "default"}
        DATABASES[alias]["OPTIONS"]["readonly"] = True
DATABASE_ROUTERS = ["app.routers.Router"] if len(DATABASES) > 1 else []
REPLICAS = [a for a in DATABASES if a != "default"]
