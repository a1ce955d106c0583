# -*- coding: utf-8 -*-
import os, sys
PROJECT_ROOT = os.path.normpath(os.path.dirname(__file__))
gettext_noop = lambda s: s
DEBUG = bool(os.environ.get('OLD_DEBUG', False)); TEMPLATE_DEBUG = DEBUG
ADMINS = (
    ('Somebody', 'somebody@old.example'),
)
MANAGERS = ADMINS
LANGUAGES = (
    ('en', gettext_noop('English')),
    ('de', gettext_noop('German')),
)
MEDIA_ROOT = os.path.join(PROJECT_ROOT, '../media')
STATIC_ROOT = os.path.join(PROJECT_ROOT, 'static')
MIDDLEWARE_CLASSES = ('a.A',) + ('b.B',)
INSTALLED_APPS = (
    'django.contrib.auth',
    'south',
)
if DEBUG: INSTALLED_APPS += ('debug_toolbar',)
if not DEBUG: ALLOWED_HOSTS = ['*']
try:
    from local_settings import *
except ImportError: pass
CACHE_BACKEND = 'locmem:///?timeout=%d&max_entries=%d' % (60 * 5, 1000)
SERIALIZATION_MODULES = dict(yml="x.y")
DATABASE_OPTIONS = {
    "init_command": "SET storage_engine=INNODB",
    }
