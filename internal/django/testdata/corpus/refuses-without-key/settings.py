import os
from django.core.exceptions import ImproperlyConfigured


def get_env(name):
    try:
        return os.environ[name]
    except KeyError:
        raise ImproperlyConfigured(f"Set the {name} environment variable")


SECRET_KEY = get_env("SECRET_KEY")
DATABASES = {"default": {"NAME": get_env("DB")}}
DEBUG = False
