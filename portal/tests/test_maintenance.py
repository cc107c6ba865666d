"""What must not wait on a request: mail (task worker), scheduled publishing and the index (maintenance)."""

import os
import signal
import threading
import time
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from core.models import Heartbeat
from core.polling import has_rows
from portal.mail import PAUSES
from portal.management.commands import maintenance
from portal.management.commands.maintenance import Command, Job
from search.engines.base import EngineUnavailable
from search.index.drain import DrainReport
from search.index.outbox import changed, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queue(settings, monkeypatch):
    """The real task queue, whose mail ends in Django's test outbox, on the test's own connection."""
    for module in (maintenance, db_worker):
        monkeypatch.setattr(module, "close_old_connections", lambda: None)
    monkeypatch.setattr(maintenance.connections, "close_all", lambda: None)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.EMAIL_BACKEND = "portal.mail.QueuedEmailBackend"
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(db_worker.Worker, "configure_signals", lambda worker: None)


@pytest.fixture
def quiet(monkeypatch):
    """No search engine in these tests: what would be asked of it is noted."""
    asked = []
    monkeypatch.setattr(maintenance, "has_rows", lambda model, condition: True)
    monkeypatch.setattr(maintenance, "drain", lambda **kwargs: asked.append("drain") or DrainReport())
    monkeypatch.setattr(maintenance, "sweep", lambda **kwargs: asked.append("sweep") or 0)
    monkeypatch.setattr(maintenance.index_jobs, "self_heal", lambda: asked.append("heal"))
    return asked


def work() -> None:
    """What the task worker does until its queue is empty."""
    call_command(
        "db_worker", "--queue-name", "*", "--batch", "--no-startup-delay", "--no-reload", verbosity=0
    )


def run_once() -> int:
    try:
        call_command("maintenance", "--once")
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_queued_mail_is_sent(mailoutbox):
    EmailMessage("Bonjour", "Texte", to=["infirmier@pairs.example"]).send()
    assert mailoutbox == []
    work()
    assert [message.subject for message in mailoutbox] == ["Bonjour"]


class Unwell:
    """A mail backend that fails as it is told."""

    error: Exception = ConnectionRefusedError()

    def __init__(self, **options):
        pass

    def send_messages(self, messages):
        raise self.error


UNWELL = f"{Unwell.__module__}.Unwell"


def test_mail_waits_for_a_mail_server_that_is_down(mailoutbox, settings, time_machine):
    time_machine.move_to(timezone.now())
    delivery, settings.MAIL_DELIVERY_BACKEND = settings.MAIL_DELIVERY_BACKEND, UNWELL
    EmailMessage("Bonjour", "Texte", to=["infirmier@pairs.example"]).send()
    for minutes in (0, 2, 6):
        time_machine.shift(timedelta(minutes=minutes))
        work()
        work()  # not before its time
    settings.MAIL_DELIVERY_BACKEND = delivery
    work()
    assert mailoutbox == []
    time_machine.shift(timedelta(minutes=16))
    work()
    assert [message.subject for message in mailoutbox] == ["Bonjour"]


@pytest.mark.parametrize(
    "error",
    [SMTPResponseException(550, b"no such user"), SMTPRecipientsRefused({"x@y.example": (550, b"unknown")})],
)
def test_mail_that_is_refused_for_good_is_not_sent_again(settings, monkeypatch, error):
    monkeypatch.setattr(Unwell, "error", error)
    settings.MAIL_DELIVERY_BACKEND = UNWELL
    EmailMessage("Bonjour", "Texte", to=["infirmier@pairs.example"]).send()
    work()
    assert [result.status for result in DBTaskResult.objects.all()] == ["FAILED"]


def test_mail_is_given_up_in_the_end(settings, time_machine):
    time_machine.move_to(timezone.now())
    settings.MAIL_DELIVERY_BACKEND = UNWELL
    EmailMessage("Bonjour", "Texte", to=["infirmier@pairs.example"]).send()
    for _ in range(len(PAUSES) + 2):
        work()
        time_machine.shift(timedelta(days=1))
    statuses = DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True)
    assert list(statuses) == ["SUCCESSFUL"] * len(PAUSES) + ["FAILED"]


def test_mail_and_maintenance_do_not_wait_for_each_other(quiet, mailoutbox):
    EmailMessage("Bonjour", "Texte", to=["infirmier@pairs.example"]).send()
    assert run_once() == 0
    assert mailoutbox == []
    assert "drain" in quiet


def test_a_failed_task_does_not_stop_the_next(mailoutbox):
    for subject in ("One", "Two"):
        EmailMessage(subject, "Texte", to=["infirmier@pairs.example"]).send()
    DBTaskResult.objects.filter(pk=DBTaskResult.objects.earliest("enqueued_at").pk).update(
        task_path="no.such.task"
    )
    work()
    assert len(mailoutbox) == 1


def test_pages_are_published_on_schedule(quiet):
    page = Page.objects.get(depth=1).add_child(
        instance=Page(
            title="Soon", slug="soon", live=False, go_live_at=timezone.now() + timedelta(seconds=3600)
        )
    )
    page.save_revision().publish()
    revision = page.latest_revision
    revision.content["go_live_at"] = (timezone.now() - timedelta(seconds=1)).isoformat()
    revision.approved_go_live_at = timezone.now() - timedelta(seconds=1)
    revision.save()
    assert run_once() == 0
    page.refresh_from_db()
    assert page.live


def test_the_index_is_drained_and_swept(quiet):
    assert run_once() == 0
    assert quiet == ["heal", "drain", "sweep", "sweep"]


def test_it_says_that_it_is_alive(quiet):
    assert not Heartbeat.is_alive("maintenance")
    run_once()
    assert Heartbeat.is_alive("maintenance")


def test_a_dead_engine_fails_nothing(monkeypatch):
    def dead(**kwargs):
        raise EngineUnavailable("refused")

    monkeypatch.setattr(maintenance, "sweep", dead)
    monkeypatch.setattr(maintenance.index_jobs, "is_due", dead)
    monkeypatch.setattr(maintenance, "drain", lambda **kwargs: DrainReport(unavailable="refused"))
    changed("note", 1)
    assert run_once() == 0
    assert waiting().rows == 1


def test_a_dead_engine_is_left_alone_for_longer_and_longer(monkeypatch):
    says = ["refused"] * 9 + ["", "refused"]
    now = [0.0]
    monkeypatch.setattr(maintenance, "has_rows", lambda model, condition: True)
    monkeypatch.setattr(maintenance.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(maintenance, "drain", lambda **kwargs: DrainReport(unavailable=says.pop(0)))
    command, pauses = Command(), []
    while says:
        command.drain()
        pauses.append(command.engine_rests_until - now[0])
        waiting_drains = len(says)
        if pauses[-1]:
            now[0] = command.engine_rests_until - 0.1
            command.drain()
        assert len(says) == waiting_drains
        now[0] = command.engine_rests_until
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60, 0, 1]


def test_a_database_error_is_logged_and_the_other_jobs_run(quiet, monkeypatch):
    def broken(**kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(maintenance, "drain", broken)
    assert run_once() == 1
    assert quiet == ["heal", "sweep", "sweep"]


def test_while_nothing_waits_the_engine_is_left_alone(quiet, monkeypatch):
    monkeypatch.setattr(maintenance, "has_rows", has_rows)
    command = Command()
    command.drain()
    assert quiet == []
    changed("note", 1)
    command.drain()
    assert quiet == ["drain"]


def test_a_database_that_is_gone_is_told_in_one_line_a_job(quiet, monkeypatch, caplog):
    def gone(**kwargs):
        raise OperationalError("connection refused\n\tIs the server running?")

    caplog.set_level("INFO", "portal.maintenance")
    monkeypatch.setattr(maintenance, "drain", gone)
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    assert run_once() == 1
    told = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.exc_info for record in told] == [None]
    assert "The database cannot be reached (DATABASE_URL): connection refused" in told[0].getMessage()
    assert "Is the server" not in caplog.text


def test_it_sleeps_until_a_job_is_due():
    job = Job("publish", 60, lambda: None)
    job.slot = 2
    assert job.seconds_left(170.0) == 10.0
    job.rests_until = time.monotonic() + 30
    assert job.seconds_left(190.0) == pytest.approx(30, abs=1)


def test_a_job_runs_once_in_each_slot_of_the_clock():
    job = Job("publish", 60, lambda: None)
    assert job.is_due(120.0)
    job.slot = 2
    assert not job.is_due(179.9)
    assert job.is_due(180.0)
    assert job.is_due(60.0)  # the clock was set back: rather once more than not at all


def test_it_ends_cleanly_on_sigterm(quiet, monkeypatch):
    ended = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    ended.start()
    call_command("maintenance")
    assert "drain" in quiet
    assert signal.getsignal(signal.SIGTERM) is before
