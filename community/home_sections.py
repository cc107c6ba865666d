"""What the community adds to the signed-in home page."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max, OuterRef, Subquery
from django.http import HttpRequest

from home.sections import register_home_section

from .models import Group, Thread
from .rows import thread_rows

GROUPS = 6
QUESTIONS = 4


def my_groups(request: HttpRequest) -> tuple[str, Mapping[str, Any]] | None:
    """The reader's groups, the most recently active first."""
    viewer = request.viewer
    if not viewer.is_verified:
        return None
    latest = (
        Thread.objects.visible_to(viewer)
        .filter(group=OuterRef("pk"))
        .order_by()
        .values("group")
        .values(latest=Max("last_activity_at"))
    )
    groups = Group.objects.readable_by(viewer).filter(pk__in=viewer.group_ids)
    groups = groups.annotate(latest=Subquery(latest)).order_by("-latest", "name")
    return "community/home_groups.html", {"groups": list(groups[:GROUPS])}


def unanswered_in_my_field(request: HttpRequest) -> tuple[str, Mapping[str, Any]] | None:
    viewer = request.viewer
    if not viewer.is_verified:
        return None
    threads = Thread.objects.visible_to(viewer).unanswered().in_field_of(viewer)
    others = threads.exclude(author_id=viewer.user_id).order_by("-created_at", "-pk")
    return "community/home_unanswered.html", {"rows": thread_rows(others, QUESTIONS)}


register_home_section(my_groups, order=10)
register_home_section(unanswered_in_my_field, order=20)
