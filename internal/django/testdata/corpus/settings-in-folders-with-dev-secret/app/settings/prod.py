import os
from app.settings import *
from app.settings import base as _base
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", _base.SECRET_KEY)
TEMPLATE["loaders"] = [("cached", TEMPLATE["loaders"])]
