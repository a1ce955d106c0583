import os
import re

from corsheaders.defaults import default_headers, default_methods

FRONTEND_URL = os.environ.get("FRONTEND_URL", "http://localhost:3000").rstrip("/")
CORS_ALLOWED_ORIGINS = [o for o in os.environ.get("CORS_ALLOWED_ORIGINS", "").split(",") if o] or [FRONTEND_URL]
CORS_ALLOW_ALL_ORIGINS = os.environ.get("CORS_ALLOW_ALL", "0") == "1"
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = list(default_headers) + ["x-api-key"]
CORS_ALLOW_METHODS = (*default_methods, "PURGE")
CORS_ALLOWED_ORIGIN_REGEXES = [r"^https://\w+\.example\.com$", re.compile(r"^http://localhost:\d+$")]
CORS_URLS_REGEX = re.compile(r"^/api/")
CSRF_TRUSTED_ORIGINS = [o.replace("http://", "https://") for o in CORS_ALLOWED_ORIGINS]
CSRF_TRUSTED_ORIGINS += [f"{scheme}://*.example.com" for scheme in ("http", "https") if scheme.endswith("s")]
SESSION_COOKIE_SAMESITE = "None" if CORS_ALLOW_CREDENTIALS else "Lax"
SESSION_COOKIE_SECURE = '1'
CSRF_COOKIE_SECURE = 1
CSRF_USE_SESSIONS = not CORS_ALLOW_ALL_ORIGINS
