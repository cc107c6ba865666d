"""Who people are: account, profile, where they practise, what was verified of it."""

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from taxonomy.models import Department, Profession, Specialty

from .access import Viewer
from .documents import document_path, private_storage

EDITORS = "editors"
COMMUNITY_MANAGERS = "community-managers"


class UserQuerySet(models.QuerySet):
    def findable(self) -> Self:
        """Verified professionals with a name who let their colleagues find them."""
        verified = Verification.objects.filter(state=Verification.State.VERIFIED)
        named = self.exclude(first_name="", last_name="").exclude(profile__findable=False)
        return named.filter(is_active=True, pk__in=verified.values("user_id"))

    def visible_to(self, viewer: Viewer) -> Self:
        """Whom a viewer may look up: professionals and managers look professionals up."""
        return self.findable() if viewer.is_verified or viewer.is_manager else self.none()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """An account. Signs in by e-mail; has no user name."""

    username = None
    email = models.EmailField(_("e-mail address"), unique=True)
    # Empty for accounts that somebody else created: editors, demo.
    terms_accepted_at = models.DateTimeField(_("terms accepted on"), null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta(AbstractUser.Meta):
        constraints = [models.UniqueConstraint(Lower("email"), name="members_user_email_ci")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """« Solène L. »: what other members read. Never the e-mail address."""
        first, last = self.first_name.strip(), self.last_name.strip()
        if first and last:
            return f"{first} {last[0].upper()}."
        return first or last or str(_("Member no. %(id)s") % {"id": self.pk})

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper() or "?"


class Profile(models.Model):
    """What a member says of themselves, beside their practices."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    presentation = models.TextField(_("presentation"), max_length=600, blank=True)
    town = models.CharField(_("town"), max_length=80, blank=True)
    # Who is not found has no page either; what they write keeps its byline.
    findable = models.BooleanField(_("appear in the search of professionals"), default=True)
    # The language of the mails that somebody else's action sends.
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="fr")

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self) -> str:
        return str(self.user)


class Practice(models.Model):
    """A way in which somebody practises: a profession, maybe a specialty, a place. Several are normal."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="practices")
    profession = models.ForeignKey(Profession, verbose_name=_("profession"), on_delete=models.PROTECT)
    specialty = models.ForeignKey(
        Specialty, verbose_name=_("specialty"), on_delete=models.PROTECT, null=True, blank=True
    )
    department = models.ForeignKey(
        Department, verbose_name=_("department"), on_delete=models.PROTECT, null=True, blank=True
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints = [
            # No specialty or department counts as one: SQLite knows no NULLS NOT DISTINCT.
            models.UniqueConstraint(
                "user",
                "profession",
                Coalesce("specialty", 0, output_field=models.BigIntegerField()),
                Coalesce("department", 0, output_field=models.BigIntegerField()),
                name="members_practice_unique",
            )
        ]

    def __str__(self) -> str:
        return str(self.profession)


class VerificationQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "VerificationQuerySet":
        """One's own; every one for the managers."""
        if viewer.is_manager:
            return self
        return self.filter(user_id=viewer.user_id) if viewer.is_authenticated else self.none()

    def waiting(self) -> "VerificationQuerySet":
        """Requests of open accounts that no manager has decided yet, oldest first."""
        return self.filter(state=Verification.State.PENDING, user__is_active=True).order_by(
            "requested_at", "pk"
        )


class Verification(models.Model):
    """Whether somebody's profession was checked: each on its own, a nurse may not read as a physician."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        VERIFIED = "verified", _("verified")
        REFUSED = "refused", _("refused")
        REVOKED = "revoked", _("revoked")

    class Method(models.TextChoices):
        DOCUMENT = "document", _("document reviewed")
        REGISTER = "register", _("called back through the register")
        SPONSORS = "sponsors", _("two verified colleagues")
        PSC = "psc", _("Pro Santé Connect")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="verifications")
    profession = models.ForeignKey(Profession, verbose_name=_("profession"), on_delete=models.PROTECT)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    method = models.CharField(_("method"), max_length=10, choices=Method, blank=True)
    # Asked for, shown to the managers only: a number alone proves nothing, the register is public.
    rpps = models.CharField(_("RPPS number"), max_length=11, blank=True)
    message = models.TextField(_("message to the managers"), max_length=1000, blank=True)
    requested_at = models.DateTimeField(_("requested at"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("note"), max_length=1000, blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at"]
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        constraints = [
            models.UniqueConstraint(fields=["user", "profession"], name="members_verification_per_profession")
        ]
        indexes = [models.Index(fields=["state", "requested_at"])]

    def __str__(self) -> str:
        return f"{self.user}: {self.profession}, {self.get_state_display()}"


class VerificationDocument(models.Model):
    """A file that proves a profession. Only managers see it, and it is gone once they have decided."""

    verification = models.OneToOneField(Verification, on_delete=models.CASCADE, related_name="document")
    file = models.FileField(_("file"), storage=private_storage, upload_to=document_path, max_length=120)
    # One of `documents.KINDS`: what the content is, whatever its sender called it.
    kind = models.CharField(_("kind"), max_length=4)
    uploaded_at = models.DateTimeField(_("uploaded on"), default=timezone.now)

    class Meta:
        verbose_name = _("verification document")
        verbose_name_plural = _("verification documents")

    def __str__(self) -> str:
        return f"{self.verification_id}.{self.kind}"


class VerificationDecision(models.Model):
    """What was decided, once and for all: `Verification` holds the present state only."""

    verification = models.ForeignKey(Verification, on_delete=models.CASCADE, related_name="decisions")
    state = models.CharField(_("state"), max_length=10, choices=Verification.State)
    method = models.CharField(_("method"), max_length=10, choices=Verification.Method, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-decided_at", "-pk"]
        verbose_name = _("verification decision")
        verbose_name_plural = _("verification decisions")

    def __str__(self) -> str:
        return f"{self.verification_id}: {self.get_state_display()}"
