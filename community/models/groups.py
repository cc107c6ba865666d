"""Groups (two levels) and who belongs to them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.urls import cached_reverse
from taxonomy.models import Profession

from ..querysets import GroupQuerySet, MembershipQuerySet


class Group(models.Model):
    """A place where verified professionals talk. Who may read is decided in `community.permissions` alone.

    Written through `community.services` only: a subgroup is never more visible than its parent.
    """

    class Visibility(models.TextChoices):
        OPEN = "open", _("open")
        PRIVATE = "private", _("private")
        SECRET = "secret", _("secret")

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent group"),
        on_delete=models.PROTECT,
        related_name="subgroups",
        null=True,
        blank=True,
    )
    visibility = models.CharField(_("visibility"), max_length=8, choices=Visibility, default=Visibility.OPEN)
    # Nobody of another profession belongs to the group, even invited. None: every profession.
    professions = models.ManyToManyField(
        Profession, verbose_name=_("professions"), related_name="community_groups", blank=True
    )
    description = models.TextField(_("description"), max_length=600, blank=True)
    rules = models.TextField(_("rules"), blank=True)  # sanitized HTML
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="Membership",
        through_fields=("group", "user"),
        related_name="community_groups",
    )

    objects = GroupQuerySet.as_manager()
    versioned_fields: ClassVar[tuple[str, ...]] = ("name", "description", "rules")

    class Meta:
        ordering = ["name"]
        verbose_name = _("group")
        verbose_name_plural = _("groups")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return cached_reverse("community_group", self.slug)

    @property
    def profession_codes(self) -> list[str]:
        """Official codes of whom it is for; empty: every profession."""
        return [profession.code for profession in self.professions.all()]

    @property
    def is_open(self) -> bool:
        return self.visibility == self.Visibility.OPEN

    @property
    def is_private(self) -> bool:
        return self.visibility == self.Visibility.PRIVATE

    @property
    def is_secret(self) -> bool:
        return self.visibility == self.Visibility.SECRET

    @property
    def icon(self) -> str:
        """Name in the icon sprite: read by a profession, or by members."""
        return "users" if self.is_open else "lock"


class Invitation(models.Model):
    """An address that somebody invited to a group, whoever has it.

    Who invited sees the address that they typed and nothing of its owner: not even whether there is one. The
    membership of an owner whom the group is for becomes `invited` beside it.
    """

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["group", "email", "invited_by"], name="community_invitation_once")
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.group}"


class Membership(models.Model):
    """Somebody's place in a group. Who left, declined or was refused has no row (if not removed before)."""

    class State(models.TextChoices):
        MEMBER = "member", _("member")
        REQUESTED = "requested", _("asked to join")
        INVITED = "invited", _("invited")
        REMOVED = "removed", _("removed")  # may ask again, neither walk in nor write

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        LEADER = "leader", _("leader")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="community_memberships"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.MEMBER)
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.MEMBER)
    message = models.CharField(_("message to the leaders"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    joined_at = models.DateTimeField(_("joined at"), null=True, blank=True)
    # Until the leaders let them in again: asking and taking it back does not open the door.
    was_removed = models.BooleanField(default=False, editable=False)
    # Who invited, approved or removed.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], name="community_membership_once"),
            models.CheckConstraint(
                condition=models.Q(role="member") | models.Q(state="member"),
                name="community_leader_is_member",
            ),
        ]
        indexes = [models.Index(fields=["user", "state"]), models.Index(fields=["group", "state"])]

    def __str__(self) -> str:
        return f"{self.user} · {self.group}"
