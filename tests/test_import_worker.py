"""Files that are too long for a request: a process that maintenance starts does them, or dies at it."""

import io
import json
import os
import signal
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from core import background, processes
from core.background import claim_next, delete_run, execute, purge, start_waiting
from core.models import STALE_AFTER, BackgroundRun, private_storage
from imports import runs
from imports.models import ImportRun
from imports.record_file import RecordFile
from imports.registry import importers
from imports.report import Report, refusals_csv
from jobs.imports import JobImporter
from jobs.models import JobPage
from jobs.tests.partner import NOW, posting

from .test_import_admin import SAMPLES

pytestmark = pytest.mark.django_db

Kind, Status = ImportRun.Kind, ImportRun.Status


@pytest.fixture(autouse=True)
def _surroundings(site, monkeypatch):
    """Every file is long."""
    for name in ("TRIED_AT_ONCE", "IMPORTED_AT_ONCE"):
        monkeypatch.setattr(runs, name, 0)


@pytest.fixture
def started(monkeypatch) -> list[list[str]]:
    """Commands that maintenance started."""
    commands: list[list[str]] = []
    popen = SimpleNamespace(Popen=lambda line, **options: commands.append(line[2:]), DEVNULL=None)
    monkeypatch.setattr(processes, "subprocess", popen)
    return commands


def uploaded(user) -> ImportRun:
    file = SimpleUploadedFile("offres.jsonl", (SAMPLES / "offres-invalides.jsonl").read_bytes())
    parameters = {"importer": "job", "source": "baie", "draft": False, "close_missing": False}
    return runs.create_run(file, user=user, language="fr", **parameters)


@pytest.fixture
def run(editor) -> ImportRun:
    """It waits for its turn."""
    return uploaded(editor)


def again(run: ImportRun) -> ImportRun | None:
    return runs.find_run(run.pk, run.user)


def step(run: ImportRun) -> tuple[str, str]:
    found = again(run)
    return found.kind, found.status


def work(run: ImportRun) -> None:
    """What the started process does."""
    call_command("background_run", str(run.pk))


def files(run: ImportRun) -> list[str]:
    """Those of a run that are still there."""
    folder = run.input_file.field.upload_to
    return [name for name in private_storage().listdir(folder)[1] if name.startswith(str(run.pk))]


def test_maintenance_starts_it_and_goes_on(run, started):
    start_waiting()
    start_waiting()
    assert started == [["background_run", str(run.pk)]]
    assert step(run) == (Kind.TRY, Status.RUNNING)


def test_the_process_tries_the_file_then_imports_it(run):
    work(run)
    tried = again(run)
    assert tried.is_tried and (tried.result["taken"], JobPage.objects.count()) == (1, 0)
    runs.confirm(tried)
    runs.confirm(tried)
    work(run)
    assert step(run) == (Kind.IMPORT, Status.DONE)
    assert JobPage.objects.count() == 1


def test_what_is_over_stays_as_it_is(run):
    work(run)
    ended = again(run).ended_at
    work(run)
    assert again(run).ended_at == ended


def test_what_was_cancelled_before_it_began_is_gone(run):
    delete_run(run)
    execute(run)
    assert again(run) is None


def test_one_long_file_at_a_time(run, editor, started):
    second = uploaded(editor)
    assert claim_next("import").pk == run.pk
    assert claim_next("import") is None
    work(run)
    assert claim_next("import").pk == second.pk


def test_an_import_and_a_rebuild_do_not_wait_for_each_other(run, started):
    rebuild = BackgroundRun.objects.create(queue="index", kind="rebuild")
    start_waiting()
    assert {line[1] for line in started} == {str(run.pk), str(rebuild.pk)}


def test_whoever_waits_for_its_turn_shows_signs_of_life(run, editor):
    second = uploaded(editor)
    claim_next("import")
    soon = timezone.now() + timedelta(seconds=60)
    with time_machine.travel(soon, tick=True):
        BackgroundRun.objects.filter(pk=run.pk).update(heartbeat_at=soon)  # it works
        assert claim_next("import") is None
        assert again(second).heartbeat_at >= soon


def test_what_was_killed_does_not_hold_the_next(run, editor):
    second = uploaded(editor)
    claim_next("import")
    with later():
        assert claim_next("import").pk == second.pk


def test_partners_files_are_removed_after_a_week(run, django_capture_on_commit_callbacks):
    with time_machine.travel(timezone.now() + timedelta(days=6), tick=True):
        purge()
    assert again(run) == run and files(run)
    travel = time_machine.travel(timezone.now() + timedelta(days=8), tick=True)
    with travel, django_capture_on_commit_callbacks(execute=True):
        purge()
    assert again(run) is None and not files(run)


# --- Killed at work, cancelled at work ------------------------------------------------------------------


@pytest.fixture
def importing(run) -> ImportRun:
    """Tried and confirmed; it waits for its turn again."""
    work(run)
    tried = again(run)
    runs.confirm(tried)
    return tried


@pytest.fixture
def admin(editor, client_of):
    return client_of(editor)


def later():
    return time_machine.travel(timezone.now() + STALE_AFTER + timedelta(seconds=1), tick=True)


def page_of(run: ImportRun) -> str:
    return reverse("portal_import_run", args=[run.pk])


def test_what_was_killed_is_told_and_can_be_given_up(importing, admin, django_capture_on_commit_callbacks):
    alive = admin.get(page_of(importing))
    assert alive["Refresh"] == "3" and 'name="cancel"' not in alive.content.decode()
    admin.post(page_of(importing), {"cancel": ""})
    assert again(importing) == importing
    with later(), django_capture_on_commit_callbacks(execute=True):
        lost = admin.get(page_of(importing))
        assert "Refresh" not in lost
        assert "depuis deux minutes" in lost.content.decode()
        assert 'name="cancel"' in lost.content.decode()
        admin.post(page_of(importing), {"cancel": ""})
    assert again(importing) is None
    assert not files(importing)


def test_a_worker_that_comes_late_does_the_work(importing):
    with later():
        assert again(importing).is_lost
        work(importing)
        assert (again(importing).is_lost, step(importing)) == (False, (Kind.IMPORT, Status.DONE))


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
    assert stopped.status == Status.FAILED
    assert "Le portail a été arrêté" in stopped.problem


@pytest.mark.parametrize("when", ["before", "between", "at the end"])
def test_what_is_cancelled_at_work_ends_quietly(
    run, admin, monkeypatch, caplog, when, django_capture_on_commit_callbacks
):
    def cancel() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            admin.post(page_of(run), {"cancel": ""})

    def run_it(importer, file, report_progress):
        if when == "between":
            cancel()
            report_progress(1, 2, 1)
        return Report(dry_run=True)

    def written(refusals):
        cancel()
        return refusals_csv(refusals)

    monkeypatch.setattr(background, "PROGRESS_EVERY", -1.0)
    monkeypatch.setattr(JobImporter, "run", run_it)
    if when == "before":
        monkeypatch.setattr(runs, "importers", lambda: cancel() or importers())
    if when == "at the end":
        monkeypatch.setattr(runs, "refusals_csv", written)
    work(run)
    assert again(run) is None and not files(run)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
