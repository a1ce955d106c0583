from datetime import timedelta
from environs import Env

env = Env()
env.read_env()

DEBUG = env.bool("DEBUG", default=False)
STRINGLY = env.bool("STRINGLY", "False")
HOSTS = env.list("HOSTS", ["localhost"])
PORTS = env.list("PORTS", [1, 2], subcast=int)
PORT = env.int("PORT", 0)
NAME = env("NAME", "unnamed")
NAME_STR = env.str("NAME", None)
JSON = env.json("JSON", {})
MAP = env.dict("MAP", {}, subcast_values=int)
LOG = env.log_level("LOG", 10)
TTL = env.timedelta("TTL", timedelta(minutes=1))
HOME_DIR = env.path("HOME", None)
with env.prefixed("DB_"):
    HOST = env("HOST", "localhost")
    PASSWORD = env.str("PASSWORD", "")
    with env.prefixed("OPTIONS_"):
        SSL = env.bool("SSL", False)
    DB_NAME = env("NAME", "app")
AFTER = env("HOST", "no prefix any more")
DATABASES = {"default": env.dj_db_url("DATABASE_URL", default="postgres://u:p@h:5/n", conn_max_age=30)}
