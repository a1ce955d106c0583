DEBUG = "early"
from .second import *
BEFORE = DEBUG
from .first import *
AFTER = DEBUG
from .first import HOSTS as SAME
SAME += ["third"]
IDENTICAL = SAME is HOSTS
