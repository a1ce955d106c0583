"""Import every settings module of the corpus and print what Django would see.

Usage: derive.py CORPUS SHIMS > recording.json

Each case is imported twice: with the variables of case.json and its environment files, and with neither. The result is one JSON
object {case: {"set": …, "unset": …}}; values that JSON lacks are objects with one key that starts with "$".
"""
import datetime
import enum
import importlib
import io
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import sys
import tempfile
import traceback
import types
import urllib.parse
import warnings


def canonical(value, root, depth=0):
    if depth > 30:
        return {"$object": "too deep"}
    kind = type(value)
    if getattr(kind, "is_random", False):
        return {"$random": True}
    if isinstance(value, enum.Enum):
        return canonical(value.value, root, depth + 1)
    if value is None or kind is bool or kind is int:
        return value
    if kind is float:
        return {"$float": repr(value)}
    if isinstance(value, str):
        return str.__str__(value).replace(root, "<root>")
    if kind is bytes:
        return {"$bytes": value.decode("latin-1")}
    if isinstance(value, pathlib.PurePath):
        return {"$path": str(value).replace(root, "<root>")}
    if isinstance(value, datetime.timedelta):
        return {"$microseconds": value // datetime.timedelta(microseconds=1)}
    if isinstance(value, re.Pattern):
        return {"$re": value.pattern}
    if isinstance(value, urllib.parse.ParseResult):
        return {"$object": "urllib.parse.urlparse"}
    if isinstance(value, list):
        return [canonical(v, root, depth + 1) for v in value]
    if isinstance(value, tuple):
        return {"$tuple": [canonical(v, root, depth + 1) for v in value]}
    if isinstance(value, (set, frozenset)):
        parts = [canonical(v, root, depth + 1) for v in value]
        return {"$set": sorted(parts, key=lambda p: json.dumps(p, sort_keys=True))}
    if isinstance(value, dict):
        return {"$dict": [[canonical(k, root, depth + 1), canonical(v, root, depth + 1)] for k, v in value.items()]}
    return {"$object": kind.__name__}


def load(case, root, env, shims):
    os.chdir(root)
    os.environ.clear()
    os.environ.update(env)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", case["module"])
    sys.argv = case.get("argv", ["gunicorn"])
    sys.path[:0] = [os.path.join(root, r) if r != "." else root for r in case.get("roots", ["."])] + [shims]
    if case.get("configuration"):
        from configurations import importer
        os.environ["DJANGO_CONFIGURATION"] = case["configuration"]
        importer.install()
        module = importlib.import_module(case["module"])
        if hasattr(importer, "apply"):
            importer.apply(module, case["configuration"])
    else:
        module = importlib.import_module(case["module"])
    out = {}
    for name in sorted(vars(module)):
        value = getattr(module, name)
        if name.isupper() and name[0] != "_" and not isinstance(value, types.ModuleType):
            out[name] = canonical(value, root)
    known = set(case.get("settings") or [])
    if known:
        out = {k: v for k, v in out.items() if k in known}
    return {"settings": out}


def copy(folder, root):
    """Lay a case out as it would be deployed."""
    own = ("case.json", "set.json", "unset.json")
    shutil.copytree(folder, root, ignore=lambda d, names: own if d == str(folder) else ())


def run(case, root, shims, scenario):
    """Import one case with the interpreter as it was before, and leave it so."""
    env = case.get("env", {})
    if scenario == "unset":
        env = {}
        for p in list(pathlib.Path(root).rglob(".env*")):
            p.unlink()
    modules, path, hooks, cwd = set(sys.modules), list(sys.path), list(sys.meta_path), os.getcwd()
    stdout, stderr = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    signal.alarm(5)
    try:
        result = load(case, root, env, shims)
    except BaseException as e:
        result = {"error": type(e).__name__}
        if os.environ.get("DERIVE_TRACE"):
            result["trace"] = traceback.format_exc()
    finally:
        signal.alarm(0)
        sys.stdout, sys.stderr = stdout, stderr
        os.chdir(cwd)
        sys.path[:], sys.meta_path[:] = path, hooks
        for name in set(sys.modules) - modules:  # of the standard library's, some do not bear being loaded twice
            m = sys.modules[name]
            places = [getattr(m, "__file__", None) or "", *getattr(m, "__path__", ())]
            if any(p.startswith(root) for p in places) or places == [""]:
                del sys.modules[name]
        if "decouple" in sys.modules:
            sys.modules["decouple"].config.config = None
        importlib.invalidate_caches()
        sys.path_importer_cache.clear()
    return result


def too_long(*_):
    raise TimeoutError


def main():
    corpus, shims = pathlib.Path(sys.argv[1]).resolve(), os.path.realpath(sys.argv[2])
    sys.dont_write_bytecode = True
    signal.signal(signal.SIGALRM, too_long)
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    warnings.simplefilter("ignore")
    only = sys.argv[3:]
    sys.path.insert(0, shims)
    for name in ("configurations.importer", "corsheaders", "decouple", "dj_database_url", "dotenv", "environ", "environs", "pydantic_settings",
                 "split_settings.tools"):
        try:
            importlib.import_module(name)  # once for all children
        except ImportError as e:
            print(e, file=sys.stderr)
    del sys.path[0]
    out = {}
    base = os.path.realpath(tempfile.mkdtemp())
    for folder in sorted(corpus.iterdir()):
        if (folder / "case.json").exists() and (not only or folder.name in only):
            print("case", folder.name, file=sys.stderr, flush=True)  # for who looks for a crash
            case = json.loads((folder / "case.json").read_text())
            root = os.path.join(base, folder.name, "srv")
            copy(folder, root)
            out[folder.name] = {s: run(case, root, shims, s) for s in case.get("scenarios", ("set", "unset"))}
    shutil.rmtree(base)
    json.dump(out, sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
    print()


main()
