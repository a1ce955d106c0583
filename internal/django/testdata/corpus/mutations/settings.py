import os
from datetime import timedelta

INSTALLED_APPS = ["a", "b"]
INSTALLED_APPS += ["c"]
INSTALLED_APPS.append("d")
INSTALLED_APPS.insert(0, "first")
INSTALLED_APPS.insert(-1, "before last")
INSTALLED_APPS.extend(("e", "f"))
INSTALLED_APPS.remove("b")
MIDDLEWARE = ["m1", "m2", "m3"]
MIDDLEWARE = [*MIDDLEWARE[:1], "new", *MIDDLEWARE[1:]]
MIDDLEWARE.insert(MIDDLEWARE.index("m2") + 1, "after m2")
del MIDDLEWARE[0]
POPPED = MIDDLEWARE.pop()
TUPLE = ("a",)
TUPLE += ("b",)
SIMPLE_JWT = {"ALGORITHM": "HS256", "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5)}
SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"] = timedelta(hours=5) * 2 + timedelta(seconds=30)
SIMPLE_JWT |= {"ROTATE": True}
SIMPLE_JWT.update({"BLACKLIST": False}, AUDIENCE="all")
SIMPLE_JWT.setdefault("ALGORITHM", "none")
SIMPLE_JWT.setdefault("ISSUER", "us")
del SIMPLE_JWT["ROTATE"]
MERGED = {**SIMPLE_JWT, "ALGORITHM": "RS256"} | {"LAST": 1}
DUPLICATE = {"a": 1, "b": 2, "a": 3}
DEBUG: bool = False
ANNOTATED_ONLY: int
a, B, (C, *D) = 1, 2, (3, 4, 5)
X = Y = []
X.append(1)
FIRST, *REST = "a,b,c".split(",")
NESTED = {"a": {"b": [1, {"c": 2}]}}
NESTED["a"]["b"][1]["c"] += 40
NESTED["a"].pop("zzz", None)
COUNT = 10
COUNT //= 3
COUNT **= 2
SET = {"a", "b"} | {"c"}
SET.add("d")
SET -= {"a"}
SWAP_A, SWAP_B = "b", "a"
SWAP_A, SWAP_B = SWAP_B, SWAP_A
LIST_MUL = [0] * 3
SLICED = list(range(10))[2:8:1][::-1]
if os.environ.get("EXTRA"):
    INSTALLED_APPS += [os.environ["EXTRA"]]
for app in ["g", "h"]:
    INSTALLED_APPS.append(app)
else:
    LOOP_ELSE = True
n = 0
while n < 5:
    n += 1
    if n == 3:
        continue
    if n == 4:
        break
N = n
