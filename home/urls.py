from django.urls import path

from .media import media
from .sitemap import robots, sitemap

urlpatterns = [
    path("media/<path:path>", media),
    path("robots.txt", robots),
    path("sitemap.xml", sitemap),
]
