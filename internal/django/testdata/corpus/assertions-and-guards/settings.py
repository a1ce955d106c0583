import os

KEY = os.environ.get("KEY", "0" * 16)
assert len(KEY) == 16, "KEY has the wrong length"
PORT = int(os.environ.get("PORT", "8000"))
if PORT < 1 or PORT > 65535:
    raise ValueError("PORT")
if not KEY:
    raise SystemExit("no KEY")
try:
    MODE = {"a": 1}[os.environ.get("MODE", "a")]
except KeyError as e:
    raise RuntimeError("MODE") from e
finally:
    CHECKED = True
OK = True
