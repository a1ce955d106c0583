import os
DEBUG = True
LIST = ["l1"]
D = {"one": {"deep": 1}}
TOP = os.environ.get("TOP", "0")
NAME = "l1"
def who():
    return NAME
