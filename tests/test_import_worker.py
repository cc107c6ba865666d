"""Files that are too long for a request: a process that the worker starts tries and imports them."""

import fcntl
import shutil
import uuid
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.management.commands import db_worker

from home.imports import runs
from home.imports.runs import Run, Step
from jobs.models import JobPage
from portal.management.commands import worker as worker_module
from search import processes

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
    return runs.find_run(uuid.UUID(run.id), run.user_id)


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
    runs.cancel(run)
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
    monkeypatch.setattr(runs, "work", lambda run: seen.append(is_free()))
    work(run)
    assert (seen, is_free()) == ([False], True)


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
