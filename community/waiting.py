"""Questions that wait: for an opinion of the reader's profession, or for any reply at all."""

from collections import Counter
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from core.compiled_query import compiled_query
from members.access import Viewer
from search.facets import ALL_PROFESSIONS

from .models import Group, Thread
from .search_index import UNANSWERED

MOST = 8
# Of the questions that nobody in particular is asked, so many of one author and of one group: whoever opens
# a dozen threads in a row takes one place in two, not all of them.
MOST_OF_ONE_AUTHOR = 1
MOST_OF_ONE_GROUP = 2
# The newest, among which they are chosen.
CANDIDATES = 100


def waiting_for(viewer: Viewer) -> list[Thread]:
    """The newest questions put to a profession of the viewer that no colleague of it has answered.

    Answers of other professions do not count; an accepted answer ends the wait. At most `MOST`.
    """
    if not viewer.profession_slugs:
        return []
    readable = list(Group.objects.readable_ids(viewer))
    return compiled_query(_waiting, readable, list(viewer.profession_slugs), viewer.user_id or 0)


def _waiting(group_ids: list[int], profession_slugs: list[str], user_id: int) -> QuerySet[Thread]:
    threads = Thread.objects.visible_in(group_ids).awaiting(profession_slugs)
    others = threads.filter(Q(author_id__isnull=True) | ~Q(author_id=user_id))
    return others.for_list().order_by("-created_at", "-pk")[:MOST]


class _Candidate(NamedTuple):
    pk: int
    author_id: int | None
    group_id: int


def unanswered_by_anybody(viewer: Viewer, most: int) -> list[Thread]:
    """The newest questions put to no profession in particular that nobody has replied to.

    Few from one author and one group; the viewer's own are left out.
    """
    readable = list(Group.objects.readable_ids(viewer))
    rows = compiled_query(_unanswered, readable, viewer.user_id or 0)
    chosen: list[int] = []
    authors: Counter[int | None] = Counter()
    groups: Counter[int] = Counter()
    for row in map(_Candidate._make, rows):
        if authors[row.author_id] >= MOST_OF_ONE_AUTHOR or groups[row.group_id] >= MOST_OF_ONE_GROUP:
            continue
        authors[row.author_id] += 1
        groups[row.group_id] += 1
        chosen.append(row.pk)
    return compiled_query(_chosen, chosen[:most]) if chosen else []


def _unanswered(group_ids: list[int], user_id: int) -> QuerySet:
    threads = Thread.objects.visible_in(group_ids).unanswered().filter(requested_professions=None)
    others = threads.filter(Q(author_id__isnull=True) | ~Q(author_id=user_id))
    return others.order_by("-created_at", "-pk").values_list(*_Candidate._fields)[:CANDIDATES]


def _chosen(pks: list[int]) -> QuerySet[Thread]:
    return Thread.objects.published().filter(pk__in=pks).for_list().order_by("-created_at", "-pk")


def waiting_query(viewer: Viewer) -> str:
    """The query string of the list of all threads that shows every question that waits for the viewer."""
    return urlencode(
        [("profession", ALL_PROFESSIONS), *(("attend", slug) for slug in viewer.profession_slugs)]
    )


# Of the list of all threads without a reply.
UNANSWERED_QUERY = urlencode({"profession": ALL_PROFESSIONS, "reponses": UNANSWERED})
