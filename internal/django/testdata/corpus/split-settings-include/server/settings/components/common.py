from pathlib import Path
BASE_DIR = Path(__file__).parent
INSTALLED_APPS: list[str] = ["a"]
COUNT = 1
