from .l1 import *
LIST = LIST + ["l2"]
NAME = "l2"
WHO2 = who()
