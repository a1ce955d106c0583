import os

a, b, c, d, e = (os.environ.get(k) for k in "ABCDE")
R1 = a and b
R2 = a or b
R3 = not a or c
R4 = (a and d) or e
R5 = bool(a) & bool(c)
R6 = bool(b) | bool(e)
R7 = a == "1" and c != "1" and e is None
R8 = not (a and b)
R9 = [x or "none" for x in (a, b, c, d, e)]
R10 = all([a, c, d]) if a else any([b, e])
R11 = (a, b) == ("1", "")
R12 = "x" if not e else e
R13 = int(bool(b)) + int(bool(d))
R14 = True if d == "true" else False if d == "false" else None
R15 = a in ("1", "2") and b not in ("1",)
R16 = 1 if e else 2 if b else 3 if c else 4
R17 = a > "0" if a else None
R18 = None is None is not False
R19 = 1 == 1.0 == True
R20 = "abc" < "abd" <= "abd" > "a"
R21 = [1, 2] < [1, 3], (1, "a") < (1, "b")
R22 = bool(a) ^ bool(b)
