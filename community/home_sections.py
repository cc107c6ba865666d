"""What the community adds to the signed-in home page."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from core.compiled_query import compiled_query
from home.sections import register_home_section
from members.access import Viewer

from .access import invitations_of, own_requests, requests_to_decide
from .models import Group, Thread
from .thread_list import ThreadRow, rows_of
from .waiting import UNANSWERED_QUERY, unanswered_by_anybody, waiting_for, waiting_query

# Among the latest threads of one's groups, those with something new come first.
CANDIDATES, LATEST = 15, 5
WAITING = 4
UNANSWERED = 2
INVITATIONS = 3


def decisions(request: HttpRequest) -> tuple[str, Mapping[str, Any]] | None:
    """Invitations to answer, requests that the reader sent, and those that they decide on as a leader."""
    viewer = request.viewer
    invitations = invitations_of(viewer)
    sent, received = own_requests(viewer), requests_to_decide(viewer)
    if not (invitations or sent or received):
        return None
    return "community/home_decisions.html", {
        "invitations": invitations[:INVITATIONS],
        "more_invitations": len(invitations) > INVITATIONS,
        "sent": sent,
        "received": received,
    }


def threads(request: HttpRequest) -> tuple[str, Mapping[str, Any]] | None:
    """What is new in the reader's groups, and the questions that wait."""
    viewer = request.viewer
    if not viewer.is_verified:
        return None
    latest = _latest_in_own_groups(viewer)
    waiting = waiting_for(viewer)[:WAITING]
    unanswered = unanswered_by_anybody(viewer, UNANSWERED)
    rows = iter(rows_of([*latest, *waiting, *unanswered], viewer))
    own: list[ThreadRow] = sorted(islice(rows, len(latest)), key=lambda row: not row.new)
    return "community/home_threads.html", {
        "own": own[:LATEST],
        "joined": bool(viewer.group_ids),
        "waiting": list(islice(rows, len(waiting))),
        "waiting_query": waiting_query(viewer),
        "unanswered": list(rows),
        "unanswered_query": UNANSWERED_QUERY,
    }


def _latest_in_own_groups(viewer: Viewer) -> list[Thread]:
    groups = Group.objects.readable_ids(viewer) & viewer.group_ids
    return compiled_query(_latest, list(groups)) if groups else []


def _latest(group_ids: list[int]) -> QuerySet[Thread]:
    return Thread.objects.visible_in(group_ids).for_list().recent_first()[:CANDIDATES]


register_home_section(decisions, order=5)
register_home_section(threads, order=10)
