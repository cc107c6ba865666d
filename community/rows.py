"""Threads as rows of a list, with what a reader wants to know before opening one."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from .asked import answered_by, answered_label, asked_label
from .models import Thread
from .search_index import replies_label

ROWS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class ThreadRow:
    thread: Thread
    asked: str
    answered: str
    replies: str


def thread_rows(threads: QuerySet[Thread], count: int) -> list[ThreadRow]:
    """The first `count` of them; four queries whatever the count."""
    return _rows(list(_with_facts(threads)[:count]))


def thread_rows_page(threads: QuerySet[Thread], number: int) -> tuple[Page, list[ThreadRow]]:
    """One page of them; a number beyond the last page gives the last."""
    page = Paginator(_with_facts(threads), ROWS_PER_PAGE).get_page(number)
    return page, _rows(list(page.object_list))


def _with_facts(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    return threads.select_related("group", "author").prefetch_related("asked")


def _rows(threads: list[Thread]) -> list[ThreadRow]:
    answered = answered_by(threads)
    return [
        ThreadRow(
            thread=thread,
            asked=asked_label(thread.asked.all()),
            answered=answered_label(answered.get(thread.pk, [])),
            replies=replies_label(thread.answer_count),
        )
        for thread in threads
    ]
