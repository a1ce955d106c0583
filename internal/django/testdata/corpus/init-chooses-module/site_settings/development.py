from .common import *
DEBUG = True
FLAGS = dict(FLAGS, c=3)
