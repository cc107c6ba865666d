from django.urls import path

from .results import views

urlpatterns = [
    path("recherche/", views.search, name="search"),
    path("recherche/suggestions/", views.suggestions, name="search_suggestions"),
    path("recherche/communes/", views.towns, name="search_towns"),
]
