"""The version of what everybody reads, and a cache of what is made from it (ADR 13).

The version is read from the database once a request, so that what a transaction unpublished is gone for the
next request on every host. It also holds the minute: relative dates and offers that end at midnight are
never older than that.
"""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from .models import ContentChange

Version = tuple[int, int, str]
Built = TypeVar("Built")


def content_version() -> Version:
    """Differs after each committed change, and from minute to minute.

    Counted as well as dated: a transaction may commit after one that began later. Not numbered: what is
    rolled back gives its number to the next.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), MAX(made_at) FROM {ContentChange._meta.db_table}")  # noqa: S608
        count, last = cursor.fetchone()
    return int(timezone.now().timestamp()) // 60, count, str(last)


def version_for(request: HttpRequest) -> Version:
    """The content version that a request began under. What is built afterwards is never older than it."""
    version: Version | None = getattr(request, "_content_version", None)
    if version is None:
        version = request._content_version = content_version()  # type: ignore[attr-defined]
    return version


def cached_content(version: Version, key: str, build: Callable[[], Built]) -> Built:
    """Returns what `build` returns, or returned in this process under the same content version.

    `key` must name everything else that the result depends on: the language, and which tokens of the viewer
    open it. The result must be picklable; callers get a copy each.
    """
    cache = caches["content"]
    key = hashlib.blake2b(key.encode(), digest_size=20).hexdigest()
    entry: tuple[Version, Built] | None = cache.get(key)
    if entry is None or entry[0] != version:
        entry = (version, build())
        cache.set(key, entry)
    return entry[1]


def note_change(**kwargs: Any) -> None:
    """Makes a new content version, in the transaction of the change. A signal receiver."""
    ContentChange.objects.create()


def forget_changes() -> None:
    """Deletes all rows but a new one, so that counting them stays cheap. Called by the worker."""
    with transaction.atomic():
        newest = ContentChange.objects.create()
        ContentChange.objects.filter(pk__lt=newest.pk).delete()
