INSTALLED_APPS += ["api"]
EXTRA = [a.upper() for a in INSTALLED_APPS]
