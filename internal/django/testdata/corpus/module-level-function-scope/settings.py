import os

MODE = os.environ.get("MODE", "a")


def configure():
    settings = globals()
    settings["CONFIGURED"] = MODE
    if MODE == "b":
        settings.update(B_ONLY=True, COMMON="from b")
    else:
        settings["COMMON"] = "from a"


def load(ns, **extra):
    ns.update(extra)


configure()
load(globals(), LOADED=1, HOSTS=["x"])
x = "module"


def outer():
    x = "outer"

    def inner():
        return x

    return inner()


OUTER = outer()
X = x
FUNCS = [lambda n=n: n * 2 for n in range(3)]
CALLED = [f() for f in FUNCS]
late = [lambda: n for n in range(3)]
LATE = [f() for f in late]
FUNCS = len(FUNCS)
