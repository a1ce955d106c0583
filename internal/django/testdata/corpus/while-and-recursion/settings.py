import os
from pathlib import Path

root = Path(__file__).resolve().parent
depth = int(os.environ.get("DEPTH", "1"))
levels = []
while depth:
    levels.append("level%d" % depth)
    depth -= 1
LEVELS = levels


def nest(n):
    if n == 0:
        return {}
    return {"n": n, "child": nest(n - 1)}


NEST = nest(3)


def fib(n, memo={}):
    if n in memo:
        return memo[n]
    memo[n] = n if n < 2 else fib(n - 1) + fib(n - 2)
    return memo[n]


FIB = fib(20)


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


GCD = gcd(48, 36)
