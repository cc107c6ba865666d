"""Notices that a post should not be there, and what was decided (DSA, articles 16 and 17)."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import ReportQuerySet
from .threads import Post

EXCERPT_MAX = 1500


class Report(models.Model):
    """A thread is reported by its first post. The excerpt is all that managers read of a secret group."""

    class Reason(models.TextChoices):
        PATIENT = "patient", _("A patient can be recognised")
        ILLEGAL = "illegal", _("Illegal content")
        ABUSE = "abuse", _("Disrespect or harassment")
        ADVERTISING = "advertising", _("Advertising or undeclared interests")
        DANGEROUS = "dangerous", _("Dangerous for health")
        OTHER = "other", _("Another reason")

    class State(models.TextChoices):
        OPEN = "open", _("to decide")
        KEPT = "kept", _("kept")
        HIDDEN = "hidden", _("hidden")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="community_reports"
    )
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    statement = models.TextField(_("what is wrong"), max_length=2000)
    excerpt = models.TextField(_("what was reported"), max_length=EXCERPT_MAX)
    created_at = models.DateTimeField(_("reported at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    decision = models.TextField(_("reasons of the decision"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["post", "reporter"],
                condition=models.Q(state="open"),
                name="community_report_open_once",
            )
        ]
        indexes = [models.Index(fields=["state", "created_at"])]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} (#{self.post_id})"
