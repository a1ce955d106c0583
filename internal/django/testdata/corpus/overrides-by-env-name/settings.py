import os

DEBUG = False
NAME = "default"
LIMIT = 5
RATIO = 1.5

for _name in ("DEBUG", "NAME", "LIMIT", "RATIO"):
    _raw = os.environ.get("SETTING_" + _name)
    if _raw is not None:
        _old = globals()[_name]
        if isinstance(_old, bool):
            globals()[_name] = _raw.lower() == "true"
        elif isinstance(_old, int):
            globals()[_name] = int(_raw)
        elif isinstance(_old, float):
            globals()[_name] = float(_raw)
        else:
            globals()[_name] = _raw
