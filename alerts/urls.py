"""Addresses of saved searches (wired by the project)."""

from django.urls import path

from . import views

urlpatterns = [
    path("compte/recherches/", views.saved_searches, name="saved_searches"),
    path("compte/recherches/nouvelle/", views.saved_search_new, name="saved_search_new"),
    path("compte/recherches/lien/<str:token>/", views.saved_search_by_link, name="saved_search_by_link"),
    path("compte/recherches/<int:pk>/", views.saved_search, name="saved_search"),
    path("compte/recherches/<int:pk>/supprimer/", views.saved_search_delete, name="saved_search_delete"),
]
