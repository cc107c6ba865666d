"""Imports by editors: an uploaded file that is tried first, then imported, by the request or, if it is long,
by a process that the worker starts (`manage.py import_run`), one at a time.

Each has a folder in `DATA_DIR/imports`: the file, its state as JSON, the refusals as CSV. It holds what the
partner sent, contacts included: the worker removes it after a week.
"""

import fcntl
import json
import logging
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from search.drain import drain
from search.processes import start

from .lines import UnreadableError
from .records import RecordFile
from .registry import importers
from .report import Report, write_refusals

logger = logging.getLogger("portal.imports")

KEPT = 7 * 86_400  # seconds
SHOWN = 200  # refusals on the page; the file has them all
# Lines that a request may try, or import, of so many bytes at most: seconds. The worker does longer files.
TRIED_AT_ONCE, IMPORTED_AT_ONCE, BYTES_AT_ONCE = 1000, 100, 5 * 1024 * 1024
# Each refused line is remembered until the end.
MAX_LINES = 50_000
DRAIN_SECONDS = 3.0
TELL_EVERY = 1.0


class Step:
    """Where a run is; « trying » and « importing » are written before the work of them begins."""

    TRYING, TRIED, IMPORTING, DONE, FAILED = "trying", "tried", "importing", "done", "failed"


@dataclass(slots=True)
class Run:
    id: str
    user_id: int
    kind: str
    name: str  # of the uploaded file
    source: str
    draft: bool = False
    close_missing: bool = False
    lines: int = 0
    step: str = Step.TRYING
    progress: int = 0  # per cent
    problem: str = ""  # why it failed
    language: str = ""
    outcome: dict[str, Any] = field(default_factory=dict)  # see `_outcome`

    @property
    def folder(self) -> Path:
        return _root() / self.id

    @property
    def file(self) -> Path:
        return self.folder / "file"

    @property
    def refusals(self) -> Path:
        return self.folder / "refusals.csv"

    @property
    def is_working(self) -> bool:
        return self.step in (Step.TRYING, Step.IMPORTING)

    def is_shorter_than(self, lines: int) -> bool:
        """Short enough for a request, which may take so many lines."""
        return self.lines <= lines and self.file.stat().st_size <= BYTES_AT_ONCE

    def save(self) -> None:
        """Replaces the state in one move: a page that reads it meanwhile sees the one or the other."""
        draft = self.folder / f"state.{uuid.uuid4().hex}"
        draft.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        draft.replace(self.folder / "state.json")


def _root() -> Path:
    return Path(settings.DATA_DIR) / "imports"


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
        shutil.rmtree(run.folder, ignore_errors=True)
        raise
    run.save()
    _work(run, at_once=run.is_shorter_than(TRIED_AT_ONCE))
    return run


def find_run(run_id: uuid.UUID, user_id: int) -> Run | None:
    """Only one's own."""
    try:
        state = json.loads((_root() / str(run_id) / "state.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    run = Run(**state)
    return run if run.user_id == user_id else None


def confirm(run: Run) -> None:
    """Imports what was tried. Asked twice, it is done once."""
    try:
        (run.folder / "confirmed").touch(exist_ok=False)
    except FileExistsError:
        return
    run.step, run.progress = Step.IMPORTING, 0
    run.save()
    _work(run, at_once=run.is_shorter_than(IMPORTED_AT_ONCE))


def cancel(run: Run) -> None:
    _remove(run.folder)


def forget_old() -> None:
    """Removes what nothing happened to for `KEPT` seconds."""
    limit = time.time() - KEPT
    for folder in _root().glob("*"):
        with suppress(FileNotFoundError):  # somebody else tidies too
            if folder.stat().st_mtime < limit:
                _remove(folder)


def _remove(folder: Path) -> None:
    """Out of the way in one move: whoever works in it finds it gone, and puts nothing back."""
    gone = folder.with_name(f"removed.{uuid.uuid4().hex}")
    with suppress(FileNotFoundError):
        folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _work(run: Run, *, at_once: bool) -> None:
    if at_once:
        work(run)
    else:
        work_later.enqueue(run.id, run.user_id)


@task()
def work_later(run_id: str, user_id: int) -> None:
    """In the worker: starts the process that does it, and does not wait for it."""
    start("import_run", run_id, user_id)


def work_in_turn(run_id: uuid.UUID, user_id: int) -> None:
    """One long file after the other: two at once might make the same page twice.

    A run that was cancelled meanwhile is gone; one that is over stays as it is.
    """
    with _turn():
        run = find_run(run_id, user_id)
        if run and run.is_working:
            with override(run.language or None):
                work(run)


@contextmanager
def _turn() -> Iterator[None]:
    """The system lets go of it when the process dies."""
    with (Path(settings.DATA_DIR) / "imports.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def work(run: Run) -> None:
    """Tries or imports the file, as the run's step says. Whatever happens, the run tells it."""
    try:
        report = _import(run)
    except UnreadableError as error:
        run.step, run.problem = Step.FAILED, str(error)
    except Exception:
        logger.exception("Import %s failed", run.id)
        run.step = Step.FAILED
        run.problem = _("Something went wrong. What was imported until then is kept; try again.")
    else:
        run.outcome = _outcome(report)
        write_refusals(run.refusals, report.refusals)
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
