"""Lists of threads: what a row says of a thread beside its title, in three queries for a whole list."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from core.compiled_query import compiled_query
from members.access import Viewer

from .models import Group, Thread
from .requested_professions import answered_label, requested_label, requested_professions
from .search_index import replies_label
from .unread import thread_url, unread_counts

ROWS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """What `templates/community/thread_row.html` shows; labels are empty where there is nothing to say."""

    thread: Thread
    asked: str  # « Avis demandé : pharmacien »
    answered: str  # « répondu par 1 pharmacien »
    replies: str  # « 3 réponses »
    new: int  # messages that the reader has not read

    @property
    def url(self) -> str:
        """Leads to the first new message, where there is one."""
        return thread_url(self.thread, self.new)


def thread_rows(threads: QuerySet[Thread], count: int, viewer: Viewer) -> list[ThreadRow]:
    """Returns rows of the first `count` threads, with their groups."""
    return rows_of(threads.for_list()[:count], viewer)


def thread_rows_page(group: Group, number: int, viewer: Viewer) -> tuple[Page, list[ThreadRow]]:
    """Returns one page of the threads of a group whose threads the reader may read.

    A number beyond the last page gives the last.
    """
    paginator = Paginator(_threads_of(group.pk), ROWS_PER_PAGE)
    if number > 1:
        page = paginator.get_page(number)
        return page, rows_of(page, viewer)
    first = compiled_query(_first_threads, group.pk)
    if len(first) <= ROWS_PER_PAGE:  # most groups: there is nothing to count
        paginator.count = len(first)
    return paginator.get_page(1), rows_of(first[:ROWS_PER_PAGE], viewer)


def _first_threads(group_id: int) -> QuerySet[Thread]:
    return _threads_of(group_id)[: ROWS_PER_PAGE + 1]


def _threads_of(group_id: int) -> QuerySet[Thread]:
    return Thread.objects.published().filter(group_id=group_id).pinned_first().for_list()


def rows_of(threads: Iterable[Thread], viewer: Viewer) -> list[ThreadRow]:
    """Returns rows of threads that the viewer reads; a thread may come twice."""
    threads = list(threads)
    asked = requested_professions(threads)
    new = unread_counts(viewer, [thread.pk for thread in threads])
    return [
        ThreadRow(
            thread=thread,
            asked=requested_label(one.short for one in asked[thread.pk]),
            answered=answered_label(asked[thread.pk]),
            replies=replies_label(thread.answer_count),
            new=new.get(thread.pk, 0),
        )
        for thread in threads
    ]
