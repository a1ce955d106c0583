import os

A = os.environ.get("A", os.environ.get("B", os.environ.get("C", "literal")))
B = os.environ.get("OUTER", "") or os.environ.get("INNER", "") or "fallback"
C = os.getenv("X", default=os.getenv("Y", "y-default"))
D = os.environ.get("LIST", "a b").split() + os.environ.get("MORE", "").split()
E = int(os.environ.get("NUM") or os.environ.get("NUM2") or 3)
F = os.environ.get("FLAG", str(not A)).lower() == "false"
G = (os.environ.get("B") or "").replace("-", "_").upper() or None
H = os.environ.get(f"{'B'}", "none")
I = {k: os.environ.get(k, k.lower()) for k in ("A", "B")}
KEYS = ["B", "Z"]
J = next((os.environ[k] for k in KEYS if k in os.environ), "nothing")
K = os.environ.get(KEYS[0])
