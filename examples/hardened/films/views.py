from rest_framework import serializers, viewsets

from .models import Film


class FilmSerializer(serializers.ModelSerializer):
    class Meta:
        model = Film
        fields = ["id", "title", "seen_on"]


class FilmViewSet(viewsets.ModelViewSet):
    queryset = Film.objects.order_by("title")
    serializer_class = FilmSerializer
