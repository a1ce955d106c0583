SECRET_KEY = "base"
DEBUG = False
TEMPLATE = {"loaders": ["a"]}
