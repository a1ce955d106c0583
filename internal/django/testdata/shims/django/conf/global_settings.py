"""The defaults of Django that settings build on."""
DEBUG = False
ALLOWED_HOSTS = []
SESSION_COOKIE_SECURE = False
