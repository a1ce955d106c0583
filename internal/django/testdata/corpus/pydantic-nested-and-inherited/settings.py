from datetime import timedelta
from pathlib import Path
from typing import Dict, List, Optional, Set, Tuple

from pydantic import BaseModel, Field, field_validator
from pydantic_settings import BaseSettings


class Redis(BaseModel):
    host: str = "localhost"
    port: int = 6379
    db: int = 0

    @property
    def url(self):
        return f"redis://{self.host}:{self.port}/{self.db}"


class Common(BaseSettings):
    model_config = {"env_nested_delimiter": "__", "extra": "ignore"}

    debug: bool = False
    redis: Redis = Redis(host="default-host", db=3)
    tags: Set[str] = {"default"}
    timeout: timedelta = timedelta(minutes=1)
    static: Path = Path("static")
    hosts: List[str] = Field(default_factory=lambda: ["h"])
    optional_int: Optional[int] = None
    text_port: int = "8080"


class App(Common):
    debug: bool = True
    extra_hosts: Tuple[int, ...] = ()
    mapping: Dict[str, int] = {}
    dsn: str = "sqlite://"

    @field_validator("dsn", "mapping")
    @classmethod
    def check(cls, v):
        return v if v else None

    @property
    def scheme(self) -> str:
        return self.dsn.split(":", 1)[0]


app = App(timeout=timedelta(seconds=5), mapping={"a": 1})
DEBUG = app.debug
REDIS_URL = app.redis.url
REDIS = app.redis.model_dump()
TAGS = app.tags
TIMEOUT = app.timeout
STATIC = app.static / "x"
HOSTS = app.hosts + ["i"]
OPTIONAL = app.optional_int
TEXT_PORT = app.text_port
EXTRA_HOSTS = app.extra_hosts
MAPPING = app.mapping
SCHEME = app.scheme
COMMON_DEBUG = Common().debug
