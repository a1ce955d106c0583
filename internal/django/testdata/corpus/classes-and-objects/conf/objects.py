import enum
import os
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple


class Tier(enum.Enum):
    FREE = "free"
    GOLD = "gold"

    @property
    def quota(self):
        return 10 if self is Tier.FREE else 1000

    @classmethod
    def current(cls):
        return cls(os.environ.get("TIER", "free"))


@dataclass
class Database:
    host: str = "localhost"
    port: int = 5432
    options: dict = field(default_factory=dict)
    name: str = "app"

    def __post_init__(self):
        self.url = f"postgres://{self.host}:{self.port}/{self.name}"

    @classmethod
    def from_env(cls, prefix="DB_"):
        kwargs = {}
        if prefix + "HOST" in os.environ:
            kwargs["host"] = os.environ[prefix + "HOST"]
        return cls(port=int(os.environ.get(prefix + "PORT", cls.port)), **kwargs)

    def as_dict(self):
        return {"ENGINE": "django.db.backends.postgresql", "HOST": self.host, "PORT": self.port, "OPTIONS": self.options}


class Point(NamedTuple):
    x: int
    y: int = 7


class Base:
    debug = True
    hosts = ["a"]

    def __init__(self, *hosts, **flags):
        self.hosts = self.hosts + list(hosts)
        self.flags = flags

    @staticmethod
    def twice(n):
        return n * 2

    def describe(self):
        return type(self).__name__ if False else "base"

    def __getattr__(self, name):
        return "missing " + name


class Child(Base):
    debug = False

    def __init__(self, extra, **kw):
        super().__init__(extra, "child", **kw)
        self.extra = extra

    def describe(self):
        return "child of " + super().describe()


@lru_cache(maxsize=None)
def cached(n):
    return n + 1
