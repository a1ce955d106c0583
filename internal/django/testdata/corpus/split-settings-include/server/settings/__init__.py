from os import environ
from split_settings.tools import include, optional

ENV = environ.get("DJANGO_ENV") or "development"
_base = ("components/common.py", "components/[c-d]*.py", optional("environments/local.py"), f"environments/{ENV}.py", optional("environments/production.py"))
include(*_base)
LAST = DEBUG
