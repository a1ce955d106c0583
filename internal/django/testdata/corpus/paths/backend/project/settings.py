import os
from os.path import abspath, basename, dirname, join, normpath
from pathlib import Path

HERE = Path(__file__).resolve().parent
BASE_DIR = HERE.parent.parent
PARENTS = Path(__file__).resolve().parents[1]
OLD = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLD_UP = normpath(join(dirname(__file__), "..", ".."))
STATIC_ROOT = os.path.join(OLD, "static")
TEMPLATE = join(OLD, "templates/")
DATA = Path(os.environ.get("DATA_DIR", BASE_DIR / "data"))
DB = DATA / "db" / "x.sqlite3"
ABSOLUTE = BASE_DIR / "/etc/passwd"
NAME = basename(OLD)
STEM = Path("a/b/c.tar.gz").stem
SUFFIX = Path("a/b/c.py").suffix
NAMED = Path("a/b/c.py").name
POSIX = (BASE_DIR / "x").as_posix()
JOINED = BASE_DIR.joinpath("a", "b")
WITH = Path("settings.py").with_suffix(".bak")
URL = f"sqlite:///{BASE_DIR / 'db.sqlite3'}"
SPLITEXT = os.path.splitext("file.txt")
EXISTS = os.path.exists(join(OLD, "project", "settings.py"))
MISSING = (BASE_DIR / "no-such-file").exists()
IS_DIR = BASE_DIR.is_dir()
TEMPLATES = [{"DIRS": [BASE_DIR / "templates", os.path.join(BASE_DIR, "more")]}]
STR = str(BASE_DIR / "media") + "/"
HOME_RELATIVE = Path("logs") / "app.log"
SEP = os.sep.join(["a", "b"])
