"""What settings use of python-dotenv, for plain KEY=value lines."""
import os
import sys


def _above(folder, name):
    folder = os.path.abspath(folder)
    while True:
        if os.path.isfile(os.path.join(folder, name)):
            return os.path.join(folder, name)
        if folder == "/":
            return ""
        folder = os.path.dirname(folder)


def find_dotenv(filename=".env", raise_error_if_not_found=False, usecwd=False):
    return _above(os.getcwd() if usecwd else os.path.dirname(sys._getframe(1).f_code.co_filename), filename)


def dotenv_values(dotenv_path=None):
    path = dotenv_path
    if path is None:
        path = _above(os.path.dirname(sys._getframe(1).f_code.co_filename), ".env")
    out = {}
    if path and os.path.isfile(path):
        with open(path) as h:
            for line in h:
                key, eq, value = line.strip().removeprefix("export ").partition("=")
                if eq and not key.startswith("#"):
                    value = value.strip()
                    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
                        value = value[1:-1]
                    out[key.strip()] = value
    return out


def load_dotenv(dotenv_path=None, stream=None, verbose=False, override=False, **_):
    path = dotenv_path
    if path is None:
        path = _above(os.path.dirname(sys._getframe(1).f_code.co_filename), ".env")
    values = dotenv_values(path) if path else {}
    for key, value in values.items():
        if override or key not in os.environ:
            os.environ[key] = value
    return bool(values)
