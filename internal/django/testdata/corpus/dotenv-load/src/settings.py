import os
from pathlib import Path
from dotenv import dotenv_values, find_dotenv, load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv()
ONE = os.environ.get("ONE", "unset")
KEEP = os.environ.get("KEEP", "unset")
load_dotenv(BASE_DIR / ".env.extra", override=True)
TWO = os.getenv("TWO", "unset")
KEEP_AFTER = os.getenv("KEEP", "unset")
load_dotenv(os.path.join(BASE_DIR, ".env.missing"))
values = dotenv_values(BASE_DIR / ".env")
THREE = values.get("THREE", "no three")
EXPORTED = os.environ.get("EXPORTED", "no")
