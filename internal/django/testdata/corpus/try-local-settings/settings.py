import os

DEBUG = False
ALLOWED_HOSTS = ["example.org"]

try:
    from local_settings import *
except ImportError:
    LOCAL = False

try:
    from present import *
except ImportError:
    PRESENT = False

try:
    from present import NOT_DEFINED_THERE
except ImportError as e:
    NOT_DEFINED_THERE = None

try:
    import nothing_of_that_name as n
    HAS = True
except (ImportError, AttributeError):
    HAS = False
else:
    HAS = "else"
finally:
    DONE = "finally"

try:
    VALUE = int(os.environ["PRESENT"])
except KeyError:
    VALUE = -1
except ValueError:
    VALUE = -2

try:
    NUMBER = int("12x")
except ValueError:
    NUMBER = 0

try:
    ITEM = {"a": 1}["b"]
except (IndexError, KeyError):
    ITEM = "no such key"
