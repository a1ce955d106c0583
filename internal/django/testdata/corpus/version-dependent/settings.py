import sys
import django

MODERN = django.VERSION >= (4, 0)
MAJOR = django.VERSION[0]
OLD = django.VERSION < (2, 2)
if django.VERSION >= (4, 2):
    STORAGES = {"default": {"BACKEND": "x"}}
else:
    STATICFILES_STORAGE = "x"
if sys.version_info < (3, 8):
    TYPING = "old"
else:
    TYPING = "new"
WINDOWS = sys.platform == "win32"
LINUX = sys.platform.startswith("linux")
