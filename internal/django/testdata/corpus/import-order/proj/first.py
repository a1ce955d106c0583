DEBUG = True
HOSTS = ["first"]
ONLY_FIRST = 1
