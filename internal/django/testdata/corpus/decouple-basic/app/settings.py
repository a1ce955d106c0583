from decouple import Choices, Config, Csv, RepositoryEnv, config, strtobool
import dj_database_url

SECRET_KEY = config("SECRET_KEY", default="fallback-key")
DEBUG = config("DEBUG", default=True, cast=bool)
TEXT_DEFAULT = config("TEXT_DEFAULT", default="False", cast=bool)
EMPTY_FLAG = config("EMPTY_FLAG", default=True, cast=bool)
ALLOWED_HOSTS = config("HOSTS", default="localhost,127.0.0.1", cast=Csv())
AS_TUPLE = config("HOSTS", default="q", cast=Csv(post_process=tuple))
NUMBERS = config("NUMBERS", default="1;2;3", cast=Csv(int, delimiter=";"))
QUOTED = config("QUOTED", default="", cast=Csv())
EMPTY_LIST = config("EMPTY_LIST", default="", cast=Csv())
PORT = config("PORT", default=587, cast=int)
TIMEOUT = config("TIMEOUT", default="2.5", cast=float)
LAMBDA = config("LAMBDA", default="x y", cast=lambda v: [s.upper() for s in v.split()])
CHOICE = config("CHOICE", default="b", cast=Choices(["a", "b"]))
FROM_FILE = config("FROM_FILE", default="nothing")
IN_BOTH = config("PORT", default="0")
DATABASES = {"default": config("DATABASE_URL", default="sqlite:///x.db", cast=dj_database_url.parse)}
FLAG = bool(strtobool("on"))
