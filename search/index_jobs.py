"""Checks, sweeps and rebuilds that people ask for in the admin, or at the command line: asked, done, told.

The worker starts each in a process of its own: a rebuild may take minutes, and mail, scheduled publishing and
the drain do not wait for it. All that is known is in the job's row: a page may follow it from any host.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from core.processes import spawn_command

from .drift import compare, sweep
from .engines.base import EngineUnavailable, RebuildRunning
from .models import IndexJob
from .rebuild import RebuildRefused, RebuildReport, expected_documents, is_due, rebuild
from .state import locked

logger = logging.getLogger("search.index_jobs")

Action, State = IndexJob.Action, IndexJob.State
Tell = Callable[[int, int], None]  # objects done, objects in all

TELL_EVERY = 1.0  # seconds
# A job that is silent for that long was killed; another may be asked for.
SILENCE = timedelta(minutes=2)
# A job that nobody took for that long will not be taken any more.
PATIENCE = timedelta(hours=1)
KEPT = timedelta(days=90)
HEAL_EVERY = timedelta(hours=1)


def ask(action: str, user: AbstractBaseUser | AnonymousUser) -> IndexJob:
    """Has the worker do it. One at a time: while one is under way, that one is returned."""
    if not user.has_perm("search.add_indexjob"):  # type: ignore[union-attr]
        raise PermissionDenied
    with transaction.atomic():
        locked()  # two clicks, one after the other
        job = current()
        if job is None:
            job = IndexJob.objects.create(action=Action(action), asked_by_id=user.pk)
            transaction.on_commit(partial(work_later.enqueue, job.pk))
    return job


def heal() -> IndexJob | None:
    """Has an index made where there is none that this version can use; None when there is nothing to do.

    An engine that does not answer is left alone: its index may be whole. Once in `HEAL_EVERY`: what did not
    help, or what another version of the portal undid, is not done again and again.
    """
    now = timezone.now()
    # Not what a wrong clock dated ahead: it would hold this back until then.
    lately = IndexJob.objects.filter(action=Action.REBUILD, asked_at__range=(now - HEAL_EVERY, now))
    try:
        if not is_due() or current() or lately.exists():
            return None
    except EngineUnavailable:
        return None
    logger.warning("There is no search index that this version of the portal can use: one is being made")
    job = IndexJob.objects.create(action=Action.REBUILD)
    work_later.enqueue(job.pk)
    return job


def current() -> IndexJob | None:
    """What waits or is under way."""
    job = IndexJob.objects.filter(state__in=(State.WAITING, State.RUNNING)).order_by("-pk").first()
    return job if job and not is_lost(job) else None


def is_lost(job: IndexJob) -> bool:
    """Nobody took it, or whoever did was killed."""
    now = timezone.now()
    if job.state == State.WAITING:
        return job.asked_at < now - PATIENCE
    return job.state == State.RUNNING and (job.seen_at or job.asked_at) < now - SILENCE


def last(action: str) -> IndexJob | None:
    """The last one that came to its end."""
    done = IndexJob.objects.filter(action=action, state=State.DONE)
    return done.select_related("asked_by").order_by("-ended_at").first()


@task()
def work_later(job_pk: int) -> None:
    """In the worker: starts the job and does not wait for it."""
    spawn_command("search_job", job_pk)


def run(job: IndexJob) -> None:
    """Does what was asked for; whatever happens, the job's row tells it. Asked twice, it is done once."""
    now = timezone.now()
    waiting = IndexJob.objects.filter(pk=job.pk, state=State.WAITING)
    if not waiting.update(state=State.RUNNING, started_at=now, seen_at=now):
        return
    job.refresh_from_db()
    try:
        with _told(job) as tell:
            job.outcome = _WORK[Action(job.action)](tell)
    except (EngineUnavailable, RebuildRefused, RebuildRunning):
        logger.warning("%s failed: %s", job, job.problem)


def rebuild_by_hand(progress: Tell = lambda done, total: None) -> RebuildReport:
    """A rebuild at the command line, which the admin shows as well. Raises what `rebuild` raises."""
    now = timezone.now()
    job = IndexJob.objects.create(action=Action.REBUILD, state=State.RUNNING, started_at=now, seen_at=now)
    with _told(job) as tell:

        def both(done: int, total: int) -> None:
            tell(done, total)
            progress(done, total)

        report = rebuild(both)
        job.outcome = asdict(report)
    return report


def forget_old() -> None:
    IndexJob.objects.filter(asked_at__lt=timezone.now() - KEPT).delete()


@contextmanager
def _told(job: IndexJob) -> Iterator[Tell]:
    """Keeps the row of a job up to date while it runs, and says how it ended."""
    told = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            IndexJob.objects.filter(pk=job.pk).update(done=done, total=total, seen_at=timezone.now())

    try:
        yield tell
    except BaseException as error:
        job.state, job.problem = State.FAILED, _problem(error)
        raise
    else:
        job.state = State.DONE
    finally:
        job.ended_at = job.seen_at = timezone.now()
        job.save(update_fields=["state", "problem", "outcome", "ended_at", "seen_at"])


def _problem(error: BaseException) -> str:
    """Our own errors say what happened and what to do; of others the name is enough, the log has the rest."""
    if isinstance(error, RebuildRunning):
        return "A rebuild is under way already; wait until it ends."
    known = isinstance(error, EngineUnavailable | RebuildRefused)
    return str(error) if known else type(error).__name__


def _check(tell: Tell) -> dict[str, Any]:
    total = expected_documents()
    drift = compare(lambda compared: tell(compared, max(total, compared)))
    found = {name: len(getattr(drift, name)) for name in ("missing", "surplus", "differing", "broken")}
    return {**found, "compared": drift.compared, "current": drift.current}


def _sweep(tell: Tell) -> dict[str, Any]:
    return {"queued": sweep(thorough=True)}


def _rebuild(tell: Tell) -> dict[str, Any]:
    return asdict(rebuild(tell))


_WORK: dict[str, Callable[[Tell], dict[str, Any]]] = {
    Action.CHECK: _check,
    Action.SWEEP: _sweep,
    Action.REBUILD: _rebuild,
}
