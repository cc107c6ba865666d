"""manage.py maintenance: what happens at a time, and what follows changes.

A table of jobs in one thread. Several processes may run at once, on several hosts: each job takes its work so
that nothing is done twice, or can be repeated without harm. Mail is not here: `manage.py db_worker` sends it.
"""

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, connections
from django.utils import timezone

from alerts import mails as alerts
from briefing import issues
from briefing import mails as briefs
from community.notifications.reminders import remind_to_accept
from core import background, content
from core.models import Heartbeat
from core.polling import has_rows
from notifications import sending, telling
from notifications.models import Event
from portal import limits
from portal.start_errors import explain
from search.engines.base import EngineUnavailable
from search.index import jobs as index_jobs
from search.index.drain import drain
from search.index.drift import enqueue_time_based_changes, sweep
from search.models import OutboxRow
from search.results import analytics

logger = logging.getLogger("portal.maintenance")

MINUTE, HOUR, DAY = 60, 3600, 86_400
DRAIN_SECONDS = 10.0  # then the other jobs have their turn
ENGINE_PAUSES = (1.0, 60.0)  # seconds before an engine that was down is asked again: doubled up to the second
FAILURE_PAUSE = 10.0  # seconds that a job rests after it failed
MAIL_TURN = timedelta(seconds=60)  # then the other jobs have their turn
POLL = 0.25  # seconds between two looks at what waits to be indexed


def _soon() -> datetime:
    """When a job that mails many people gives way to the others; the rest waits for its next turn."""
    return timezone.now() + MAIL_TURN


@dataclass(slots=True)
class Job:
    """Runs once in each slot of `every` seconds of the clock: 60 means on the minute."""

    name: str
    every: float
    run: Callable[[], object]
    slot: int = -1
    rests_until: float = 0.0  # on the monotonic clock

    def is_due(self, now: float) -> bool:
        return int(now // self.every) != self.slot and time.monotonic() >= self.rests_until

    def seconds_left(self, now: float) -> float:
        """Until it is due; negative when it is."""
        return max((self.slot + 1) * self.every - now, self.rests_until - time.monotonic())


class Command(BaseCommand):
    help = "Publishes on schedule, keeps the index up to date, starts long jobs, purges. Ends on SIGTERM."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stopping = threading.Event()
        self.engine_pause = 0.0  # seconds; 0: the engine answered
        self.engine_rests_until = 0.0  # on the monotonic clock

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every job once, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        before = {number: signal.signal(number, self.stop) for number in (signal.SIGTERM, signal.SIGINT)}
        logger.info("Maintenance starts")
        try:
            failed = self.run_due() if once else self.loop()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        logger.info("Maintenance ends")
        if failed:
            sys.exit(1)

    def stop(self, *_: object) -> None:
        """Finishes the job at hand (one batch of the drain), then ends."""
        self.stopping.set()

    def loop(self) -> int:
        jobs = self.jobs()
        while not self.stopping.is_set():
            self.run_due(jobs)
            now = time.time()
            self.stopping.wait(max(0.01, min(POLL, *(job.seconds_left(now) for job in jobs))))
        return 0

    def jobs(self) -> list[Job]:
        return [
            Job("heartbeat", 20, lambda: Heartbeat.beat("maintenance")),
            Job("publish", MINUTE, lambda: call_command("publish_scheduled")),
            Job("index", 15, index_jobs.self_heal),
            Job("runs", 1, background.start_waiting),
            Job("drain", POLL, self.drain),
            Job("notifications", 1, self.tell),
            Job("mails", 5, sending.hand_over),
            Job("sweep", 5 * MINUTE, self.sweep),
            Job("time", 5 * MINUTE, enqueue_time_based_changes),
            Job("compare", DAY, lambda: self.sweep(thorough=True)),
            Job("content", MINUTE, content.forget_changes),
            Job("limits", DAY, limits.forget_over),
            Job("sessions", DAY, lambda: call_command("clearsessions")),
            Job("alerts", 10 * MINUTE, lambda: alerts.send_due(until=_soon())),
            Job("briefs", 10 * MINUTE, lambda: briefs.send_due(until=_soon())),
            Job("old briefs", DAY, issues.purge),
            Job("queries", DAY, analytics.purge),
            Job("reminders", DAY, remind_to_accept),
            Job("old notifications", DAY, telling.purge),
            Job("old runs", DAY, background.purge),
            Job("results", DAY, lambda: call_command("prune_db_task_results", verbosity=0)),
        ]

    def run_due(self, jobs: list[Job] | None = None) -> int:
        """Runs the jobs that are due; one that fails is logged and does not keep the others from running."""
        failed = 0
        for job in jobs if jobs is not None else self.jobs():
            now = time.time()
            if self.stopping.is_set():
                break
            if not job.is_due(now):
                continue
            job.slot = int(now // job.every)
            try:
                if job.every > POLL:  # with PostgreSQL it costs as much as the look itself
                    close_old_connections()
                job.run()
            except Exception as error:
                failed += 1
                job.rests_until = time.monotonic() + FAILURE_PAUSE
                if sentence := explain(error):
                    logger.error("Job %s waits. %s", job.name, sentence)
                else:
                    logger.exception("Job %s failed; it is tried again later", job.name)
                connections.close_all()
        return failed

    def drain(self) -> None:
        if time.monotonic() < self.engine_rests_until or not has_rows(OutboxRow, "NOT done"):
            return
        until = time.monotonic() + DRAIN_SECONDS
        report = drain(go_on=lambda: time.monotonic() < until and not self.stopping.is_set())
        first, longest = ENGINE_PAUSES
        self.engine_pause = min(self.engine_pause * 2 or first, longest) if report.unavailable else 0.0
        self.engine_rests_until = time.monotonic() + self.engine_pause

    def tell(self) -> None:
        if has_rows(Event, "told_at IS NULL"):
            telling.tell_waiting()

    def sweep(self, *, thorough: bool = False) -> None:
        try:
            queued = sweep(thorough=thorough)
        except EngineUnavailable as error:
            logger.warning("The sweep waits: the search engine is unavailable: %s", error)
        else:
            if queued:
                logger.warning("The index lacked or kept %s objects; they are being written again", queued)
