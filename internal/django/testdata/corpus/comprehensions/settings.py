import os

HOSTS = [h.strip() for h in os.environ.get("HOSTS", "localhost").split(",") if h.strip()]
ORIGINS = [f"https://{h}" for h in HOSTS] + [f"https://www.{h}" for h in HOSTS if not h.startswith("local")]
PAIRS = dict(p.split(":", 1) for p in os.environ.get("PAIRS", "").split(",") if p)
FLAGS = {n.removeprefix("FLAG_").lower(): os.environ.get(n) == "1" for n in ("FLAG_A", "FLAG_B", "FLAG_C")}
ENABLED = [k for k, v in FLAGS.items() if v]
UNIQUE = sorted({len(h) for h in HOSTS})
MATRIX = [(x, y) for x in range(3) for y in "ab" if x != 1]
FLAT = [x for row in [[1, 2], [3]] for x in row]
ANY = any(h.endswith(".example") for h in HOSTS)
ALL = all(len(h) > 3 for h in HOSTS)
MAPPED = list(map(str.upper, ["a", "b"])) if False else [s.upper() for s in ["a", "b"]]
FILTERED = list(filter(None, ["", "x", None, "y"]))
LAMBDA = list(map(lambda s: s * 2, ["a", "b"]))
SUM = sum(n * n for n in range(5))
JOINED = ",".join(str(i) for i in [1, 2, 3])
ZIPPED = list(zip(["a", "b"], [1, 2]))
ENUM = {k: i for i, k in enumerate(["x", "y"], start=1)}
NEXT = next((h for h in HOSTS if "b" in h), "none")
NESTED = {a: [b for b in range(a)] for a in (1, 2)}
if (count := len(HOSTS)) > 1:
    MANY = count
REVERSED = list(reversed([1, 2, 3]))
MAXIMUM = max(3, 9, 4)
MINIMUM = min([3, 9, 4])
SORTED = sorted(["b", "a"], reverse=True)
BY_LENGTH = sorted(["ccc", "a", "bb"], key=len)
