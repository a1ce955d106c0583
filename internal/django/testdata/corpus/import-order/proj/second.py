from .first import *
DEBUG = False
HOSTS.append("second")
