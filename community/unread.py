"""Unread messages: how many of each thread are new to a reader, and which is the first.

New is what others wrote after the reader's date of the group (`GroupReadMark`) and beyond the last message
that they read of the thread (`ThreadReadMark`). Hidden and deleted messages are not counted. Of a group that
they never visited nothing is new.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from core.compiled_query import compiled_query
from members.access import Viewer

from .models import Post, Thread

FIRST_UNREAD = "nouveaux"  # the URL's parameter


def unread_counts(viewer: Viewer, thread_ids: Sequence[int]) -> dict[int, int]:
    """thread id → number of new messages, for threads that the viewer reads; those without any are left out.

    One query.
    """
    if viewer.user_id is None or not thread_ids:
        return {}
    return dict(compiled_query(_counts, list(thread_ids), viewer.user_id))


def _counts(thread_ids: list[int], user_id: int) -> QuerySet:
    # The last activity tells most threads from their row alone, however many posts they have.
    active = {"thread__last_activity_at__gt": F("group_mark__read_until")}
    posts = _unread_posts(user_id, thread_id__in=thread_ids, **active)
    return posts.values("thread_id").annotate(new=Count("pk")).values_list("thread_id", "new")


def _unread_posts(user_id: int, **more: Any) -> QuerySet[Post]:
    """`more`: further conditions; a second `filter` would join the marks a second time."""
    to_group, to_thread = "thread__group__read_marks", "thread__read_marks"
    posts = Post.objects.published().annotate(
        group_mark=FilteredRelation(to_group, condition=Q(**{f"{to_group}__user_id": user_id})),
        thread_mark=FilteredRelation(to_thread, condition=Q(**{f"{to_thread}__user_id": user_id})),
    )
    return posts.filter(
        Q(author_id__isnull=True) | ~Q(author_id=user_id),
        Q(thread_mark__position__isnull=True) | Q(position__gt=F("thread_mark__position")),
        created_at__gt=F("group_mark__read_until"),
        **more,
    ).order_by()


def thread_url(thread: Thread, new: int) -> str:
    """The URL of a thread in a list: `?nouveaux=1` leads to its first new message."""
    url = thread.get_absolute_url()
    return f"{url}?{FIRST_UNREAD}=1" if new else url


def first_unread(viewer: Viewer, thread: Thread) -> Post | None:
    """The first new message of a thread that the viewer reads."""
    if viewer.user_id is None:
        return None
    return _unread_posts(viewer.user_id, thread_id=thread.pk).order_by("position").first()


def with_group_mark(rows: QuerySet, user_id: int, to_marks: str = "read_marks") -> QuerySet:
    """Joins a user's date of the group (`own_read_until`; None: never visited).

    `to_marks`: the lookup from a row to the marks of its group.
    """
    own = FilteredRelation(to_marks, condition=Q(**{f"{to_marks}__user_id": user_id}))
    return rows.annotate(own_group_mark=own, own_read_until=F("own_group_mark__read_until"))


def with_thread_mark(threads: QuerySet, user_id: int) -> QuerySet:
    """Joins the last position that a user read of each thread (`own_read_position`; None: none)."""
    own = FilteredRelation("read_marks", condition=Q(read_marks__user_id=user_id))
    return threads.annotate(own_thread_mark=own, own_read_position=F("own_thread_mark__position"))


def unread_of(posts: Sequence[Post], thread: Thread, viewer: Viewer) -> list[Post]:
    """Those of the posts that are new. `thread`: a row of `with_group_mark` and `with_thread_mark`."""
    if thread.own_read_until is None:
        return []
    read = thread.own_read_position or 0
    return [
        post
        for post in posts
        if post.position > read
        and post.created_at > thread.own_read_until
        and post.author_id != viewer.user_id
        and not post.is_hidden
    ]
