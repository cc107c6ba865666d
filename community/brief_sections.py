"""The community in « En bref »: replies that concern the reader, and questions that wait for them."""

from itertools import chain

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from briefing.sections import BriefSection, Candidate, register_brief_section
from core.compiled_query import compiled_query
from members.access import Viewer

from .models import Group, Post, Thread
from .unread import unread_counts
from .waiting import MOST, unanswered_by_anybody, waiting_for

# Threads in which the reader wrote, the latest first, among which those with new messages are shown.
CANDIDATES = 60


def replies(viewer: Viewer) -> list[Candidate]:
    """Threads in which the reader wrote, with messages that they have not read."""
    if not viewer.is_verified:
        return []
    readable = list(Group.objects.readable_ids(viewer))
    threads = compiled_query(_written_in, readable, viewer.user_id or 0)
    new = unread_counts(viewer, [pk for pk, _author, _last in threads])
    return [
        Candidate("thread", pk, _reason(author_id == viewer.user_id), str(last))
        for pk, author_id, last in threads
        if pk in new
    ]


def _written_in(group_ids: list[int], user_id: int) -> QuerySet:
    """(pk, author, position of the last message) of threads."""
    written = Post.objects.published().filter(author_id=user_id).values("thread_id")
    threads = Thread.objects.visible_in(group_ids).filter(pk__in=written).recent_first()
    published = Q(posts__hidden_at__isnull=True, posts__deleted_at__isnull=True)
    last = Max("posts__position", filter=published)
    return threads.annotate(last=last).values_list("pk", "author_id", "last")[:CANDIDATES]


def _reason(is_own: bool) -> str:
    return _("because you opened this discussion") if is_own else _("because you wrote in this discussion")


def questions(viewer: Viewer) -> list[Candidate]:
    """Those put to the reader's profession first, then those that nobody in particular is asked."""
    if not viewer.is_verified:
        return []
    asked = _("because your profession is asked for its opinion")
    waits = _("because nobody has replied yet")
    return [
        Candidate("thread", thread.pk, reason)
        for thread, reason in chain(
            ((thread, asked) for thread in waiting_for(viewer)),
            ((thread, waits) for thread in unanswered_by_anybody(viewer, MOST)),
        )
    ]


register_brief_section(
    BriefSection("replies", gettext_lazy("Replies that concern you"), 5, replies, order=10)
)
register_brief_section(
    BriefSection("questions", gettext_lazy("Questions that wait for you"), 2, questions, order=20)
)
