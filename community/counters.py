"""Denormalised figures of threads, recomputed from the posts that are shown."""

from collections.abc import Iterable

from django.db.models import Count, F, Max, Q

from .models import Post, Thread

_FIELDS = ["post_count", "answer_count", "last_activity_at"]


def refresh_counters(thread_ids: Iterable[int]) -> None:
    """Any number of threads in a few queries; call it inside the transaction that changed the posts."""
    threads = Thread.objects.in_bulk(list(thread_ids))
    by_others = Q(position__gt=1) & (Q(author_id__isnull=True) | ~Q(author_id=F("thread__author_id")))
    figures = {
        row["thread_id"]: row
        for row in Post.objects.published()
        .filter(thread_id__in=threads)
        .order_by()
        .values("thread_id")
        .annotate(posts=Count("pk"), answers=Count("pk", filter=by_others), latest=Max("created_at"))
    }
    for pk, thread in threads.items():
        row = figures.get(pk, {"posts": 0, "answers": 0, "latest": None})
        thread.post_count = row["posts"]
        thread.answer_count = row["answers"]
        thread.last_activity_at = row["latest"] or thread.created_at
    Thread.objects.bulk_update(threads.values(), _FIELDS, batch_size=500)
