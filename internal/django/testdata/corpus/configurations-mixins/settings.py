from configurations import Configuration, values


def apps(*names):
    return ["django.contrib.auth", *names]


class CacheMixin:
    CACHES = {"default": {"BACKEND": "dummy"}}

    @property
    def DERIVED(self):
        return {"level": self.LEVEL, **self.CACHES}


class Common(CacheMixin, Configuration):
    DEBUG = values.BooleanValue(False)
    LEVEL = values.IntegerValue(1, environ_prefix="APP")
    RATE = values.FloatValue(1.5)
    OPTIONS = values.DictValue({"z": 26})
    TAGS = values.SetValue({"t"})
    INSTALLED_APPS = apps()
    NAMED = values.Value("n", environ_name="SOME_NAME")
    DEFAULTED = values.ListValue(["a", "b"])
    LOCAL = "common"

    class Meta:
        pass


class Staging(Common):
    INSTALLED_APPS = Common.INSTALLED_APPS + apps("staging")[1:]
    if True:
        LOCAL = "staging " + Common.LOCAL
    LOGGING = {"level": LOCAL}

    @classmethod
    def post_setup(cls):
        super().post_setup()


class Other(Common):
    DEBUG = True
    LOCAL = "other"
