from django.urls import include, path
from rest_framework.routers import DefaultRouter

from .views import FilmViewSet, rename

router = DefaultRouter()
router.register("films", FilmViewSet)

urlpatterns = [
    path("", include(router.urls)),
    path("films/<int:pk>/rename/", rename),
]
