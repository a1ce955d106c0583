import os

PREFIX = os.environ.get("URL_PREFIX", "")
URL_PREFIX = f"{PREFIX.strip('/')}/" if PREFIX else ""
ADMIN_URL = f"{URL_PREFIX}{os.environ.get('ADMIN', 'admin')}/"
STATIC_URL = f"/{URL_PREFIX}static/"
LOGIN_URL = "/" + "/".join(["accounts", "login"]) + "/"
FORCE_SCRIPT_NAME = "/" + PREFIX if PREFIX else None
