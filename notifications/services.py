"""What writes notifications, subscriptions and choices: keyword-only commands."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from members.access import Viewer
from members.models import User

from .kinds import FOLLOWABLES, KINDS, kinds_for
from .models import Channel, Event, Mailbox, Notification, Preference, Subscription, new_salt
from .reading import notifications_of

Level = Subscription.Level


def notify(
    *kinds: str,
    object_id: int,
    subject: str = "",
    actor_id: int | None = None,
    recipient_ids: Iterable[int] = (),
    key: str = "",
) -> None:
    """Writes that something happened, in the transaction in which it does; a worker tells it after commit.

    Ids only, never a text. Whom several of the kinds concern is told by the first. `key` names the event
    among those of the first kind (the object's id by default): the same twice is one.
    """
    event = Event(
        kinds=" ".join(kinds),
        object_id=object_id,
        subject=subject,
        actor_id=actor_id,
        recipient_ids=list(recipient_ids),
        key=f"{kinds[0]}:{key or object_id}",
    )
    Event.objects.bulk_create([event], ignore_conflicts=True)


# --- Following ---------------------------------------------------------------------------------------------


def follow_by_writing(*, user_id: int, target: str, target_id: int) -> None:
    """Who writes in a thing follows it, unless they chose otherwise."""
    row = Subscription(user_id=user_id, target=target, target_id=target_id, level=Level.FOLLOWED)
    Subscription.objects.bulk_create([row], ignore_conflicts=True)


def subscription_set(*, viewer: Viewer, target: str, target_id: int, level: str) -> None:
    """Chooses how closely to follow a thing. PermissionDenied: it does not exist for the viewer.

    What can no longer be read may still be muted or set back.
    """
    thing = FOLLOWABLES.get(target)
    if viewer.user_id is None or thing is None or level not in thing.levels:
        raise PermissionDenied
    held = Subscription.objects.filter(user_id=viewer.user_id, target=target, target_id=target_id)
    if level == Level.NORMAL and target != "thread":
        held.delete()  # normal is what it is without a row; in a thread, a row keeps it from being followed
        return
    if target_id not in thing.load(viewer, [target_id]) and not held.exists():
        raise PermissionDenied
    Subscription.objects.update_or_create(
        user_id=viewer.user_id, target=target, target_id=target_id, defaults={"level": level}
    )


def own_level(target: str, user_id: int) -> Coalesce:
    """To annotate things with how closely somebody follows them."""
    held = Subscription.objects.filter(target=target, user_id=user_id, target_id=OuterRef("pk"))
    return Coalesce(Subquery(held.values("level")[:1]), Value(Level.NORMAL.value))


# --- Reading -----------------------------------------------------------------------------------------------


def notification_open(*, viewer: Viewer, pk: int) -> Notification:
    """Marks one as read. PermissionDenied: it is not there, or may not be told any more."""
    found = notifications_of(viewer).select_related("event__actor").filter(pk=pk).first()
    if found is None:
        raise PermissionDenied
    Notification.objects.filter(pk=pk).unread().update(read_at=timezone.now())
    return found


def mark_all_read(*, viewer: Viewer) -> None:
    Notification.objects.filter(recipient_id=viewer.user_id).unread().update(read_at=timezone.now())


# --- Choosing ----------------------------------------------------------------------------------------------


@transaction.atomic
def preferences_set(*, user_id: int, channels: dict[str, str]) -> None:
    """`channels`: kind → channel, both checked by the caller. Mails that wait go by the new choice."""
    for kind, channel in channels.items():
        Preference.objects.update_or_create(user_id=user_id, kind=kind, defaults={"channel": channel})
    if off := [kind for kind, channel in channels.items() if channel in (Channel.SITE, Channel.OFF)]:
        Notification.objects.filter(recipient_id=user_id, kind__in=off).update(mail_due_at=None)


def channels_of(viewer: Viewer) -> dict[str, str]:
    """kind → channel in force, of the kinds that somebody finds in their settings."""
    chosen = dict(Preference.objects.filter(user_id=viewer.user_id or 0).values_list("kind", "channel"))
    return {kind.name: chosen.get(kind.name, kind.channel) for kind in kinds_for(viewer)}


@transaction.atomic
def stop_mails(*, user_id: int, kind: str) -> None:
    """No more mail of a kind; `daily` and `weekly`: of all kinds that come in that mail."""
    if kind in KINDS:
        preferences_set(user_id=user_id, channels={kind: Channel.SITE})
        return
    chosen = dict(Preference.objects.filter(user_id=user_id).values_list("kind", "channel"))
    inside = [one.name for one in KINDS.values() if chosen.get(one.name, one.channel) == kind]
    preferences_set(user_id=user_id, channels=dict.fromkeys(inside, Channel.SITE))


def mails_resume(*, viewer: Viewer) -> None:
    """Mail goes to the account's address again."""
    Mailbox.objects.filter(user_id=viewer.user_id or 0).update(blocked_at=None, blocked_by="")


def mails_block(*, address: str, why: str) -> None:
    """No more mail to an address that bounces, or whose owner complained."""
    for user in User.objects.filter(email__iexact=address):
        Mailbox.objects.update_or_create(
            user=user, defaults={"blocked_at": timezone.now(), "blocked_by": why}
        )


def links_renew(*, user_id: int) -> None:
    """Ends every link of the mails sent so far."""
    Mailbox.objects.update_or_create(user_id=user_id, defaults={"salt": new_salt()})
