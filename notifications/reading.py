"""What somebody is told at this moment: the bell's count, and lists.

One query decides what may still be read (`Kind.open_to`, with the rule of its app in SQL); texts come from
objects that their app loads through its own `visible_to` (`Kind.load`), which has the last word.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from core.compiled_query import compiled_query
from members.access import Viewer

from .kinds import KINDS, Reader, Told
from .models import Notification

COUNTED = 100  # the bell says « 99+ » beyond


def may_be_told(reader: Reader, among: Collection[str] = ()) -> Q | None:
    """The condition on notifications that a reader may be told of; None: of none.

    `among`: names of kinds that are there; empty: all of them.
    """
    names: dict[Callable[[Reader], Q | None], list[str]] = {}
    for kind in KINDS.values():
        if among and kind.name not in among:
            continue
        names.setdefault(kind.open_to, []).append(kind.name)
    told: Q | None = None
    for open_to, kinds in names.items():
        if (condition := open_to(reader)) is not None:
            one = Q(kind__in=kinds) & condition
            told = one if told is None else told | one
    return told


def notifications_of(viewer: Viewer) -> QuerySet[Notification]:
    """What somebody may be told of at this moment, read or not."""
    reader = Reader.of(viewer)
    return Notification.objects.of(reader.user_id, may_be_told(reader))


def unread_subjects(viewer: Viewer) -> list[tuple[int, str]]:
    """(id, subject) of the unread ones, at most `COUNTED`; asked once a request.

    Whoever has none is told so by a small query: the rules of all kinds are 7,000 characters of SQL.
    """
    if not viewer.is_authenticated:
        return []

    def ask() -> list[tuple[int, str]]:
        kinds = frozenset(kind for (kind,) in compiled_query(_unread_kinds, viewer.user_id))
        return compiled_query(_unread, *Reader.of(viewer), kinds) if kinds else []

    return viewer.once("notifications.unread", ask)


def unread_count(viewer: Viewer) -> int:
    return len(unread_subjects(viewer))


def _unread_kinds(user_id: int) -> QuerySet:
    unread = Notification.objects.filter(recipient_id=user_id).unread()
    return unread.order_by().values_list("kind").distinct()


def _unread(
    user_id: int,
    group_ids: list[int],
    codes: list[str],
    is_verified: bool,
    is_manager: bool,
    kinds: frozenset[str],
) -> QuerySet:
    reader = Reader(user_id, group_ids, codes, is_verified, is_manager)
    unread = Notification.objects.of(user_id, may_be_told(reader, kinds)).unread().order_by()
    return unread.values_list("pk", "event__subject")[:COUNTED]


def mark_read(viewer: Viewer, *, subject: str) -> None:
    """What is said of a subject (« thread:12 ») has been read, since its reader has it before them."""
    unread = unread_subjects(viewer)
    pks = [pk for pk, about in unread if about == subject]
    if pks:
        own = Notification.objects.filter(recipient_id=viewer.user_id, event__subject=subject)
        own.unread().update(read_at=timezone.now())
        unread[:] = [one for one in unread if one[0] not in pks]


@dataclass(frozen=True, slots=True)
class Entry:
    """One notification as its reader sees it."""

    pk: int
    kind: str
    subject: str
    told: Told
    actor: str
    at: datetime
    is_unread: bool

    @property
    def url(self) -> str:
        """Marks it as read and leads to what it is about."""
        return reverse("notification_open", args=[self.pk])

    @property
    def sentence(self) -> str:
        return self._say({"actor": self.actor, "told": self.told})

    @property
    def mail_sentence(self) -> str:
        """Without names of people; of a reserved group without a title."""
        told = self.told
        if told.is_reserved:
            told = Told(told.url, reason=told.reason, outcome=told.outcome, is_reserved=True)
        return self._say({"actor": "", "told": told})

    def _say(self, context: dict) -> str:
        return " ".join(render_to_string(KINDS[self.kind].template, context).split())


def entries_of(viewer: Viewer, notifications: Iterable[Notification]) -> list[Entry]:
    """Entries in the same order, without what may not be read; a query or two for each way to load objects.

    `notifications`: with `event__actor`.
    """
    notifications = [one for one in notifications if one.kind in KINDS]
    wanted: dict[Callable, set[int]] = {}
    for one in notifications:
        wanted.setdefault(KINDS[one.kind].load, set()).add(one.event.object_id)
    loaded = {load: load(viewer, ids) for load, ids in wanted.items()}
    entries = []
    for one in notifications:
        told = loaded[KINDS[one.kind].load].get(one.event.object_id)
        if told is None:
            continue
        actor = one.event.actor
        name = actor.display_name if actor is not None and actor.is_active else ""
        entries.append(
            Entry(one.pk, one.kind, one.event.subject, told, name, one.created_at, one.read_at is None)
        )
    return entries


def grouped(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """(title of a thread or empty, its entries): those that follow each other about the same subject."""
    by_subject = groupby(entries, key=lambda entry: entry.subject or f"#{entry.pk}")
    return [
        (next((one.told.title for one in group if one.subject and one.told.title), ""), group)
        for group in (list(group) for _subject, group in by_subject)
    ]
