import ast
import json
import os

JSON = json.loads(os.environ.get("JSON", "{}"))
HOSTS = JSON.get("hosts", ["default"])
DEBUG = JSON.get("debug", True)
PY = ast.literal_eval(os.environ.get("PY", "[]"))
BOOL = ast.literal_eval(os.environ.get("BOOL", "True"))
EVALUATED = json.loads("[1, 2, {\"a\": \"\\u00e9\"}]")
TRUE = json.loads("true")
try:
    BAD = json.loads(os.environ.get("BAD", "7"))
except ValueError:
    BAD = "bad"
try:
    LITERAL = ast.literal_eval("os.system('x')")
except (ValueError, SyntaxError):
    LITERAL = "refused"
DUMPED = json.dumps([1, 2]) if False else "[1, 2]"
