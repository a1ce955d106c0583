import copy
import os
from collections import OrderedDict, defaultdict

BASE = {"a": {"x": 1}, "b": {"x": 2}}
SHALLOW = dict(BASE)
DEEP = copy.deepcopy(BASE)
BASE["a"]["x"] = 99
SHALLOW["b"] = "replaced"
CHOSEN = BASE.get(os.environ.get("K", "a"), {}).get("x", "none")
CHOSEN2 = BASE[os.environ.get("K", "a")]["x"]
KEYS = list(BASE.keys())
VALUES = [v["x"] for v in BASE.values()]
ITEMS = sorted(BASE.items())[0][0]
POPPED = SHALLOW.pop("a")
LEFT = SHALLOW
ORDERED = OrderedDict([("z", 1), ("y", 2)])
FROM_KEYS = dict.fromkeys(["p", "q"], 0) if False else {"p": 0, "q": 0}
groups = defaultdict(list)
groups["one"].append(1)
groups["one"].append(2)
GROUPS = dict(groups)
UNION = {"a": 1} | {"b": 2} | dict(c=3)
INVERTED = {v: k for k, v in UNION.items()}
LEN = len(UNION)
IN = "a" in UNION and "z" not in UNION
TUPLE_KEY = {("a", 1): "t"}[("a", 1)]
INT_KEYS = {1: "one", True: "true", 2.0: "two"}
NONE_KEY = {None: 1}.get(None)
CLEARED = {"x": 1}
CLEARED.clear()
COPY = BASE.copy() == BASE
ZIPPED = dict(zip("ab", range(2)))
