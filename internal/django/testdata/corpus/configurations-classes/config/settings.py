import os
from configurations import Configuration, values


class Base(Configuration):
    SECRET_KEY = values.Value("not-secret")
    DEBUG = values.BooleanValue(True)
    ALLOWED_HOSTS = values.ListValue([], separator=";")
    INSTALLED_APPS = ["django.contrib.auth"]
    MIDDLEWARE = ["a.B"]
    TIMES = values.IntegerValue(1, environ_name="TIMES", environ_prefix=None)
    DATABASES = values.DatabaseURLValue("sqlite:///db.sqlite3")
    MODE = "base"
    BASE_ONLY = values.Value("b", environ=False)
    OPTIONAL = values.Value(environ_name="OPTIONAL_THING")
    LISTED = values.TupleValue(("a",), converter=str.upper) if False else values.TupleValue(("a",))

    @property
    def COMPUTED(self):
        return self.MODE + "-computed"

    def METHOD(self):
        return [self.TIMES, self.DEBUG]


class Development(Base):
    DEBUG = True
    MODE = "development"


class Secure:
    SESSION_COOKIE_SECURE = True
    MODE = "secure"


class Production(Secure, Base):
    INSTALLED_APPS = Base.INSTALLED_APPS + ["gunicorn"]
    MIDDLEWARE = ["first.F", *Base.MIDDLEWARE]
    PLAIN = os.environ.get("PLAIN", "plain")
