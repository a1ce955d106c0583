import os
from split_settings.tools import include, optional

APP = os.environ.get("APP", "web")
include("base.py", optional("local.py"), optional("apps/" + APP + ".py"), "security.py", scope=globals())
