import os
import environ

env = environ.Env(
    DEBUG=(bool, True),
    ALLOWED_HOSTS=(list, ["localhost"]),
    PORT=(int, 8000),
    NAME=(str, "unnamed"),
    NUMS=(list, []),
)
environ.Env.read_env(os.path.join(os.path.dirname(__file__), "..", ".env"))

DEBUG = env("DEBUG")
SECRET_KEY = env("SECRET_KEY", default="unset-key")
ALLOWED_HOSTS = env("ALLOWED_HOSTS")
PORT = env("PORT")
NAME = env("NAME")
DATABASES = {"default": env.db(default="sqlite:///db.sqlite3")}
REPLICA = env.db("REPLICA_URL", default="mysql://r:w@replica:3306/x")
RATIO = env.float("RATIO", default=1.0)
LEVEL = env.int("LEVEL", default=3)
TAGS = env.dict("TAGS", default={})
NUMS = env.list("NUMS", cast=int)
TEXT = env.str("TEXT", "plain")
STRING_DEFAULT = env.bool("STRING_DEFAULT", default="False")
SMART = env("SMART", default=False)
SMART_INT = env("PORT", default=1)
JSON = env.json("JSON", default=[1])
PROXY = env("PROXY", default="none")
EMAIL = env.email_url(default="consolemail://")
vars().update(EMAIL)
CACHE = env.cache(default="locmemcache://things")
FROM_FILE = env("FROM_FILE", default="not there")
NONE = env("NONE_AT_ALL", default=None)
NONE_BOOL = env.bool("NONE_AT_ALL", default=None)
URL = env.url("HOME_URL", default="https://example.org/x").geturl() if False else env("HOME_URL", default="y")
ROOT = environ.Path(__file__) - 2
STATIC_ROOT = ROOT("static")
MEDIA_ROOT = str(ROOT.path("media"))
