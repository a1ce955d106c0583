from split_settings.tools import include
DEBUG = False
INSTALLED_APPS += ["b"]
DATABASES["default"]["NAME"] = "prod"
include("nested/extra.py")
