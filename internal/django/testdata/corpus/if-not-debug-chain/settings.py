import os

DEBUG = os.environ.get("DEBUG", "False") == "True"
USE_HTTPS = os.environ.get("USE_HTTPS", "False") == "True"

if not DEBUG:
    X_FRAME_OPTIONS = "DENY"
    if USE_HTTPS:
        SECURE_SSL_REDIRECT = True
        SESSION_COOKIE_SECURE = True
        CSRF_COOKIE_SECURE = True
        SECURE_HSTS_SECONDS = 31536000
    else:
        SECURE_SSL_REDIRECT = False
elif USE_HTTPS:
    NEVER = True
else:
    INTERNAL_IPS = ["127.0.0.1"]
