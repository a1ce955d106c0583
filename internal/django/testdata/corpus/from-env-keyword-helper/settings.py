import os

ENV = os.environ.get("APP_ENV", "development")


def from_env(development=None, production=None, **others):
    choices = {"development": development, "production": production, **others}
    value = choices.get(ENV, development)
    return value() if callable(value) else value


def switch(name, *, on=True, off=False, truthy=("1", "on", "true")):
    return on if os.environ.get(name, "").lower() in truthy else off


DEBUG = from_env(development=True, production=False)
HOSTS = from_env(["localhost"], ["example.org"], staging=["staging.example.org"])
KEY = from_env(development=lambda: "dev" * 3, production=lambda: "prod-" + ENV)
FEATURE_X = switch("FEATURE_X")
FEATURE_Y = switch("FEATURE_Y", off="disabled")
FEATURE_Z = switch("FEATURE_X", truthy=("yes",), on=1, off=0)
