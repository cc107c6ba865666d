"""Index jobs: checks, sweeps and rebuilds that people start in the admin or at the command line.

They are background runs (`core.background`): one at a time, each in its own process, followed on a page.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from core.background import Queue, ReportProgress, register_queue, track
from core.models import BackgroundRun

from ..engines.base import EngineUnavailable, RebuildRunning
from ..models import IndexJob
from ..models.index import QUEUE
from .drift import compare, sweep
from .rebuild import RebuildRefused, RebuildReport, expected_documents, is_due, rebuild
from .state import lock_state

logger = logging.getLogger("search.index.jobs")

Action, Status = IndexJob.Action, IndexJob.Status

RETENTION = timedelta(days=90)
HEAL_EVERY = timedelta(hours=1)


def enqueue(action: str, user: AbstractBaseUser | AnonymousUser) -> IndexJob:
    """Queues a job, or returns the one that is under way."""
    if not user.has_perm("search.add_indexjob"):  # type: ignore[union-attr]
        raise PermissionDenied
    with transaction.atomic():
        lock_state()  # two clicks, one after the other
        return current() or IndexJob.objects.create(queue=QUEUE, kind=Action(action), user_id=user.pk)


def self_heal() -> IndexJob | None:
    """Queues a rebuild if there is no index that this version can use; else returns None.

    Does nothing while the engine does not answer, since its index may be whole. Queues at most one rebuild in
    `HEAL_EVERY`, in case it does not help or another version of the portal undoes it.
    """
    now = timezone.now()
    # The range leaves out jobs that a wrong clock dated ahead.
    lately = IndexJob.objects.filter(kind=Action.REBUILD, created_at__range=(now - HEAL_EVERY, now))
    try:
        if not is_due() or current() or lately.exists():
            return None
    except EngineUnavailable:
        return None
    logger.warning("There is no search index that this version of the portal can use: one is being made")
    return IndexJob.objects.create(queue=QUEUE, kind=Action.REBUILD)


def current() -> IndexJob | None:
    """The job that is queued or under way, if any."""
    job = IndexJob.objects.filter(status__in=IndexJob.ACTIVE).order_by("-created_at").first()
    return job if job and not job.is_lost else None


def last(action: str) -> IndexJob | None:
    """The last finished job of this action."""
    done = IndexJob.objects.filter(kind=action, status=Status.DONE)
    return done.select_related("user").order_by("-ended_at").first()


def rebuild_by_hand(progress: ReportProgress = lambda done, total: None) -> RebuildReport:
    """Rebuilds at the command line, as a job that the admin shows, too. Raises what `rebuild` raises."""
    job = IndexJob.objects.create(
        queue=QUEUE, kind=Action.REBUILD, status=Status.RUNNING, started_at=timezone.now()
    )
    with track(job) as report_progress:

        def both(done: int, total: int) -> None:
            report_progress(done, total)
            progress(done, total)

        report = rebuild(both)
        job.result = asdict(report)
    return report


def _explain(error: BaseException) -> str:
    """The message of our own errors, which say what to do; of others the name: the log has the rest."""
    if isinstance(error, RebuildRunning):
        return "A rebuild is under way already; wait until it ends."
    known = isinstance(error, EngineUnavailable | RebuildRefused)
    return str(error) if known else type(error).__name__


def _work(job: BackgroundRun, report_progress: ReportProgress) -> Mapping[str, Any]:
    return _WORK[job.kind](report_progress)


def _check(report: ReportProgress) -> dict[str, Any]:
    total = expected_documents()
    drift = compare(lambda compared: report(compared, max(total, compared)))
    counts = {name: len(getattr(drift, name)) for name in ("missing", "orphaned", "stale", "failed")}
    return {**counts, "compared": drift.compared, "current": drift.current}


def _sweep(report: ReportProgress) -> dict[str, Any]:
    return {"queued": sweep(thorough=True)}


def _rebuild(report: ReportProgress) -> dict[str, Any]:
    return asdict(rebuild(report))


_WORK: dict[str, Callable[[ReportProgress], dict[str, Any]]] = {
    Action.CHECK: _check,
    Action.SWEEP: _sweep,
    Action.REBUILD: _rebuild,
}

_EXPECTED = (EngineUnavailable, RebuildRefused, RebuildRunning)
register_queue(QUEUE, Queue(_work, _explain, _EXPECTED, RETENTION, IndexJob))
