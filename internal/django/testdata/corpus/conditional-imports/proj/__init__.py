import os
import importlib

USE_S3 = os.environ.get("USE_S3", "false").lower() == "true"
if USE_S3:
    from .storage import *
    from .storage import _bucket as bucket
else:
    bucket = None
    STORAGE = "local"
BUCKET = bucket
LOADED = []
for name in os.environ.get("MODULES", "alpha").split(","):
    m = importlib.import_module(f"proj.mods.{name}")
    LOADED.append(m.VALUE)
    globals().update({k: getattr(m, k) for k in dir(m) if k.isupper()}) if False else None
try:
    from .missing import THING
except ImportError:
    THING = "no thing"
try:
    from .storage import NOT_THERE
except ImportError:
    NOT_THERE = "not there"
