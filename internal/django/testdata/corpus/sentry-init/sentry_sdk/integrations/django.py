class DjangoIntegration:
    pass
