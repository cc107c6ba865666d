"""What the accounts of the README are told of, by the services and the worker's own functions."""

from datetime import datetime, timedelta

from django.utils import timezone

from community import services
from community.models import Group, Membership, Report, Thread
from community.richtext import from_text
from members.models import User, Verification
from members.viewers import viewer_for
from notifications.models import Channel, Event, Notification, Preference, Subscription
from notifications.services import notify
from notifications.telling import tell_waiting
from taxonomy.models import Profession, Theme

from .people import DOMAIN

NEW = timedelta(days=4)
LEADER = "responsable"
LED = "infirmiers-liberaux-du-grand-ouest"
SHARED = "soins-primaires-et-msp"
FOLLOWERS = ("animateur", "pharmacienne", "infirmier", "medecin", LEADER)


def create() -> None:
    people = {name: User.objects.get(email=f"{name}@{DOMAIN}") for name in FOLLOWERS}
    shared = Group.objects.get(slug=SHARED)
    Subscription.objects.bulk_create(
        Subscription(user=user, target="group", target_id=shared.pk, level=Subscription.Level.FOLLOWED)
        for user in people.values()
    )
    Preference.objects.bulk_create(
        Preference(user=user, kind="asked", channel=Channel.DAILY) for user in people.values()
    )
    _earlier(shared)
    _between_accounts(people, shared)
    _in_and_out(people)
    _waiting()
    while tell_waiting():
        pass
    # Nobody reads mail here, and what is older was read.
    Notification.objects.update(mail_due_at=None)
    old = timezone.now() - timedelta(days=2)
    Notification.objects.filter(event__created_at__lt=old).update(read_at=timezone.now())


def _tell(*kinds: str, object_id: int, subject: str = "", actor_id: int | None, at: datetime) -> None:
    notify(*kinds, object_id=object_id, subject=subject, actor_id=actor_id)
    Event.objects.filter(key=f"{kinds[0]}:{object_id}").update(created_at=at)


def _earlier(group: Group) -> None:
    """What was asked and replied in the last days."""
    since = timezone.now() - NEW
    Subscription.objects.update(created_at=since)
    for thread in Thread.objects.published().filter(group=group, created_at__gt=since).order_by("created_at"):
        about = {"subject": services.subject_of(thread), "at": thread.created_at}
        _tell("asked", "new_thread", object_id=thread.pk, actor_id=thread.author_id, **about)
    for thread in Thread.objects.published().filter(group=group, last_activity_at__gt=since):
        subject = services.subject_of(thread)
        for post in thread.posts.filter(position__gt=1, created_at__gt=since).order_by("position"):
            about = {"subject": subject, "actor_id": post.author_id, "at": post.created_at}
            _tell("first_reply", "reply", object_id=post.pk, **about)


def _between_accounts(people: dict[str, User], group: Group) -> None:
    """A nurse asks pharmacists; one answers, and it helps. A physician's message is hidden."""
    viewers = {name: viewer_for(user) for name, user in people.items()}
    thread = services.thread_create(
        viewer=viewers["infirmier"],
        group=group,
        title="Écraser un comprimé à libération prolongée : que proposer ?",
        body=from_text("Patient qui avale mal. Quelle forme proposer au prescripteur, et à qui demander ?"),
        asked=[Profession.objects.get(slug="pharmacien")],
        themes=Theme.objects.listed()[:1],
    )
    answer = services.post_create(
        viewer=viewers["pharmacienne"],
        thread=thread,
        body=from_text("On ne l’écrase pas : une forme buvable ou des granules existent souvent."),
    )
    services.post_accept(viewer=viewers["infirmier"], post=answer)
    advertising = services.post_create(
        viewer=viewers["medecin"],
        thread=thread,
        body=from_text("J’utilise toujours le même écrase-comprimé, je vous envoie la référence."),
    )
    reason = "Un produit est conseillé sans dire s’il y a un lien avec le fabricant."
    services.post_hide(viewer=viewers["animateur"], post=advertising, reason=reason)


def _in_and_out(people: dict[str, User]) -> None:
    """Somebody asks to join the group of the leader, who invites a colleague."""
    led = Group.objects.get(slug=LED)
    outside = User.objects.filter(email__startswith="membre", verifications__profession__slug="infirmier")
    asks = outside.exclude(community_memberships__group=led).order_by("pk").first()
    if asks is not None:
        services.membership_request(
            viewer=viewer_for(asks), group=led, message="Je m’installe à Lannion le mois prochain."
        )
    invited = people["animateur"]
    if not Membership.objects.filter(group=led, user=invited).exists():
        services.membership_invite(viewer=viewer_for(people[LEADER]), group=led, user=invited)


def _waiting() -> None:
    for report in Report.objects.open():
        _tell("report_waits", object_id=report.pk, actor_id=report.reporter_id, at=report.created_at)
    for asked in Verification.objects.waiting():
        _tell("verification_waits", object_id=asked.pk, actor_id=asked.user_id, at=asked.requested_at)
    for theme in Theme.objects.filter(status=Theme.Status.PROPOSED)[:3]:
        _tell("theme_waits", object_id=theme.pk, actor_id=None, at=timezone.now() - timedelta(hours=9))
