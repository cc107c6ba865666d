"""The base of every page of the portal."""

import unicodedata
from datetime import datetime

from csp.constants import SELF
from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page, PageViewRestriction, ReferenceIndex

from .access import PortalManager
from .serving import page_context

# The admin shows a preview in a frame beside the form; nobody else frames a page.
framed_by_admin = csp_replace({"frame-ancestors": [SELF]})


class PageForm(WagtailAdminPageForm):
    """A page saved before the admin's script has proposed a slug gets one from its title."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self) -> dict:
        """A page whose time has run out can be edited: the day that has passed is left out, not refused."""
        old, new = self.instance.expire_at, self.cleaned_data.get("expire_at")
        if old and new and not self.instance.live and _minute(new) == _minute(old) < timezone.now():
            self.cleaned_data["expire_at"] = None
        return super().clean()


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


class PortalPage(Page):
    """A Wagtail page whose audience, if any, is a field of its own: Wagtail's « privacy » is not used."""

    base_form_class = PageForm
    private_page_options: list[str] = []
    is_reserved = False
    is_open = True
    section = ""  # which of the four sections the frame marks as current
    # Relations that what is served reads.
    serve_prefetch: tuple[str, ...] = ()

    objects = PortalManager()

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        """Also records, in the same transaction, which images and documents the page uses.

        Wagtail leaves that to a background task; who may fetch a file depends on it, so it cannot come late.
        Partial saves (bookkeeping of a draft) carry a text that is not the published one: nothing to record.
        """
        from wagtail.signal_handlers import disable_reference_index_auto_update  # needs the models loaded

        with transaction.atomic(), disable_reference_index_auto_update():
            result = super().save(*args, update_fields=update_fields, **kwargs)
            if update_fields is None:
                ReferenceIndex.create_or_update_for_object(self)
        return result

    def full_clean(self, *args, **kwargs) -> None:
        """Accents of slugs are composed, as browsers send them."""
        self.slug = unicodedata.normalize("NFC", self.slug or "")
        super().full_clean(*args, **kwargs)

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        """What who may not read the page gets instead of it; None: the viewer may."""
        return None

    def get_view_restrictions(self) -> QuerySet:
        return PageViewRestriction.objects.none()

    @framed_by_admin
    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return super().serve_preview(request, mode_name)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        return context | {"section": self.section} | page_context(self, request)


def portal_page_models() -> list[type[PortalPage]]:
    """Every concrete page type of the portal, whichever app it lives in."""
    models, waiting = [], [PortalPage]
    while waiting:
        model = waiting.pop()
        waiting.extend(model.__subclasses__())
        if not model._meta.abstract:
            models.append(model)
    return sorted(models, key=lambda model: model._meta.label)


def refuse_view_restriction(**kwargs) -> None:
    """Wagtail's privacy would say another thing than the audience, and search would not know of it."""
    raise PermissionDenied("Use the page's audience instead of a view restriction.")
