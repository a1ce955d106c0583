import os

if (raw := os.environ.get("HOSTS")) is not None:
    HOSTS = raw.split(",")
else:
    HOSTS = []
FIRST, *MIDDLE, LAST = HOSTS if len(HOSTS) > 1 else ["a", "b", "c"]
N = (n := int(os.environ.get("N", 2))) * n
[A, B], C = (1, 2), 3
(D) = 4
E, = ["only"]
F = *HOSTS, "end"
G = [*range(3), *"xy"]
H = {**{"a": 1}, **{"a": 2, "b": 3}}
print("hosts", *HOSTS, sep="\n")
I = [y for x in range(3) if (y := x * 2) > 0]
J = max(*[1, 5, 3], 2)
K = (lambda *a, **k: (a, k))(*HOSTS[:1], x=1)
L = HOSTS[-1] if HOSTS else None
