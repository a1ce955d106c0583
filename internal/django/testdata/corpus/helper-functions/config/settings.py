from config.env import Reader, env_bool, env_int, env_list, required
from . import env as e

DEBUG = env_bool("APP_DEBUG")
STRICT = env_bool("APP_STRICT", default=True)
ALLOWED_HOSTS = env_list("APP_HOSTS", "localhost")
OTHER_HOSTS = e.env_list("APP_OTHERS", "x;y", sep=";")
PORT = env_int("APP_PORT", 8000)
WORKERS = env_int("APP_WORKERS", minimum=2, default=4)
SECRET_KEY = required("APP_KEY")
read = Reader()
KEY = read.get("KEY")
MODE = read.get("MODE", "plain")
CALLED = read("SIZE")
SUFFIXED = Reader(suffix="_FILE").get("KEY", "none")
