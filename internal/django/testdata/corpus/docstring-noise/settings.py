"""
How this is deployed:

    $ export DEBUG=True
    $ cat > local.py <<END
    DEBUG = True
    SECRET_KEY = "aaaa"
    ALLOWED_HOSTS = ["*"]
    END
    $ python manage.py runserver

MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
"""
import os

# DEBUG = True
DEBUG = bool(int(os.environ.get("DEBUG", 0)))
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.common.CommonMiddleware",  # "x.y.Z"
]
'''
SESSION_COOKIE_SECURE = True
'''
ALLOWED_HOSTS = ["example.org"]  # ["*"]
