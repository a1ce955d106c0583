import os

DEBUG = os.environ.get("DEBUG", "False") == "True"
DEBUG_LOWER = os.environ.get("DEBUG", "False").lower() in ("1", "true", "yes")
NOT_FALSE = os.environ.get("A", "true") != "False"
BOOL_OF_TEXT = bool(os.environ.get("A"))
BOOL_OF_LITERAL = bool("False")
BOOL_OF_INT = bool(int(os.environ.get("B", "0")))
INT = int(os.environ.get("C", 1))
IS_SET = os.environ.get("D") is not None
IS_NONE = os.getenv("D") is None
OR_LITERAL = os.environ.get("E") or "literal"
OR_CHAIN = os.environ.get("NOT_THERE") or os.environ.get("D") or "last"
AND = os.environ.get("D") and os.environ.get("H", "x")
IN_ENV = "D" in os.environ
NOT_IN_ENV = "D" not in os.environ
CONDITIONAL = "on" if os.environ.get("F") == "off" else "off"
NEGATED = not os.environ.get("E")
MEMBER = os.getenv("H", "f").upper() in {"TRUE", "T"}
STARTS = os.getenv("DEBUG", "").startswith(("t", "y"))
CHAINED = 0 < int(os.getenv("B", "7")) < 5
EMPTY = os.environ.get("E", "default")
INT_TRUE = bool(int(os.getenv("B", False)))
