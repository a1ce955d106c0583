import environ

env = environ.Env(APP_DEBUG=bool, APP_LIMIT=(int, 5), APP_UNSET=(bool, False), APP_FUNC=(str.upper, "x"))
env.prefix = "APP_"
DEBUG = env("DEBUG", default=False)
LIMIT = env("LIMIT")
UNSET = env("UNSET")
LIST = env.list("LIST", default=["z"])
OBJ = env.dict("OBJ", cast={"value": str, "cast": {"n": int}}, default={})
SAME = env("SAME", default="same")
TUPLE = env.tuple("TUPLE", default=())
NUM = env.int("NUM", default=0)
NEG = env.bool("NEG", default=False)
env2 = environ.Env()
RATE = env2.float("RATE", default=0.0)
MULTI = env2.str("MULTI", multiline=True, default="")
HAS = "RATE" in env2
LIST_INT = env2.list("INTS", cast=int, default=[3])
DEFAULT_LIST_TEXT = env2.list("NOT_SET", default="a,b")
DEFAULT_INT_TEXT = env2.int("NOT_SET", default="5")
GET = env2.get_value("RATE", cast=str, default="none")
ITEM = env2("NOT_SET", default="d")
BOOL_EMPTY = env2.bool("APP_TUPLE", default=True)
