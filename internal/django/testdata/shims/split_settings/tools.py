"""What settings use of django-split-settings."""
import glob
import os
import sys


class _Optional(str):
    pass


def optional(filename):
    return _Optional(filename or "")


def include(*names, scope=None):
    scope = scope or sys._getframe(1).f_globals
    done = scope.setdefault("__included_files__", [])
    folder = os.path.dirname(scope.get("__included_file__", scope["__file__"]))
    for name in names:
        if isinstance(name, _Optional) and not name:
            continue
        outer = scope.get("__included_file__")
        files = sorted(glob.glob(os.path.join(folder, name)))
        if not files and not isinstance(name, _Optional):
            raise OSError(name)
        for f in map(os.path.abspath, files):
            if f in done:
                continue
            done.append(f)
            scope["__included_file__"] = f
            with open(f, "rb") as h:
                exec(compile(h.read(), f, "exec"), scope)
        if outer:
            scope["__included_file__"] = outer
        else:
            scope.pop("__included_file__", None)
