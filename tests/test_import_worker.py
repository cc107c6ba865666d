"""Files that are too long for a request: a process that the worker starts does them, or dies at it."""

import fcntl
import io
import json
import os
import shutil
import signal
import uuid
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.management.commands import db_worker

from core import processes
from imports import runs, states
from imports.records import RecordFile
from imports.registry import importers
from imports.report import Report, write_refusals
from imports.states import Run, Step
from jobs.imports import JobImporter
from jobs.models import JobPage
from jobs.tests.partner import NOW, posting
from portal.management.commands import worker as worker_module

from .test_import_admin import SAMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _surroundings(site, tmp_path, settings, monkeypatch):
    """Every file is long; the task queue is the real one."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for name in ("TRIED_AT_ONCE", "IMPORTED_AT_ONCE"):
        monkeypatch.setattr(runs, name, 0)
    for module in (worker_module, db_worker):
        monkeypatch.setattr(module, "close_old_connections", lambda: None)
    with override_settings(DATA_DIR=tmp_path):
        yield


@pytest.fixture
def started(monkeypatch) -> list[list[str]]:
    """Commands that the worker started."""
    commands: list[list[str]] = []
    popen = SimpleNamespace(Popen=lambda line, **options: commands.append(line[2:]), DEVNULL=None)
    monkeypatch.setattr(processes, "subprocess", popen)
    return commands


@pytest.fixture
def run(editor) -> Run:
    """Uploaded; it waits for the worker."""
    file = SimpleUploadedFile("offres.jsonl", (SAMPLES / "offres-invalides.jsonl").read_bytes())
    return runs.create_run(file, user_id=editor.pk, kind="job", source="baie", language="fr")


def again(run: Run) -> Run | None:
    return states.find_run(uuid.UUID(run.id), run.user_id)


def work(run: Run) -> None:
    """What the started process does."""
    call_command("import_run", run.id, str(run.user_id))


def test_the_worker_starts_it_and_goes_on(run, started):
    worker_module.Command().run_tasks()
    assert started == [["import_run", run.id, str(run.user_id)]]
    assert again(run).step == Step.TRYING


def test_the_process_tries_the_file_then_imports_it(run):
    work(run)
    tried = again(run)
    assert (tried.step, tried.outcome["taken"], JobPage.objects.count()) == (Step.TRIED, 1, 0)
    runs.confirm(tried)
    work(run)
    assert (again(run).step, JobPage.objects.count()) == (Step.DONE, 1)


def test_what_is_over_stays_as_it_is(run):
    work(run)
    tried = again(run)
    work(run)
    assert again(run) == tried


def test_what_was_cancelled_before_it_began_is_gone(run):
    states.cancel(run)
    work(run)
    assert again(run) is None


def test_one_long_file_at_a_time(run, tmp_path, monkeypatch):
    def is_free() -> bool:
        with (tmp_path / "imports.lock").open() as other:
            try:
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    seen = []
    monkeypatch.setattr(runs, "_work_on", lambda run: seen.append(is_free()))
    work(run)
    assert (seen, is_free()) == ([False], True)


def test_whoever_waits_for_its_turn_says_so(run, tmp_path, monkeypatch):
    first = (tmp_path / "imports.lock").open("w")
    fcntl.flock(first, fcntl.LOCK_EX)

    def wait(seconds):
        assert again(run).seen_at > run.seen_at
        first.close()

    monkeypatch.setattr(runs.time, "sleep", wait)
    work(run)
    assert again(run).step == Step.TRIED


def tidy() -> None:
    """What the worker does each day about imports."""
    next(job for job in worker_module.Command().jobs() if job.name == "imports").run()


def folders(tmp_path) -> list[Path]:
    return list((tmp_path / "imports").iterdir())


def test_the_worker_removes_partners_files_after_a_week(run, tmp_path):
    with time_machine.travel(timezone.now() + timedelta(days=6), tick=True):
        tidy()
    assert again(run) == run
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=True):
        tidy()
    assert not folders(tmp_path)


def test_it_does_so_before_anything_was_ever_imported(tmp_path):
    tidy()
    assert not (tmp_path / "imports").exists()


@pytest.mark.parametrize("step", ["stat", "rename"])
def test_two_workers_may_tidy_at_once(run, tmp_path, monkeypatch, step):
    first = getattr(Path, step)

    def second(path, *args, **options):
        """The other one was there just before."""
        if path == run.folder:
            shutil.rmtree(path)
        return first(path, *args, **options)

    monkeypatch.setattr(Path, step, second)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=True):
        tidy()
    assert not folders(tmp_path)


# --- Killed at work, cancelled at work ------------------------------------------------------------------


@pytest.fixture
def importing(run) -> Run:
    """Tried and confirmed; it waits for the worker again."""
    work(run)
    tried = again(run)
    runs.confirm(tried)
    return tried


@pytest.fixture
def admin(editor, client_of):
    return client_of(editor)


def later():
    return time_machine.travel(timezone.now() + timedelta(seconds=states.SILENCE + 1), tick=True)


def page_of(run: Run) -> str:
    return reverse("portal_import_run", args=[run.id])


def test_what_was_killed_is_told_and_can_be_given_up(importing, admin, tmp_path):
    alive = admin.get(page_of(importing))
    assert alive["Refresh"] == "3" and 'name="cancel"' not in alive.content.decode()
    admin.post(page_of(importing), {"cancel": ""})
    assert again(importing) == importing
    with later():
        lost = admin.get(page_of(importing))
        assert "Refresh" not in lost
        assert "depuis deux minutes" in lost.content.decode()
        assert 'name="cancel"' in lost.content.decode()
        admin.post(page_of(importing), {"cancel": ""})
    assert again(importing) is None
    assert not folders(tmp_path)


def test_a_worker_that_comes_late_does_the_work(importing):
    with later():
        assert again(importing).is_lost
        work(importing)
        assert (again(importing).is_lost, again(importing).step) == (False, Step.DONE)


def test_it_gives_signs_of_life_while_it_closes_pages(monkeypatch):
    told = []

    def send(*references: str) -> None:
        content = "".join(json.dumps(posting(reference)) + "\n" for reference in references).encode()
        importer = JobImporter("baie", close_missing=True)
        records = RecordFile(io.BytesIO(content), importer.columns, importer.required_columns)
        importer.run(records, lambda *how_far: told.append(importer.report.closed))

    monkeypatch.setattr("imports.importer.BATCH", 1)
    with time_machine.travel(NOW, tick=True):
        send("A", "B", "C")
        send("A")
    assert told == [0, 0, 0, 0, 1, 2]


def test_when_the_portal_stops_the_page_says_so(importing, monkeypatch):
    monkeypatch.setattr(JobImporter, "run", lambda *args: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(SystemExit):
        work(importing)
    stopped = again(importing)
    assert stopped.step == Step.FAILED
    assert "Le portail a été arrêté" in stopped.problem


@pytest.mark.parametrize("when", ["before", "between", "at the end"])
def test_what_is_cancelled_at_work_ends_quietly(run, admin, tmp_path, monkeypatch, caplog, when):
    def cancel() -> None:
        admin.post(page_of(run), {"cancel": ""})

    def run_it(importer, file, tell):
        if when == "between":
            cancel()
            tell(1, 2, 1)
        return Report(dry_run=True)

    def written(path, refusals):
        cancel()
        write_refusals(path, refusals)

    monkeypatch.setattr(runs, "TELL_EVERY", -1.0)
    monkeypatch.setattr(JobImporter, "run", run_it)
    if when == "before":
        monkeypatch.setattr(runs, "importers", lambda: cancel() or importers())
    if when == "at the end":
        monkeypatch.setattr(runs, "write_refusals", written)
    work(run)
    assert not folders(tmp_path)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
