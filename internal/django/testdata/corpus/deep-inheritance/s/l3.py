from s.l2 import *
LIST.append("l3")
D["one"]["deep"] += 1
if TOP == "1":
    DEBUG = False
