SESSION_COOKIE_SECURE = not DEBUG
if "EXTRA" in globals():
    LAST = EXTRA[-1]
