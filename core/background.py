"""Background runs: start one, do it, follow it, cancel it, forget it.

An app registers a queue with the function that does its work. A new `BackgroundRun` waits until `manage.py
maintenance` claims it, on whatever host, and gives it a process of its own (`manage.py background_run <id>`):
one run of a queue at a time. Short work may call `execute` in the request instead.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from .models import STALE_AFTER, BackgroundRun
from .polling import has_rows
from .processes import spawn_command

logger = logging.getLogger("portal.background")

PROGRESS_EVERY = 1.0  # seconds between two updates of a run's row
# Runs that wait for their turn show a sign of life this often.
TOUCH_EVERY = timedelta(seconds=15)

Status = BackgroundRun.Status
ReportProgress = Callable[[int, int], None]  # (done, total); raises `RunCancelledError`


class RunCancelledError(Exception):
    """Somebody deleted the run while it was worked on."""


@dataclass(frozen=True, slots=True)
class Queue:
    """`work` returns the run's result. `explain` says to a person why it failed; `expected` errors are not
    logged with a traceback. `retention` counts from the last sign of life.
    """

    work: Callable[[BackgroundRun, ReportProgress], Mapping[str, Any]]
    explain: Callable[[BaseException], str]
    expected: tuple[type[Exception], ...]
    retention: timedelta
    model: type[BackgroundRun]


_queues: dict[str, Queue] = {}


def register_queue(name: str, queue: Queue) -> None:
    _queues[name] = queue


# --- Who does a run -------------------------------------------------------------------------------------


def start_waiting() -> None:
    """Gives the next waiting run of each idle queue a process; called again and again by maintenance."""
    if not has_rows(BackgroundRun, f"status IN ('{Status.WAITING}', '{Status.RUNNING}')"):
        return
    active = BackgroundRun.objects.filter(status__in=BackgroundRun.ACTIVE).order_by()
    for queue in active.values_list("queue", flat=True).distinct():
        if run := claim_next(queue):
            spawn_command("background_run", run.pk)


@transaction.atomic
def claim_next(queue: str) -> BackgroundRun | None:
    """The oldest waiting run, now `RUNNING`; None while another run of the queue is alive.

    Hosts that claim at once wait for each other: they lock the same rows.
    """
    active = BackgroundRun.objects.filter(queue=queue, status__in=BackgroundRun.ACTIVE)
    runs = list(active.select_for_update().order_by("created_at"))
    waiting = [run for run in runs if run.status == Status.WAITING]
    now = timezone.now()
    if any(run.status == Status.RUNNING and not run.is_lost for run in runs):
        old = [run.pk for run in waiting if run.heartbeat_at < now - TOUCH_EVERY]
        BackgroundRun.objects.filter(pk__in=old).update(heartbeat_at=now)
        return None
    for run in waiting[:1]:
        run.status, run.heartbeat_at = Status.RUNNING, now
        run.save(update_fields=["status", "heartbeat_at"])
        return run
    return None


def execute(run: BackgroundRun) -> None:
    """Does the work of a run. Whatever happens, its row tells it; called twice, it is done once.

    Raises only what ends the process.
    """
    queue = _queues[run.queue]
    if not _begin(run):
        return
    run = queue.model._default_manager.get(pk=run.pk)
    with override(run.language or None):
        try:
            with track(run) as report:
                run.result = dict(queue.work(run, report))
        except Exception as error:
            if not BackgroundRun.objects.filter(pk=run.pk).exists():  # its files went with it
                logger.info("%s was cancelled while it ran", run)
            elif isinstance(error, queue.expected):
                logger.warning("%s failed: %s", run, run.problem)
            else:
                logger.exception("%s failed", run)


def _begin(run: BackgroundRun) -> bool:
    """False: somebody has begun it already, or it was cancelled."""
    now = timezone.now()
    pending = BackgroundRun.objects.filter(pk=run.pk, status__in=BackgroundRun.ACTIVE, started_at=None)
    return bool(pending.update(status=Status.RUNNING, started_at=now, heartbeat_at=now))


@contextmanager
def track(run: BackgroundRun) -> Iterator[ReportProgress]:
    """Keeps the row of a run up to date while the block works, and records how it ended."""
    row = BackgroundRun.objects.filter(pk=run.pk)
    reported = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal reported
        if time.monotonic() - reported >= PROGRESS_EVERY:
            reported = time.monotonic()
            if not row.update(done=done, total=total, heartbeat_at=timezone.now()):
                raise RunCancelledError

    try:
        yield report
    except BaseException as error:
        run.status, run.problem = Status.FAILED, _queues[run.queue].explain(error)
        raise
    else:
        run.status = Status.DONE
    finally:
        run.ended_at = run.heartbeat_at = timezone.now()
        fields = ("status", "problem", "result", "output_file", "ended_at", "heartbeat_at")
        if not row.update(**{name: getattr(run, name) for name in fields}):
            run.delete_files()


# --- What becomes of it ---------------------------------------------------------------------------------


def delete_run(run: BackgroundRun) -> None:
    """Cancels or forgets a run; whoever works on it ends at its next sign of life."""
    BackgroundRun.objects.filter(pk=run.pk).delete()
    transaction.on_commit(run.delete_files)


def purge() -> None:
    """Deletes runs, with their files, to which nothing has happened for the retention of their queue."""
    for name, queue in _queues.items():
        limit = timezone.now() - max(queue.retention, STALE_AFTER)
        for run in BackgroundRun.objects.filter(queue=name, heartbeat_at__lt=limit):
            delete_run(run)
