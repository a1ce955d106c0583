from pathlib import Path
HERE = Path(__file__).name
DEBUG = APP == "web"
INSTALLED_APPS = ["base"]
