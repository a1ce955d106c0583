from .common import *
DEBUG = False
FLAGS["b"] = 2
