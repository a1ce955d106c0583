from enum import Enum
from typing import Annotated, Literal, Optional
from pydantic import AliasChoices, BaseModel, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mode(str, Enum):
    TEST = "test"
    LIVE = "live"


class Database(BaseModel):
    host: str = "localhost"
    port: int = 5432
    password: SecretStr = SecretStr("unset")


class Config(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", env_nested_delimiter="__", env_file=".env")

    debug: bool = False
    secret_key: SecretStr = SecretStr("default-secret")
    allowed_hosts: list[str] = ["localhost"]
    port: int = Field(8000, ge=1)
    ratio: float = 0.5
    name: Optional[str] = None
    title: str | None = "untitled"
    cache: str = Field(default="dummy", validation_alias="REDIS")
    aliased: str = Field("none", validation_alias=AliasChoices("FIRST_NAME", "SECOND_NAME"))
    db: Database = Database()
    mode: Mode = Mode.TEST
    level: Literal["low", "high"] = "low"
    items: dict = Field(default_factory=dict)
    origins: Annotated[str, "csv"] = Field("", alias="ORIGINS_CSV")
    from_file: str = "no file"

    @field_validator("title")
    @classmethod
    def upper(cls, v):
        return v.upper() if v else v


config = Config()

DEBUG = config.debug
SECRET_KEY = config.secret_key.get_secret_value()
ALLOWED_HOSTS = config.allowed_hosts
PORT = config.port
RATIO = config.ratio
NAME = config.name
TITLE = config.title
CACHE = config.cache
ALIASED = config.aliased
DATABASES = {"default": {"HOST": config.db.host, "PORT": config.db.port, "PASSWORD": config.db.password.get_secret_value()}}
LIVE = config.mode == Mode.LIVE
MODE = config.mode.value
LEVEL = config.level
ITEMS = config.items
ORIGINS = config.origins.split(",")
FROM_FILE = config.from_file
