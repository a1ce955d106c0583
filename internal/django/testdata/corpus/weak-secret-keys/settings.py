import os
from django.core.management.utils import get_random_secret_key

SECRET_KEY = os.environ.get("SECRET_KEY") or get_random_secret_key()
RANDOM = get_random_secret_key()
SECRET_KEY_FALLBACKS = [k for k in os.environ.get("OLD_KEYS", "").split(",") if k]
FALLBACK = os.environ.get("NOT_SET", "django-insecure-abcdefghijklmnop")
if SECRET_KEY == "changeme":
    raise RuntimeError("set a key")
KEY_OK = SECRET_KEY != "changeme"
