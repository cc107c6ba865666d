"""The dashboard's first panel: what waits for an editor. Apps add their own lists with `register_waiting`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

LIST_LENGTH = 5


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One list of the panel. `total` counts all, `entries` are the first of them."""

    title: str
    total: int
    entries: Sequence[Entry]

    @property
    def rest(self) -> str:
        more = self.total - len(self.entries)
        return ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more} if more > 0 else ""


Builder = Callable[[], Waiting | None]
_builders: list[Builder] = []


def register_waiting(builder: Builder) -> Builder:
    _builders.append(builder)
    return builder


def page_entries(pages: Sequence[Page], detail: Callable[[Any], str]) -> list[Entry]:
    return [
        Entry(
            page.get_admin_display_title(), reverse("wagtailadmin_pages:edit", args=[page.pk]), detail(page)
        )
        for page in pages
    ]


class WaitingPanel(Component):
    name = "waiting"
    order = 50
    template_name = "home/admin/waiting.html"

    def __init__(self, request: HttpRequest):
        self.request = request

    def get_context_data(self, parent_context: dict) -> dict:
        own = (_drafts(self.request.user), _scheduled(self.request.user))
        lists = [*own, *(builder() for builder in _builders)]
        return {"lists": [waiting for waiting in lists if waiting and waiting.total]}


def _editable(user: AbstractBaseUser):
    pages = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
    return pages.annotate_approved_schedule()


def _drafts(user: AbstractBaseUser) -> Waiting:
    drafts = _editable(user).filter(has_unpublished_changes=True, _approved_schedule=False)
    return Waiting(
        title=_("Drafts and changes that are not published"),
        total=drafts.count(),
        entries=page_entries(
            drafts.order_by("-latest_revision_created_at")[:LIST_LENGTH],
            lambda page: _moment(page.latest_revision_created_at),
        ),
    )


def _scheduled(user: AbstractBaseUser) -> Waiting:
    pages = _editable(user).filter(_approved_schedule=True)
    return Waiting(
        title=_("Scheduled"),
        total=pages.count(),
        entries=page_entries(
            pages.order_by("go_live_at")[:LIST_LENGTH], lambda page: _moment(page.go_live_at)
        ),
    )


def _moment(moment) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""
