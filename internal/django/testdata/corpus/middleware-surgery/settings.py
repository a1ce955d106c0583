import os

DEBUG = os.environ.get("DEBUG", "0") == "1"
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
)
MIDDLEWARE = list(MIDDLEWARE)
if "CDN" in os.environ:
    MIDDLEWARE[1:1] = ["whitenoise.middleware.WhiteNoiseMiddleware"]
position = MIDDLEWARE.index("django.middleware.common.CommonMiddleware")
MIDDLEWARE.insert(position, "corsheaders.middleware.CorsMiddleware")
if DEBUG:
    MIDDLEWARE = ["debug_toolbar.middleware.DebugToolbarMiddleware"] + [m for m in MIDDLEWARE if "csrf" not in m]
MIDDLEWARE[0], FIRST = MIDDLEWARE[0], MIDDLEWARE[0]
HAS_CSRF = any("csrf" in m for m in MIDDLEWARE)
LAST = MIDDLEWARE[-1]
COUNT = len(MIDDLEWARE)
UNIQUE = list(dict.fromkeys(MIDDLEWARE + MIDDLEWARE))
