"""The base of every page of the portal."""

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction

from .access import PortalManager


class PortalPage(Page):
    """A Wagtail page whose audience, if any, is a field of its own: Wagtail's « privacy » is not used."""

    private_page_options: list[str] = []
    section = ""  # which of the four sections the frame marks as current

    objects = PortalManager()

    class Meta:
        abstract = True

    def get_view_restrictions(self) -> QuerySet:
        return PageViewRestriction.objects.none()

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        return super().get_context(request, *args, **kwargs) | {"section": self.section}


def portal_page_models() -> list[type[PortalPage]]:
    """Every concrete page type of the portal, whichever app it lives in."""
    found, waiting = [], [PortalPage]
    while waiting:
        model = waiting.pop()
        waiting.extend(model.__subclasses__())
        if not model._meta.abstract:
            found.append(model)
    return sorted(found, key=lambda model: model._meta.label)
