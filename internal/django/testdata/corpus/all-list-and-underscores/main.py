from a import *
from b import *
TWO = _TWO
HAS_THREE = "THREE" in globals()
HAS_FIVE = "_FIVE" in globals()
