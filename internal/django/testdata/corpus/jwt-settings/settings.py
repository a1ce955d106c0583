import os
from datetime import timedelta

SECRET_KEY = os.environ.get("SECRET_KEY", "insecure")
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=int(os.environ.get("JWT_MINUTES", "60"))),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7) * 2,
    "SIGNING_KEY": SECRET_KEY,
    "ALGORITHM": "HS256",
    "AUTH_HEADER_TYPES": ("Bearer", "JWT"),
    "ROTATE_REFRESH_TOKENS": True,
}
if SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"] > timedelta(minutes=30):
    SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"] = timedelta(minutes=30)
SIMPLE_JWT["SLIDING"] = min(timedelta(days=1), timedelta(hours=2)) if False else timedelta(hours=2)
LIFETIME_SECONDS = SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"].total_seconds()
LONG = SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"] >= timedelta(weeks=2)
SESSION_COOKIE_AGE = int(timedelta(hours=8).total_seconds())
DAYS = SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"] // timedelta(days=1)
