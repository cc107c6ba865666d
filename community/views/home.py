"""The community's front page, and the list of all threads."""

from itertools import islice

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.compiled_query import compiled_query
from members.views.common import private_response
from search.results.responses import listing_response

from ..access import invitations_of
from ..models import Group, Thread
from ..thread_list import rows_of
from ..waiting import UNANSWERED_QUERY, unanswered_by_anybody, waiting_for, waiting_query
from .base import page_number, verified_required

WAITING = 5
UNANSWERED = 3
RECENT = 8
GROUPS_PER_PAGE = 20
GROUP_FIELDS = ("name", "slug", "visibility", "description")
INVITATIONS_PER_PAGE = 5


@private_response
@require_safe
def community_home(request: HttpRequest) -> HttpResponse:
    """For professionals what is new for them; for everybody else what the community is, and no name."""
    viewer = request.viewer
    if not (viewer.is_verified or viewer.is_manager):
        return render(request, "community/welcome.html", {"section": "community"})
    waiting = waiting_for(viewer)[:WAITING]
    unanswered = unanswered_by_anybody(viewer, UNANSWERED)
    recent = compiled_query(_recent, list(Group.objects.readable_ids(viewer)))
    rows = iter(rows_of([*waiting, *unanswered, *recent], viewer))
    return render(
        request,
        "community/home.html",
        {
            "section": "community",
            **_groups(request),
            "invitations": Paginator(invitations_of(viewer), INVITATIONS_PER_PAGE).get_page(
                page_number(request, "invitations")
            ),
            "waiting": list(islice(rows, len(waiting))),
            "unanswered": list(islice(rows, len(unanswered))),
            "recent": list(rows),
            "waiting_query": waiting_query(viewer),
            "unanswered_query": UNANSWERED_QUERY,
        },
    )


def _recent(group_ids: list[int]) -> QuerySet[Thread]:
    return Thread.objects.visible_in(group_ids).recent_first().for_list()[:RECENT]


def _groups(request: HttpRequest) -> dict[str, Page]:
    """Those that the reader belongs to, and the others that they may see: a page of each."""
    visible, belongs_to = Group.objects.visible_ids(request.viewer), request.viewer.group_ids
    joined = [pk for pk in visible if pk in belongs_to]
    others = [pk for pk in visible if pk not in belongs_to]
    pages = {
        "my_groups": Paginator(joined, GROUPS_PER_PAGE).get_page(page_number(request, "groupes")),
        "other_groups": Paginator(others, GROUPS_PER_PAGE).get_page(page_number(request, "autres")),
    }
    wanted = [pk for page in pages.values() for pk in page]
    shown = {group.pk: group for group in compiled_query(_shown_groups, wanted)}
    for page in pages.values():
        page.object_list = [shown[pk] for pk in page if pk in shown]
    return pages


def _shown_groups(pks: list[int]) -> QuerySet[Group]:
    groups = Group.objects.filter(pk__in=pks).order_by().select_related("parent")
    return groups.only(*GROUP_FIELDS, "parent__name").prefetch_related("professions")


@verified_required
@require_safe
def thread_list(request: HttpRequest) -> HttpResponse:
    return listing_response(
        request,
        kinds=("thread",),
        title=_("Discussions"),
        section="community",
        template="community/thread_list.html",
    )
