import os

apps = {"a", "b", "c"}
extra = set(os.environ.get("EXTRA", "").split(",")) - {""}
drop = {x for x in os.environ.get("DROP", "").split(",") if x}
ALL = sorted((apps | extra) - drop)
BOTH = sorted(apps & {"a", "c", "z"})
SYM = sorted(apps.symmetric_difference({"a", "q"})) if False else sorted((apps | {"q"}) - (apps & {"a", "q"}) - {"a"})
UNION = sorted(apps.union(extra, ["x"]))
DIFF = sorted(apps.difference(drop))
INTER = sorted(apps.intersection(["a", "b"]))
SUB = {"a"} <= apps if False else all(x in apps for x in ["a"])
FROZEN = frozenset(["x", "y"])
IN = "a" in apps and "d" not in apps
LEN = len(apps | {"a"})
apps.discard("zzz")
apps.add("a")
apps.update({"m"}, ["n"])
SIZE = len(apps)
EMPTY = set()
DEDUP = list(dict.fromkeys(["b", "a", "b"]))
