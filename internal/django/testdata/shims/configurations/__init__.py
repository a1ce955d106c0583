"""What settings use of django-configurations."""
import os

from . import values


class Configuration:
    @classmethod
    def pre_setup(cls):
        path = getattr(cls, "DOTENV", None)
        if path:
            import dotenv
            for key, value in dotenv.dotenv_values(path).items():
                os.environ.setdefault(key, value)

    @classmethod
    def setup(cls):
        for name in dir(cls):
            value = getattr(cls, name)
            if name.isupper() and isinstance(value, values.Value):
                setattr(cls, name, value.setup(name))

    @classmethod
    def post_setup(cls):
        pass
