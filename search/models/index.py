"""Models of the index: the outbox, its state, and jobs."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import BackgroundRun

QUEUE = "index"


class OutboxRow(models.Model):
    """« This object changed »: inserted in the transaction of the change, deleted once the index has it.

    Transactions only insert rows, so two that change the same object neither wait for each other nor
    deadlock. A drain merges the rows of one object and deletes only those that it read, so a change made
    meanwhile is never lost.
    """

    kind = models.CharField(max_length=40)
    object_pk = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    # No drain takes it before: one has claimed it, or it was rejected and waits for its next attempt.
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
    """The single row (pk 1) that all hosts share. See `search.index.state`."""

    version = models.BigIntegerField(default=0)  # of the last write that was started
    rebuild = models.CharField(max_length=32, blank=True)  # token of the rebuild under way; empty: none
    rebuild_seen_at = models.DateTimeField(null=True)  # when that rebuild last showed signs of life
    # Grows with each change of editors (`search.assist.curation`).
    curation = models.BigIntegerField(default=0)
    # Changes by time alone are queued until then (`search.index.drift.enqueue_time_based_changes`).
    followed_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"version {self.version}"


class IndexJobManager(models.Manager):
    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(queue=QUEUE)


class IndexJob(BackgroundRun):
    """A check, a sweep or a rebuild of the index. See `search.index.jobs`."""

    class Action(models.TextChoices):
        CHECK = "check", _("Check")
        SWEEP = "sweep", _("Sweep")
        REBUILD = "rebuild", _("Rebuild")

    objects: ClassVar[models.Manager] = IndexJobManager()

    class Meta:
        proxy = True
        default_permissions = ("add", "view")

    @property
    def label(self) -> str:
        return str(self.Action(self.kind).label)
