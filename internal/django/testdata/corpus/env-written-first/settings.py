import os

os.environ["A"] = "written"
os.environ.setdefault("B", "default b")
os.environ.setdefault("C", "default c")
os.environ.update({"D": "d"}, E="e")
A = os.environ["A"]
B = os.environ["B"]
C = os.environ.get("C")
D = os.getenv("D", "unset")
E = os.environ.get("E", "unset")
REMOVED = os.environ.pop("REMOVED", "was not there")
GONE = "REMOVED" in os.environ
if "B" in os.environ:
    del os.environ["B"]
B_AFTER = os.environ.get("B", "deleted")
