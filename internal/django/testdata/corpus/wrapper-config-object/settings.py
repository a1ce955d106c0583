import os


class Env:
    """A reader of the project's own."""

    TRUE = ("1", "true")

    def __init__(self, prefix="", environ=None):
        self.prefix = prefix
        self._environ = os.environ if environ is None else environ

    def _raw(self, key, default):
        return self._environ.get(self.prefix + key, default)

    def str(self, key, default=""):
        return self._raw(key, default)

    def bool(self, key, default=False):
        value = self._raw(key, None)
        return default if value is None else value.lower() in self.TRUE

    def ints(self, key, default=()):
        value = self._raw(key, None)
        return list(default) if value is None else [int(v) for v in value.split(",")]

    def sub(self, prefix):
        return Env(self.prefix + prefix, self._environ)

    def __getitem__(self, key):
        return self._raw(key, None)

    def __contains__(self, key):
        return self.prefix + key in self._environ


env = Env("X_")
fake = Env(environ={"HOST": "from a dict"})
HOST = env.str("HOST", "localhost")
DEBUG = env.bool("DEBUG", True)
PORTS = env.ints("PORTS", (80,))
SUB = env.sub("SUB_").str("NAME", "sub default")
ITEM = env["HOST"]
FAKE = fake.str("HOST")
PREFIX = Env.TRUE[0]
