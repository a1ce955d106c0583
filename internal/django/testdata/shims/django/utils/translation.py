def gettext_lazy(text):
    return text


gettext = gettext_lazy
