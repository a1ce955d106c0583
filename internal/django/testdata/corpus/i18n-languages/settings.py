import os
from django.utils.translation import gettext_lazy as _

ALL = [("en", _("English")), ("de", _("German")), ("fr", _("French"))]
wanted = os.environ.get("LANGS", "en").split(",")
LANGUAGES = [pair for pair in ALL if pair[0] in wanted]
LANGUAGE_CODE = LANGUAGES[0][0]
LOCALE_PATHS = (os.path.join(os.path.dirname(__file__), "locale"),)
PARLER_LANGUAGES = {
    None: tuple({"code": code} for code, _name in LANGUAGES),
    "default": {"fallbacks": [LANGUAGE_CODE], "hide_untranslated": False},
}
MODELTRANSLATION_LANGUAGES = tuple(code for code, _ in LANGUAGES)
