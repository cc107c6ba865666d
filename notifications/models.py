"""What happened, who is told of it, and what each person chose. Ids only: texts are made at reading."""

from secrets import token_hex

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .querysets import NotificationQuerySet


class Channel(models.TextChoices):
    """How somebody learns of a kind, beside the site."""

    AT_ONCE = "at_once", _("by mail, at once")
    DAILY = "daily", _("in the daily mail")
    WEEKLY = "weekly", _("in the weekly mail")
    SITE = "site", _("on the site only")
    OFF = "off", _("not at all")  # of kinds that one asks for (`Kind.opt_in`)


class Event(models.Model):
    """Something that happened, written in its own transaction; a worker tells whom it concerns."""

    # Names of kinds, in the order in which somebody whom several concern is told: by the first only.
    kinds = models.CharField(max_length=120)
    object_id = models.PositiveBigIntegerField()  # of what the kinds are about: a post, a membership…
    subject = models.CharField(max_length=40, blank=True)  # what notifications are grouped by: « thread:12 »
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    recipient_ids = models.JSONField(default=list)  # of accounts, where whoever writes the event knows them
    key = models.CharField(max_length=120, unique=True)  # the same key twice is one event
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["id"], condition=Q(told_at=None), name="notifications_event_waits")]

    def __str__(self) -> str:
        return self.key


class Notification(models.Model):
    """One person is told of one event, by one kind, once."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    event = models.ForeignKey(Event, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=30)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    # The mail: what it is, when it is due (null: never, or not any more), who is about to send it.
    channel = models.CharField(max_length=10, choices=Channel)
    mail_due_at = models.DateTimeField(null=True)
    mail_claim = models.UUIDField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["recipient", "event"], name="notifications_told_once"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"]),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notifications_unread"),
            models.Index(
                fields=["mail_due_at"], condition=Q(mail_due_at__isnull=False), name="notifications_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.event_id} → {self.recipient_id}"


class Subscription(models.Model):
    """How closely somebody follows a thing. Without a row: normally."""

    class Level(models.TextChoices):
        MUTED = "muted"
        NORMAL = "normal"  # in a thread: kept from being followed by writing there
        FIRST = "first"  # of each thread of a group or theme
        FOLLOWED = "followed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions")
    target = models.CharField(max_length=20)  # a registered `Followable`: « thread », « group », « theme »
    target_id = models.PositiveBigIntegerField()
    level = models.CharField(max_length=10, choices=Level)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "target", "target_id"], name="notifications_follow_once")
        ]
        indexes = [models.Index(fields=["target", "target_id", "level"])]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.target}:{self.target_id}, {self.level}"


class Preference(models.Model):
    """Somebody's own channel for a kind; without a row, the kind's default."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    channel = models.CharField(max_length=10, choices=Channel)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notifications_preference_once")]
        indexes = [models.Index(fields=["kind", "channel"])]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}, {self.channel}"


def new_salt() -> str:
    return token_hex(16)


class Mailbox(models.Model):
    """What is known of where somebody's mail goes."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="mailbox"
    )
    salt = models.CharField(max_length=32, default=new_salt)  # a new one ends all links in mails sent before
    # Since when no mail goes there, and why.
    blocked_at = models.DateTimeField(null=True)
    blocked_by = models.CharField(max_length=10, blank=True, choices=[("bounce", ""), ("complaint", "")])

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"#{self.user_id}"
