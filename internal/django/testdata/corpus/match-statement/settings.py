import os

match os.environ.get("STAGE", "dev"):
    case "prod" | "production":
        DEBUG = False
        HOSTS = ["example.org"]
    case "staging" as stage:
        DEBUG = False
        HOSTS = [stage]
    case _:
        DEBUG = True
        HOSTS = ["*"]

match int(os.environ.get("LEVEL", "7")):
    case 0:
        LEVEL = "none"
    case n if n < 5:
        LEVEL = f"low {n}"
    case n:
        LEVEL = f"high {n}"

match ("a", 1, None):
    case [x, 1, None]:
        SEQ = x
    case _:
        SEQ = "other"

match {"kind": "redis", "host": "cache", "port": 6379}:
    case {"kind": "memcached"}:
        CACHE = "m"
    case {"kind": "redis", "host": host, **rest}:
        CACHE = host
        REST = rest

match [1, 2, 3, 4]:
    case [first, *middle, last]:
        PARTS = (first, middle, last)

match "text":
    case int():
        TYPE = "int"
    case str(s):
        TYPE = "str " + s

match True:
    case 1:
        TRUTH = "one"
    case True:
        TRUTH = "true"

match None:
    case False:
        NOTHING = "false"
    case None:
        NOTHING = "none"

match -1:
    case -1:
        MINUS = "minus one"
