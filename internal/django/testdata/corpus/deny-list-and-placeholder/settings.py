import os

WEAK = {"changeme", "secret", "django-insecure-placeholder"}
SECRET_KEY = os.environ.get("SECRET_KEY", "django-insecure-placeholder")
if SECRET_KEY in WEAK and os.environ.get("STRICT") == "1":
    raise RuntimeError("SECRET_KEY is a placeholder")
IS_WEAK = SECRET_KEY in WEAK or len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure-")
