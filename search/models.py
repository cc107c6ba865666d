"""What waits to be written to the index, the one clock of its writes, and what editors decide of search."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, Page

from .sources import kind_of
from .text import normalised


class OutboxRow(models.Model):
    """« This object changed »: inserted in the transaction that changed it, deleted once the index follows.

    Those who change things only insert: two transactions that touch the same object neither wait for each
    other nor deadlock. The rows of one object are merged when they are drained, and only rows that the drain
    saw are deleted, so a change made meanwhile is never lost.
    """

    kind = models.CharField(max_length=40)
    object_pk = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    # Nobody drains it before then: a drain is at it, or it was refused and waits for its next attempt.
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)  # why the last attempt was refused
    # Written to the live index while a new one was being filled: kept until the new one has it too.
    done = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["done", "not_before"]),
            models.Index(fields=["kind", "object_pk"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_pk}"


class IndexState(models.Model):
    """The single row (pk 1) that every host agrees on. See `search.state`."""

    version = models.BigIntegerField(default=0)  # of the last write that was started
    rebuild = models.CharField(max_length=32, blank=True)  # token of the rebuild under way; empty: none
    rebuild_seen_at = models.DateTimeField(null=True)  # when that rebuild last showed signs of life
    curation = models.BigIntegerField(
        default=0
    )  # grows with each change that editors make (`search.curation`)
    # Until when the index follows what time alone changes (`search.drift.follow_time`).
    followed_until = models.DateTimeField(null=True)
    worker_seen_at = models.DateTimeField(null=True)  # when a worker last said that it runs

    def __str__(self) -> str:
        return f"version {self.version}"


class IndexJob(models.Model):
    """A check, a sweep or a rebuild that somebody asked for: how far it is, what came of it."""

    class Action(models.TextChoices):
        CHECK = "check", _("Check")
        SWEEP = "sweep", _("Sweep")
        REBUILD = "rebuild", _("Rebuild")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the worker")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    action = models.CharField(max_length=10, choices=Action.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Null: from the command line, or an account that is gone.
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # last sign of life
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)  # objects
    total = models.PositiveIntegerField(default=0)  # objects; 0: not known
    outcome = models.JSONField(default=dict)  # counts, see `search.index_jobs`
    problem = models.TextField(blank=True)  # why it failed

    class Meta:
        default_permissions = ("add", "view")
        indexes = [models.Index(fields=["action", "-asked_at"])]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"


class SynonymRule(models.Model):
    """Words that editors let stand for each other, beside those of `search/data`; one per line.

    With `also`: whoever types one of the words finds those as well, and not the other way round.
    """

    words = models.TextField(_("words or phrases"))
    also = models.TextField(_("one way: also look for"), blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("synonym rule")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]

    def __str__(self) -> str:
        words = " = ".join(lines(self.words))
        return f"{words} → {' + '.join(lines(self.also))}" if self.also else words


class Promotion(ClusterableModel):
    """Pages that editors want first for what is typed."""

    query = models.CharField(_("what is typed"), max_length=100)
    key = models.CharField(max_length=100, unique=True, editable=False)  # the query, normalised
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("selection")
        verbose_name_plural = _("selections")
        ordering = ["query"]

    def __str__(self) -> str:
        return self.query

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = normalised(self.query)
        super().save(*args, **kwargs)


class PromotedPage(Orderable):
    promotion = ParentalKey(Promotion, on_delete=models.CASCADE, related_name="pages")
    page = models.ForeignKey(Page, models.CASCADE, related_name="+", verbose_name=_("page"))

    def __str__(self) -> str:
        return f"{self.promotion}: {self.page_id}"

    def clean(self) -> None:
        if self.page_id and not kind_of(self.page.specific_class):
            raise ValidationError(
                {"page": gettext("Search does not find pages of this kind: choose another.")}
            )


class QueryCount(models.Model):
    """How often something was looked for on one day by people of one profession. Nobody is named."""

    day = models.DateField()
    query = models.CharField(max_length=100)  # normalised
    profession = models.CharField(max_length=100, blank=True)  # slug; empty: no verified profession
    searches = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0)  # of these, the ones that found nothing
    corrected = models.PositiveIntegerField(default=0)  # of these, the ones that found another spelling

    class Meta:
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["day", "query", "profession"], name="one_count_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.query}"


def lines(text: str) -> list[str]:
    """What an editor typed, one per line."""
    return [line for raw in text.splitlines() if (line := " ".join(raw.split()))]
