"""The address of « En bref » (wired by the project)."""

from django.urls import path

from .views import brief

urlpatterns = [path("bref/", brief, name="brief")]
