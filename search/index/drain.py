"""The drain: claims rows of the outbox, loads the objects, writes one bulk, deletes those rows.

A drain that is killed leaves its rows behind. Their claim ends after `LEASE`, and the next drain repeats the
work with the same result. No row is locked while the engine is asked.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Max, Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone

from .. import engines
from ..documents import Key, by_kind, split_id
from ..engines.base import Change, EngineUnavailable, RejectedDocument
from ..models import OutboxRow
from ..sources import sources
from .state import lock_state, next_version

logger = logging.getLogger("search.index.drain")

# Sent in the transaction that ends a batch, with `kinds`: what searches find of them may have changed.
index_changed = Signal()

BATCH = 200  # objects per bulk
OTHER_ROWS = 2000  # of the same objects, handled with a batch
LEASE = timedelta(seconds=60)
FIRST_DELAY = timedelta(seconds=10)  # doubled at each refusal
LONGEST_DELAY = timedelta(hours=1)

INLINE_LIMIT = 50  # rows that one request may drain; maintenance takes the rest
INLINE_PAUSE = 15.0  # seconds without inline drains in this process after the engine was found down


@dataclass(slots=True)
class DrainReport:
    written: int = 0  # objects, deletions included
    refused: int = 0
    unavailable: str = ""  # why the drain stopped early


@dataclass(frozen=True, slots=True)
class _Claim:
    version: int
    rebuild: str
    rows: dict[Key, list[int]]  # every waiting row seen of each object
    attempts: dict[Key, int]
    last_id: int


def drain(
    limit: int | None = None,
    go_on: Callable[[], bool] = lambda: True,
    *,
    force: bool = False,
    newest_first: bool = False,
) -> DrainReport:
    """Drains rows that are due: at most `limit`, no new batch once `go_on` returns false.

    Rows that are added meanwhile are left to the next drain, so writers cannot keep this one busy for ever.
    `force` also takes rows that wait for their next attempt or that another drain has claimed.
    `newest_first` drains one batch, in which the latest changes go before a backlog.
    An engine that is down ends the drain without an exception; a database error is raised.
    """
    report = DrainReport()
    after, left = 0, limit
    last = _due(force).aggregate(last=Max("pk"))["last"] or 0
    while (left is None or left > 0) and after < last and go_on():
        size = BATCH if left is None else min(BATCH, left)
        claim = _claim(size, span=(after + 1, last), force=force, newest_first=newest_first)
        if claim is None or not _handle(claim, report) or newest_first:
            break
        after = claim.last_id
        left = None if left is None else left - size
    return report


def drain_inline() -> None:
    """Drains after a commit, within the request: bounded, and raises nothing."""
    global _resume_at
    if time.monotonic() < _resume_at:
        return
    try:
        report = drain(INLINE_LIMIT, newest_first=True)
    except Exception:
        logger.exception("The outbox could not be drained; its rows wait")
        _resume_at = time.monotonic() + INLINE_PAUSE
    else:
        if report.unavailable:
            _resume_at = time.monotonic() + INLINE_PAUSE


_resume_at = 0.0


def _due(force: bool) -> QuerySet[OutboxRow]:
    rows, now = OutboxRow.objects.filter(done=False), timezone.now()
    if force:
        return rows
    # Nothing waits that long: a clock was wrong when that was written.
    impossible = Q(not_before__gt=now + LONGEST_DELAY + LEASE)
    return rows.filter(Q(not_before=None) | Q(not_before__lte=now) | impossible)


def _claim(size: int, *, span: tuple[int, int], force: bool, newest_first: bool) -> _Claim | None:
    due = _due(force).filter(pk__range=span).order_by("-pk" if newest_first else "pk")
    with transaction.atomic():
        chosen = due.select_for_update(skip_locked=True)[:size]
        found = list(chosen.values_list("pk", "kind", "object_pk", "attempts"))
        if not found:
            return None
        ids = [pk for pk, *_ in found]
        OutboxRow.objects.filter(pk__in=ids).update(
            not_before=timezone.now() + LEASE, attempts=F("attempts") + 1
        )
        rows: dict[Key, list[int]] = {}
        attempts: dict[Key, int] = {}
        for pk, kind, object_pk, tries in found:
            rows.setdefault((kind, object_pk), []).append(pk)
            attempts[kind, object_pk] = max(tries + 1, attempts.get((kind, object_pk), 0))
        _add_other_rows(rows, ids)
        state = next_version()
    return _Claim(state.version, state.rebuild, rows, attempts, max(ids))


def _add_other_rows(rows: dict[Key, list[int]], claimed: Sequence[int]) -> None:
    """Adds other rows of the same objects (refused, beyond the batch): this write handles them, too."""
    for kind, pks in by_kind(rows).items():
        others = OutboxRow.objects.filter(done=False, kind=kind, object_pk__in=pks).exclude(pk__in=claimed)
        for pk, object_pk in others.order_by("pk").values_list("pk", "object_pk")[:OTHER_ROWS]:
            rows[kind, object_pk].append(pk)
    for found in rows.values():
        found.sort()


def _handle(claim: _Claim, report: DrainReport) -> bool:
    """Writes the claimed objects. Returns false if the engine is unavailable: the rows are due again."""
    changes, errors = load(claim.rows, claim.version)
    try:
        errors.update(_write(changes))
    except EngineUnavailable as error:
        logger.warning("The search engine is unavailable; changes wait: %s", error)
        _put_back(claim)
        report.unavailable = str(error) or type(error).__name__
        return False
    _finish(claim, errors)
    report.refused += len(errors)
    report.written += len(claim.rows) - len(errors)
    return True


def load(keys: Iterable[Key], version: int) -> tuple[list[Change], dict[Key, str]]:
    """Loads the current state of objects: returns changes (a deletion if not eligible), and errors."""
    changes: list[Change] = []
    errors: dict[Key, str] = {}
    for kind, pks in by_kind(keys).items():
        try:
            changes += _load_kind(kind, pks, version)
        except Exception as failure:
            _raise_without_database(failure)
            for pk in pks:
                try:
                    changes += _load_kind(kind, [pk], version)
                except Exception as error:
                    _raise_without_database(error)
                    logger.exception("No document of %s:%s could be made", kind, pk)
                    errors[kind, pk] = _reason(error)
    return changes, errors


def _raise_without_database(error: Exception) -> None:
    """Raises `error` if the database is gone. Else it concerns one object, whose query was too slow, say."""
    if isinstance(error, InterfaceError | OperationalError) and not connection.is_usable():
        raise error


def _load_kind(kind: str, pks: Sequence[int], version: int) -> list[Change]:
    source = sources().get(kind)  # none: an app that is gone, whose entries go too
    documents = {document.pk: document for document in source.documents(pks)} if source else {}
    return [Change(f"{kind}:{pk}", version, documents.get(pk)) for pk in pks]


def _write(changes: Sequence[Change]) -> dict[Key, str]:
    """Writes changes and returns the rejected ones with reasons. After an error of the bulk, one by one."""
    if not changes:
        return {}
    engine = engines.get_engine()
    refusals: list[RejectedDocument] = []
    try:
        refusals += engine.write(changes)
    except EngineUnavailable:
        raise
    except Exception:
        logger.exception("A bulk of %s changes failed", len(changes))
        for change in changes:
            try:
                refusals += engine.write([change])
            except EngineUnavailable:
                raise
            except Exception as error:
                refusals.append(RejectedDocument(change.document_id, _reason(error)))
    return {split_id(refusal.document_id): refusal.reason for refusal in refusals}


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _put_back(claim: _Claim) -> None:
    ids = [row for rows in claim.rows.values() for row in rows]
    OutboxRow.objects.filter(pk__in=ids).update(not_before=None, attempts=0)


def _finish(claim: _Claim, errors: dict[Key, str]) -> None:
    """Deletes exactly the rows that were claimed; of a rejected object the newest stays, with its error."""
    handled = [row for key, rows in claim.rows.items() for row in (rows[:-1] if key in errors else rows)]
    with transaction.atomic():
        rows = OutboxRow.objects.filter(pk__in=_unlocked(handled))
        if not claim.rebuild:
            rows.delete()
        elif lock_state().rebuild == claim.rebuild:
            rows.update(done=True)
        else:
            # That rebuild ended meanwhile: the write may have gone to the index that it replaced.
            rows.update(not_before=None)
        index_changed.send(sender=OutboxRow, kinds={kind for kind, _pk in claim.rows})
        for key, reason in errors.items():
            tries = claim.attempts[key]
            logger.warning("%s:%s was refused by the index (attempt %s): %s", *key, tries, reason)
            delay = min(FIRST_DELAY * 2 ** min(tries - 1, 20), LONGEST_DELAY)
            newest = OutboxRow.objects.filter(pk=claim.rows[key][-1])
            newest.update(error=reason[:500], attempts=tries, not_before=timezone.now() + delay)


def _unlocked(ids: Sequence[int]) -> list[int]:
    """The rows that no other drain is claiming or deleting now: waiting for them could deadlock."""
    rows = OutboxRow.objects.filter(pk__in=ids).select_for_update(skip_locked=True)
    return list(rows.values_list("pk", flat=True))
