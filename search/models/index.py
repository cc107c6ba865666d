"""How the index follows the database: what waits to be written, the one clock, what somebody asked for."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
