import os
from functools import partial, reduce
from itertools import chain

counter = 0


def bump():
    global counter
    counter += 1
    return counter


def make(prefix):
    count = 0

    def inner(name):
        nonlocal count
        count += 1
        return f"{prefix}/{name}/{count}"

    return inner


def apps():
    yield "core"
    for n in ("users", "orders"):
        if n != "orders":
            yield f"apps.{n}"
    yield from ["last"]


def variadic(first, *rest, sep="-", **kw):
    return sep.join([first, *rest]) + "".join(sorted(kw))


def recurse(n):
    return 1 if n <= 1 else n * recurse(n - 1)


def early(value):
    for v in value:
        if v > 2:
            return v
    return None


def decorate(f):
    def wrapper(*args, **kwargs):
        return "<" + f(*args, **kwargs) + ">"
    return wrapper


@decorate
def tag(name, end=""):
    return name + end


bump()
COUNTER = bump()
url = make(os.environ.get("PREFIX", "v1"))
URLS = [url("a"), url("b")]
INSTALLED_APPS = list(apps())
TUPLE_APPS = (*apps(),)
JOINED = variadic("a", "b", "c", sep="+", z=1, y=2)
SPREAD = variadic(*["x", "y"], **{"sep": "."})
FACTORIAL = recurse(5)
EARLY = early([1, 2, 3, 4])
NONE = early([])
TAGGED = tag("b", end="!")
CHAINED = list(chain(["a"], ("b",)))
DEFAULTS = (lambda a, b=2, *c: (a, b, c))(1)
double = partial(variadic, "p", sep="/")
PARTIAL = double("q")
TOTAL = reduce(lambda a, b: a + b, [1, 2, 3], 10)
