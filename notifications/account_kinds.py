"""Kinds about accounts: this app stands on `members`, which cannot register its own."""

from collections.abc import Collection, Mapping

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.access import Viewer
from members.models import COMMUNITY_MANAGERS, User, Verification
from members.signals import verification_decided, verification_requested

from .kinds import Kind, Reader, Told, register
from .models import Channel, Event
from .services import notify

State = Verification.State


def managers():
    """Ids of who manages the community (a subquery)."""
    managing = Q(groups__name=COMMUNITY_MANAGERS) | Q(is_superuser=True)
    return User.objects.filter(managing, is_active=True).values("pk")


def named(event: Event) -> list[int]:
    """Whom the event names, and whose account is open."""
    open_accounts = User.objects.filter(pk__in=event.recipient_ids, is_active=True)
    return list(open_accounts.values_list("pk", flat=True))


def open_to_all(reader: Reader) -> Q:
    """What concerns its recipient alone."""
    return Q()


def _of_decisions(viewer: Viewer, pks: Collection[int]) -> Mapping[int, Told]:
    own = Verification.objects.filter(pk__in=pks, user_id=viewer.user_id)
    url = reverse("account_home")
    return {
        one.pk: Told(url, outcome=one.state, reason="" if one.state == State.VERIFIED else one.note)
        for one in own
    }


def _waits(reader: Reader) -> Q | None:
    if not reader.is_manager:
        return None
    return Q(Exists(Verification.objects.waiting().order_by().filter(pk=OuterRef("event__object_id"))))


def _of_requests(viewer: Viewer, pks: Collection[int]) -> Mapping[int, Told]:
    rows = Verification.objects.visible_to(viewer).waiting().filter(pk__in=pks)
    return {pk: Told(reverse("verification_decide", args=[pk])) for pk in rows.values_list("pk", flat=True)}


def register_all() -> None:
    register(
        Kind(
            "verification",
            _("What becomes of my verification"),
            Channel.AT_ONCE,
            recipients=named,
            open_to=open_to_all,
            load=_of_decisions,
            offered_to=lambda viewer: viewer.is_authenticated,
        ),
        Kind(
            "verification_waits",
            _("Somebody asks to be verified"),
            Channel.DAILY,
            recipients=lambda event: managers().values_list("pk", flat=True),
            open_to=_waits,
            load=_of_requests,
            offered_to=lambda viewer: viewer.is_manager,
        ),
    )
    verification_decided.connect(_decided, dispatch_uid="notifications.verification")
    verification_requested.connect(_requested, dispatch_uid="notifications.verification_waits")


def _decided(verification: Verification, **kwargs: object) -> None:
    notify(
        "verification",
        object_id=verification.pk,
        recipient_ids=[verification.user_id],
        key=f"{verification.pk}-{verification.decided_at.timestamp()}",
    )


def _requested(verification: Verification, **kwargs: object) -> None:
    notify(
        "verification_waits",
        object_id=verification.pk,
        actor_id=verification.user_id,
        key=f"{verification.pk}-{verification.requested_at.timestamp()}",
    )
