from . import *
DEBUG = True
