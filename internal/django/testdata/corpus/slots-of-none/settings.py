import os

A = os.environ.get("EMPTY") or None
B = os.environ.get("EMPTY", None) is None
C = os.environ.get("NOPE")
D = C is None and not A
E = (C or "x").upper()
F = C and C.upper()
G = [C] * 2
H = {"v": C}
I = str(C)
J = f"{C}"
K = [x for x in (C, A, 0, "y") if x is not None]
L = C if C else B
M = bool(C), bool(""), bool("0"), bool(0.0), bool([]), bool([0]), bool({}), bool(())
N = None == C
