"""The community's front page, and the list of all threads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from search.listing import listing_response

from ..models import Group, Membership, Thread
from ..rows import thread_rows
from .base import private, professionals

UNANSWERED = 5
RECENT = 8


@private
@require_safe
def community_home(request: HttpRequest) -> HttpResponse:
    """For professionals what is new for them; for everybody else what the community is, and no name."""
    viewer = request.viewer
    if not (viewer.is_verified or viewer.is_manager):
        return render(request, "community/welcome.html", {"section": "community"})
    groups = list(Group.objects.visible_to(viewer).select_related("parent").prefetch_related("professions"))
    joined = viewer.group_ids
    threads = Thread.objects.visible_to(viewer)
    return render(
        request,
        "community/home.html",
        {
            "section": "community",
            "my_groups": [group for group in groups if group.pk in joined],
            "other_groups": [group for group in groups if group.pk not in joined],
            "invitations": Membership.objects.invitations_of(viewer).select_related("group", "decided_by"),
            "unanswered": thread_rows(
                threads.unanswered().in_field_of(viewer).order_by("-created_at", "-pk"), UNANSWERED
            ),
            "recent": thread_rows(threads.recent_first(), RECENT),
        },
    )


@professionals
@require_safe
def thread_list(request: HttpRequest) -> HttpResponse:
    return listing_response(
        request,
        kinds=("thread",),
        title=_("Discussions"),
        section="community",
        template="community/thread_list.html",
    )
