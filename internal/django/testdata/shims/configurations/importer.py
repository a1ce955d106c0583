from . import values


def install():
    pass


def apply(module, name):
    cls = getattr(module, name)
    cls.pre_setup()
    cls.setup()
    obj = cls()
    for name in dir(obj):
        if not name.isupper():
            continue
        value = getattr(obj, name)
        if callable(value):
            value = value()
        if isinstance(value, values.Value):
            value = value.setup(name)
        setattr(module, name, value)
    cls.post_setup()
