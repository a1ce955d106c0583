import os
from pathlib import Path
from decouple import AutoConfig, Config, Csv, RepositoryEmpty, RepositoryEnv

BASE_DIR = Path(__file__).resolve().parent.parent.parent
config = AutoConfig(search_path=BASE_DIR / "deploy")
auto = AutoConfig()
nothing = Config(RepositoryEmpty())
try:
    special = Config(RepositoryEnv(BASE_DIR / "deploy" / ".env.special"))
except FileNotFoundError:
    special = nothing

ONE = config("ONE", default="no one")
TWO = auto("ONE", default="no auto")
THREE = nothing("ONE", default="never")
FOUR = special("FOUR", default="no four")
FIVE = special.get("FROM_PROCESS", default="no process")
LEVEL = config("LEVEL", cast=lambda v: int(v) * 2, default=1)
PAIRS = config("PAIRS", default="a:1,b:2", cast=lambda v: {p.split(":")[0]: int(p.split(":")[1]) for p in v.split(",")})
SPACES = config("SPACES", default=" x ,  y ", cast=Csv(strip=" "))
UNSTRIPPED = config("SPACES", default=" x , y ", cast=Csv(strip=""))
ESCAPED = config("ESCAPED", default="a\\,b,c # comment", cast=Csv())
NONE = config("NONE", default=None)
