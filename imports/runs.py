"""Imports by editors: an uploaded file that is tried first, then imported.

A short file is read in the request; a long one waits for its turn (`core.background`), one at a time: two at
once might make the same page twice.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from core.background import Queue, ReportProgress, delete_run, execute, register_queue
from search.index.drain import drain

from .lines import UnreadableError
from .models import QUEUE, ImportRun
from .record_file import RecordFile
from .registry import importers
from .report import Report, refusals_csv

SHOWN = 200  # refusals on the page; the file has them all
# Lines that a request may try, or import, of so many bytes at most: seconds. Longer files wait their turn.
TRIED_AT_ONCE, IMPORTED_AT_ONCE, BYTES_AT_ONCE = 1000, 100, 5 * 1024 * 1024
# Each refused line is remembered until the end.
MAX_LINES = 50_000
DRAIN_SECONDS = 3.0
# The file holds what the partner sent, contacts included.
RETENTION = timedelta(days=7)

Kind, Status = ImportRun.Kind, ImportRun.Status


def create_run(
    upload: UploadedFile, *, user: AbstractBaseUser, language: str, **parameters: Any
) -> ImportRun:
    """Stores the file and tries it, or leaves that to the queue. `UnreadableError`: it cannot be read.

    `parameters`: `importer` (its kind), `source`, `draft`, `close_missing`.
    """
    importer = importers()[parameters["importer"]]
    lines = RecordFile(upload, importer.columns, importer.required_columns).count
    if lines > MAX_LINES:
        raise UnreadableError(
            _("This file has more than %(most)s lines: send it in parts.") % {"most": localize(MAX_LINES)}
        )
    run = ImportRun(queue=QUEUE, kind=Kind.TRY, user_id=user.pk, language=language)
    run.parameters = parameters | {"filename": upload.name or "", "lines": lines}
    upload.seek(0)
    run.input_file.save(f"{run.pk}.data", upload)
    _execute_if_short(run, TRIED_AT_ONCE)
    return run


def confirm(run: ImportRun) -> None:
    """Imports what was tried. Called twice, it is done once."""
    tried = ImportRun.objects.filter(pk=run.pk, kind=Kind.TRY, status=Status.DONE)
    if tried.update(
        kind=Kind.IMPORT, status=Status.WAITING, started_at=None, heartbeat_at=timezone.now(), done=0, total=0
    ):
        _execute_if_short(run, IMPORTED_AT_ONCE)


def _execute_if_short(run: ImportRun, lines: int) -> None:
    if run.parameters["lines"] <= lines and run.input_file.size <= BYTES_AT_ONCE:
        execute(run)


def find_run(run_id: Any, user: AbstractBaseUser) -> ImportRun | None:
    """A user's own run; nobody sees those of others."""
    return ImportRun.objects.filter(pk=run_id, user_id=user.pk).first()


def _work(run: ImportRun, report_progress: ReportProgress) -> Mapping[str, Any]:
    importer = importers()[run.parameters["importer"]](
        run.source,
        draft=run.draft,
        close_missing=run.parameters["close_missing"],
        dry_run=run.kind == Kind.TRY,
        user=run.user,
    )
    with run.input_file.open("rb") as file:
        records = RecordFile(file, importer.columns, importer.required_columns)
        report = importer.run(records, lambda done, total, _records: report_progress(done, total))
    if not report.dry_run:
        until = time.monotonic() + DRAIN_SECONDS
        drain(go_on=lambda: time.monotonic() < until)
    if run.output_file:
        run.output_file.delete(save=False)
    run.output_file.save(f"{run.pk}.csv", ContentFile(refusals_csv(report.refusals)), save=False)
    return _result(report)


def _result(report: Report) -> dict[str, Any]:
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
        "notices": report.notice_texts(),
        "not_closed": report.not_closed,
    }


def _explain(error: BaseException) -> str:
    if isinstance(error, UnreadableError):
        return str(error)
    if isinstance(error, Exception):
        return _("Something went wrong. What was imported until then is kept; try again.")
    return _("The portal was stopped meanwhile. What was imported until then is kept; send the file again.")


register_queue(QUEUE, Queue(_work, _explain, (UnreadableError,), RETENTION, ImportRun))

__all__ = ["confirm", "create_run", "delete_run", "find_run"]
