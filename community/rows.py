"""Threads as rows of a list, with what a reader wants to know before opening one."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from members.access import Viewer

from .models import Group, Thread
from .requested_professions import answered_label, requested_label, requested_professions
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
    threads = Thread.objects.visible_to(viewer).filter(group=group).pinned_first()
    page = Paginator(threads, ROWS_PER_PAGE).get_page(number)
    found = list(page.object_list)
    for thread in found:
        thread.group = group
    return page, rows_of(found)


def rows_of(threads: list[Thread]) -> list[ThreadRow]:
    asked = requested_professions(threads)
    return [
        ThreadRow(
            thread=thread,
            asked=requested_label(one.short for one in asked[thread.pk]),
            answered=answered_label(asked[thread.pk]),
            replies=replies_label(thread.answer_count),
        )
        for thread in threads
    ]
