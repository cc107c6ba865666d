"""The worker's half: events become notifications, in bulk (ADR 27)."""

from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .kinds import KINDS, Kind
from .models import Channel, Event, Notification, Preference

BATCH = 1000
MONDAY = 0


def tell_waiting(limit: int = 100) -> int:
    """Tells events that wait; returns how many. Workers side by side take different ones."""
    told = 0
    while told < limit and tell_next():
        told += 1
    return told


@transaction.atomic
def tell_next() -> bool:
    """Tells the oldest event that nobody else is telling, whole or not at all. False: none waits."""
    waiting = Event.objects.filter(told_at=None).order_by("pk")
    event = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if event is None:
        return False
    tell(event)
    event.told_at = timezone.now()
    event.save(update_fields=["told_at"])
    return True


def tell(event: Event) -> None:
    seen = {event.actor_id}
    for name in event.kinds.split():
        kind = KINDS.get(name)
        if kind is None or kind.recipients is None:
            continue
        wanted = dict.fromkeys(pk for pk in kind.recipients(event) if pk not in seen)
        seen.update(wanted)
        recipients = iter(wanted)
        while batch := list(islice(recipients, BATCH)):
            _write(event, kind, batch)


def _write(event: Event, kind: Kind, recipients: list[int]) -> None:
    rows = Preference.objects.filter(kind=kind.name, user_id__in=recipients)
    chosen = dict(rows.values_list("user_id", "channel"))
    due = {channel: mail_due(channel, event.created_at) for channel in Channel.values}
    made = []
    for pk in recipients:
        channel = chosen.get(pk, kind.channel)
        if channel != Channel.OFF:
            made.append(
                Notification(
                    recipient_id=pk,
                    event=event,
                    kind=kind.name,
                    created_at=event.created_at,
                    channel=channel,
                    mail_due_at=due[channel],
                )
            )
    Notification.objects.bulk_create(made, ignore_conflicts=True)


def mail_due(channel: str, since: datetime) -> datetime | None:
    """When the mail of a channel leaves that holds what happened at a moment; None: there is none."""
    if channel == Channel.AT_ONCE:
        return since + timedelta(seconds=settings.NOTIFICATION_MAIL_DELAY)
    if channel not in (Channel.DAILY, Channel.WEEKLY):
        return None
    local = timezone.localtime(since)
    due = local.replace(hour=settings.NOTIFICATION_DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if due <= local:
        due += timedelta(days=1)
    if channel == Channel.WEEKLY:
        due += timedelta(days=(MONDAY - due.weekday()) % 7)
    return due


def asked_for(kind: str) -> QuerySet:
    """Ids of who asked for a kind that one opts in to (a subquery)."""
    return Preference.objects.filter(kind=kind).exclude(channel=Channel.OFF).values("user_id")


def purge() -> None:
    """Deletes what is older than the retention that a setting gives."""
    limit = timezone.now() - timedelta(days=settings.NOTIFICATION_DAYS)
    Event.objects.filter(created_at__lt=limit).exclude(told_at=None).delete()
