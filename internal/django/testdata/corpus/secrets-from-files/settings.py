import os


def secret(name, default=None):
    path = os.environ.get(name + "_FILE")
    if path:
        with open(path) as handle:
            return handle.read().strip()
    return os.environ.get(name, default)


SECRET_KEY = secret("SECRET_KEY", "fallback")
DB_PASSWORD = secret("DB_PASSWORD")
try:
    with open("missing.txt") as f:
        TEXT = f.read()
except FileNotFoundError:
    TEXT = "no file"
except OSError:
    TEXT = "unreadable"
