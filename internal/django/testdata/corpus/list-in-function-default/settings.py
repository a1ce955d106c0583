import os

registry = {}


def register(name, *, order=0, enabled=True):
    def wrap(fn):
        if enabled:
            registry[name] = (order, fn())
        return fn
    return wrap


@register("alpha", order=2)
def alpha():
    return "A"


@register("beta", enabled=os.environ.get("BETA") == "1")
def beta():
    return "B"


@register("gamma", order=1)
def gamma():
    return "G"


PLUGINS = [value for _, value in sorted(registry.values())]
NAMES = sorted(registry)
EXTRA = [p.title() for p in os.environ.get("PLUGINS", "").split(",") if p]
