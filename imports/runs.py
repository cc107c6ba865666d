"""Imports by editors: an uploaded file that is tried first, then imported, by the request or, if it is long,
by a process that the worker starts (`manage.py import_run`), one at a time. Its state is in `states.py`.
"""

import fcntl
import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from core.processes import spawn_command
from search.drain import drain

from .lines import UnreadableError
from .records import RecordFile
from .registry import importers
from .report import Report, write_refusals
from .states import Run, Step, find_run, remove

logger = logging.getLogger("portal.imports")

SHOWN = 200  # refusals on the page; the file has them all
# Lines that a request may try, or import, of so many bytes at most: seconds. The worker does longer files.
TRIED_AT_ONCE, IMPORTED_AT_ONCE, BYTES_AT_ONCE = 1000, 100, 5 * 1024 * 1024
# Each refused line is remembered until the end.
MAX_LINES = 50_000
DRAIN_SECONDS = 3.0
TELL_EVERY = 1.0
TURN_PAUSE = 1.0  # seconds between two looks at whether a longer file is through


def create_run(upload: UploadedFile, **fields: Any) -> Run:
    """Keeps the file and reads enough of it to know that it can be read; `UnreadableError` otherwise."""
    run = Run(id=str(uuid.uuid4()), name=upload.name or "", **fields)
    run.folder.mkdir(parents=True, mode=0o700)
    try:
        with run.file.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        with run.file.open("rb") as file:
            importer = importers()[run.kind]
            run.lines = RecordFile(file, importer.columns, importer.required_columns).text.count
        if run.lines > MAX_LINES:
            raise UnreadableError(
                _("This file has more than %(most)s lines: send it in parts.") % {"most": localize(MAX_LINES)}
            )
    except BaseException:
        remove(run.folder)
        raise
    run.save()
    _work(run, at_once=_is_shorter(run, TRIED_AT_ONCE))
    return run


def confirm(run: Run) -> None:
    """Imports what was tried. Asked twice, it is done once."""
    try:
        (run.folder / "confirmed").touch(exist_ok=False)
    except (FileExistsError, FileNotFoundError):  # asked twice; cancelled meanwhile
        return
    run.step, run.progress = Step.IMPORTING, 0
    run.save()
    _work(run, at_once=_is_shorter(run, IMPORTED_AT_ONCE))


def _is_shorter(run: Run, lines: int) -> bool:
    """Short enough for a request, which may take so many lines."""
    return run.lines <= lines and run.file.stat().st_size <= BYTES_AT_ONCE


def _work(run: Run, *, at_once: bool) -> None:
    if at_once:
        work(run)
    else:
        work_later.enqueue(run.id, run.user_id)


@task()
def work_later(run_id: str, user_id: int) -> None:
    """In the worker: starts the process that does it, and does not wait for it."""
    spawn_command("import_run", run_id, user_id)


def work_in_turn(run_id: uuid.UUID, user_id: int) -> None:
    """One long file after the other: two at once might make the same page twice.

    A run that was cancelled meanwhile is gone; one that is over stays as it is.
    """
    run = find_run(run_id, user_id)
    if run and run.is_working:
        with override(run.language or None), _ended_by_cancelling(run), _turn(run):
            _work_on(run)


@contextmanager
def _turn(run: Run) -> Iterator[None]:
    """The system lets go of it when the process dies."""
    with (Path(settings.DATA_DIR) / "imports.lock").open("w") as lock:
        while not _took(lock):
            run.save()
            time.sleep(TURN_PAUSE)
        yield


def _took(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def work(run: Run) -> None:
    """Tries or imports the file, as the run's step says. Whatever happens, the run tells it."""
    with _ended_by_cancelling(run):
        _work_on(run)


@contextmanager
def _ended_by_cancelling(run: Run) -> Iterator[None]:
    """Somebody who cancels takes the folder away; there is nobody left to tell anything."""
    try:
        yield
    except FileNotFoundError:
        if run.folder.exists():
            raise
        logger.info("Import %s was cancelled at work", run.id)


def _work_on(run: Run) -> None:
    try:
        report = _import(run)
        write_refusals(run.refusals, report.refusals)
    except UnreadableError as error:
        run.fail(str(error))
    except Exception:
        if not run.folder.exists():
            raise
        logger.exception("Import %s failed", run.id)
        run.fail(_("Something went wrong. What was imported until then is kept; try again."))
    except BaseException:
        run.fail(
            _("The portal was stopped meanwhile. What was imported until then is kept; send the file again.")
        )
        run.save()
        raise
    else:
        run.outcome = _outcome(report)
        run.step = Step.TRIED if report.dry_run else Step.DONE
    run.save()


def _import(run: Run) -> Report:
    dry_run = run.step == Step.TRYING
    importer = importers()[run.kind](
        run.source,
        draft=run.draft,
        close_missing=run.close_missing,
        dry_run=dry_run,
        user=get_user_model().objects.get(pk=run.user_id),
    )
    told = time.monotonic()

    def tell(done: int, total: int, records: int) -> None:
        nonlocal told
        if time.monotonic() - told > TELL_EVERY:
            told = time.monotonic()
            run.progress = min(99, 100 * done // max(total, 1))
            run.save()

    with run.file.open("rb") as file:
        report = importer.run(RecordFile(file, importer.columns, importer.required_columns), tell)
    if not dry_run:
        until = time.monotonic() + DRAIN_SECONDS
        drain(go_on=lambda: time.monotonic() < until)
    return report


def _outcome(report: Report) -> dict[str, Any]:
    """What the page shows of a report, as JSON can hold it."""
    return {
        "headline": report.headline(),
        "taken": report.taken,
        "refused": report.refused,
        "closed": report.closed,
        "counts": report.counts(),
        "refusals": [asdict(refusal) for refusal in report.refusals[:SHOWN]],
        "more": max(0, len(report.refusals) - SHOWN),
        "left_out": report.left_out_texts(20),
        "not_closed": report.not_closed,
    }
