import os
from pathlib import Path
import environ

BASE_DIR = Path(__file__).resolve().parent
env = environ.Env(DEBUG=(bool, False))
stage = os.environ.get("STAGE", "dev")
env_file = BASE_DIR / f".env.{stage}"
if env_file.exists():
    environ.Env.read_env(env_file)
FOUND = env_file.exists()
env.read_env(os.path.join(BASE_DIR, ".env"))
DEBUG = env("DEBUG")
KEY = env("KEY", default="no key")
SHARED = env("SHARED", default="no shared")
STAGE = env("STAGE", default="nothing")
HOSTS = env.list("HOSTS", default=[])
