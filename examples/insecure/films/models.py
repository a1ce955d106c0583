from django.db import models


class Film(models.Model):
    title = models.CharField(max_length=200)
    seen_on = models.DateField(null=True, blank=True)
