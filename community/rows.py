"""Threads as rows of a list, with what a reader wants to know before opening one."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from members.access import Viewer
from members.prepared import prepared

from .asked import answered_label, asked_by, asked_label
from .models import Group, Thread
from .search_index import replies_label

ROWS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class ThreadRow:
    thread: Thread
    asked: str
    answered: str
    replies: str


def thread_rows(threads: QuerySet[Thread], count: int) -> list[ThreadRow]:
    """The first `count` of them; two queries whatever the count."""
    return rows_of(list(threads.select_related("group")[:count]))


def thread_rows_page(group: Group, viewer: Viewer, number: int) -> tuple[Page, list[ThreadRow]]:
    """One page of a group's threads; a number beyond the last page gives the last."""
    page = Paginator(_GroupThreads(group, viewer, number), ROWS_PER_PAGE).get_page(number)
    return page, rows_of(list(page.object_list))


class _GroupThreads:
    """Threads of a group that a viewer reads, as a paginator takes them: counted, then a part of them.

    Most groups fit on one page: then there is nothing to count.
    """

    def __init__(self, group: Group, viewer: Viewer, number: int):
        self.group, self.viewer = group, viewer
        self.first = self._read(0, ROWS_PER_PAGE + 1) if number <= 1 else []

    def count(self) -> int:
        if 0 < len(self.first) <= ROWS_PER_PAGE:
            return len(self.first)
        return sum(prepared(_counted, self.viewer, self.group.pk))

    def __getitem__(self, part: slice) -> list[Thread]:
        return self.first[part] if part.start == 0 and self.first else self._read(part.start, part.stop)

    def _read(self, start: int, stop: int) -> list[Thread]:
        threads = prepared(_listed, self.viewer, self.group.pk, start=start, stop=stop)
        for thread in threads:
            thread.group = self.group
        return threads


def _counted(viewer: Viewer, group_id: int) -> QuerySet:
    threads = Thread.objects.visible_to(viewer).filter(group_id=group_id).order_by()
    return threads.values("group_id").annotate(n=Count("pk")).values_list("n", flat=True)


def _listed(viewer: Viewer, group_id: int, start: int, stop: int) -> QuerySet[Thread]:
    return Thread.objects.visible_to(viewer).filter(group_id=group_id).pinned_first()[start:stop]


def rows_of(threads: list[Thread]) -> list[ThreadRow]:
    asked = asked_by(threads)
    return [
        ThreadRow(
            thread=thread,
            asked=asked_label(one.short for one in asked[thread.pk]),
            answered=answered_label(asked[thread.pk]),
            replies=replies_label(thread.answer_count),
        )
        for thread in threads
    ]
