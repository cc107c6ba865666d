"""What the community adds to the signed-in home page."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from home.sections import register_home_section
from members.access import Viewer
from members.prepared import prepared

from .models import Thread
from .rows import rows_of
from .search_index import replies_label

LATEST = 5
QUESTIONS = 4


def my_groups(request: HttpRequest) -> tuple[str, Mapping[str, Any]] | None:
    """What was last written in the groups that the reader joined."""
    viewer = request.viewer
    if not viewer.is_verified:
        return None
    rows = [(thread, replies_label(thread.answer_count)) for thread in prepared(_latest, viewer)]
    return "community/home_groups.html", {"rows": rows, "joined": bool(viewer.group_ids)}


def _latest(viewer: Viewer) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(viewer).filter(group_id__in=viewer.group_ids)
    return threads.recent_first().select_related("group")[:LATEST]


def unanswered_in_my_field(request: HttpRequest) -> tuple[str, Mapping[str, Any]] | None:
    viewer = request.viewer
    if not viewer.is_verified:
        return None
    return "community/home_unanswered.html", {"rows": rows_of(prepared(_unanswered, viewer))}


def _unanswered(viewer: Viewer) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(viewer).unanswered().in_field_of(viewer)
    others = threads.exclude(author_id=viewer.user_id).order_by("-created_at", "-pk")
    return others.select_related("group")[:QUESTIONS]


register_home_section(my_groups, order=10)
register_home_section(unanswered_in_my_field, order=20)
