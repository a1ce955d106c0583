from .l3 import *
from . import l1, l2
LIST.insert(0, "l4")
L1 = l1.LIST
L2 = l2.LIST
L2_DEBUG = l2.DEBUG
L1_D = l1.D["one"]["deep"]
