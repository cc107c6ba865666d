"""What the community adds to the signed-in home page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from home.sections import register_home_section

from .models import Thread
from .search_index import replies_label
from .thread_list import thread_rows

LATEST = 5
QUESTIONS = 4


def my_groups(request: HttpRequest) -> tuple[str, Mapping[str, Any]] | None:
    """What was last written in the groups that the reader joined."""
    viewer = request.viewer
    if not viewer.is_verified:
        return None
    threads = Thread.objects.visible_to(viewer).filter(group_id__in=viewer.group_ids)
    latest = threads.recent_first().for_list()[:LATEST]
    rows = [(thread, replies_label(thread.answer_count)) for thread in latest]
    return "community/home_groups.html", {"rows": rows, "joined": bool(viewer.group_ids)}


def unanswered_in_my_field(request: HttpRequest) -> tuple[str, Mapping[str, Any]] | None:
    viewer = request.viewer
    if not viewer.is_verified:
        return None
    threads = Thread.objects.visible_to(viewer).unanswered().for_professions_of(viewer)
    others = threads.exclude(author_id=viewer.user_id).order_by("-created_at", "-pk")
    return "community/home_unanswered.html", {"rows": thread_rows(others, QUESTIONS)}


register_home_section(my_groups, order=10)
register_home_section(unanswered_in_my_field, order=20)
