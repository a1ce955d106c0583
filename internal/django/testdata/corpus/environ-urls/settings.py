import environ

env = environ.Env()
DATABASES = {"default": env.db(default="sqlite:////tmp/x.db"), "gis": env.db("GIS", default="sqlite://"), "mem": env.db("MEM", default="sqlite://:memory:")}
DATABASES["default"]["ENGINE"] = "django_prometheus.db.backends." + DATABASES["default"]["ENGINE"].split(".")[-1]
CACHES = {"default": env.cache("CACHE_URL", default="dummycache://"), "other": env.cache_url("OTHER_CACHE", default="dbcache://table")}
EMAIL_CONFIG = env.email("EMAIL_URL", default="memorymail://")
globals().update(**EMAIL_CONFIG)
HOST = DATABASES["default"]["HOST"] or "local"
CUSTOM = env.db_url("CUSTOM", default="psql://a:b@c:1/d", engine="my.engine")
