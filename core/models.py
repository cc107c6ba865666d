"""Work that outlives a request, which processes are alive, and the version of the content."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A run or a process that gave no sign of life for that long was killed, or nobody took it.
STALE_AFTER = timedelta(minutes=2)


def private_storage() -> Storage:
    return storages["private"]


class BackgroundRun(models.Model):
    """Minutes of work that somebody starts and follows on a page; see `core.background`.

    Everything known of it is in this row and in the private storage, so that any host may do it or show it.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for the worker")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    ACTIVE = (Status.WAITING, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    queue = models.CharField(max_length=20)  # see `core.background.register_queue`
    kind = models.CharField(max_length=20)  # what is to be done, in the words of the queue's app
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    # Null: from the command line, or an account that is gone.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=10, blank=True)  # of `problem` and `result`; empty: the site's
    parameters = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)  # in the unit of `done`; 0: not known
    result = models.JSONField(default=dict)
    problem = models.TextField(blank=True)  # why it failed, for the person who follows it
    input_file = models.FileField(storage=private_storage, upload_to="runs", blank=True)
    output_file = models.FileField(storage=private_storage, upload_to="runs", blank=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["queue", "status"]),
            models.Index(fields=["queue", "kind", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.kind} {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.status in self.ACTIVE

    @property
    def is_lost(self) -> bool:
        """Whoever worked on it was killed, or no worker runs; one that comes late does its work."""
        return self.is_active and self.heartbeat_at < timezone.now() - STALE_AFTER

    @property
    def percent(self) -> int:
        """0 to 99 while it runs."""
        return min(99, 100 * self.done // self.total) if self.total else 0

    def delete_files(self) -> None:
        for file in (self.input_file, self.output_file):
            if file:
                file.storage.delete(file.name)


class Heartbeat(models.Model):
    """When a process last said that it runs, for people who wait for what it does."""

    process = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.process

    @classmethod
    def beat(cls, process: str) -> None:
        cls.objects.update_or_create(process=process, defaults={"seen_at": timezone.now()})

    @classmethod
    def is_alive(cls, process: str) -> bool:
        return cls.objects.filter(process=process, seen_at__gt=timezone.now() - STALE_AFTER).exists()


class RateCount(models.Model):
    """How often something was done within one window of time (`core.limits`)."""

    key = models.CharField(max_length=40, primary_key=True)  # hash of action, window and sender
    ends_at = models.BigIntegerField(db_index=True)  # seconds since 1970
    count = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.count}"


class ContentChange(models.Model):
    """One change of what visitors read; together the rows are the content version (`core.content`)."""

    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"#{self.pk}"
