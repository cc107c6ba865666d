"""The rebuild: fills a new index beside the live one, replays changes, compares the counts, swaps."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .. import engines
from ..documents import Key, split_id
from ..engines.base import IndexUnusable, Rebuild, RejectedDocument
from ..models import OutboxRow
from ..sources import Source, sources
from .drain import drain, load
from .outbox import changed
from .state import heartbeat_rebuild, next_version, rebuild_begins, rebuild_ends

logger = logging.getLogger("search.index.rebuild")

BATCH = 500  # objects per bulk: memory stays flat
REPLAY_ROUNDS = 5
TOLERATED_SHORTFALL = 0.05  # of what the database has; more, and the new index is not put in place

Progress = Callable[[int, int], None]  # objects done, objects in all


class RebuildRefused(Exception):  # noqa: N818 as in `RejectedDocument`: what happened, not a fault
    """The new index is not good enough to be swapped in; the live one stays."""


@dataclass(slots=True)
class RebuildReport:
    documents: int = 0  # in the new index
    replayed: int = 0  # objects that changed meanwhile
    refused: int = 0  # they wait in the outbox, each with its reason
    seconds: float = 0.0


def is_due() -> bool:
    """Whether there is no index that this version of the portal can use. Raises `EngineUnavailable`."""
    try:
        return not engines.get_engine().status().get("current")
    except IndexUnusable:
        return True


def rebuild(progress: Progress | None = None) -> RebuildReport:
    """Builds a new index and makes it the live one; the engine keeps the previous one.

    Raises `RebuildRunning`, `EngineUnavailable` or `RebuildRefused`. After any error or interruption the new
    index is removed, and the live one stays as it was.
    """
    started = time.monotonic()
    report = RebuildReport()
    target = engines.get_engine().rebuild()
    token = ""
    try:
        token = rebuild_begins()
        covered = list(OutboxRow.objects.filter(done=False).values_list("pk", flat=True))
        refused = _fill(target, token, progress)
        refused |= _replay(target, token, report)
        report.documents = target.count()
        _compare(report.documents)
        _check_alive(token)
        target.commit()
    except BaseException:
        _give_up(target, token)
        raise
    rebuild_ends(token)
    for kind, pk in refused:
        changed(kind, pk)
    _forget(covered)
    report.refused = len(refused)
    drain()
    report.seconds = time.monotonic() - started
    return report


def _forget(rows: list[int]) -> None:
    """Deletes rows that waited before the first object was read: the new index has their changes."""
    for start in range(0, len(rows), BATCH):
        OutboxRow.objects.filter(pk__in=rows[start : start + BATCH]).delete()


def batches(source: Source, size: int = 0) -> Iterator[list[int]]:
    """Yields pks of eligible objects in order, without a long-lived cursor or database snapshot."""
    size = size or BATCH
    pks, last = source.eligible().order_by("pk").values_list("pk", flat=True), 0
    while batch := list(pks.filter(pk__gt=last)[:size]):
        yield batch
        last = batch[-1]


def _fill(target: Rebuild, token: str, progress: Progress | None) -> set[Key]:
    refused: set[Key] = set()
    done, total = 0, expected_documents()
    for kind, source in sources().items():
        for pks in batches(source):
            _check_alive(token)
            refused |= _add(target, [(kind, pk) for pk in pks])
            done += len(pks)
            if progress:
                progress(done, max(done, total))
    return refused | _rejected(target.flush())


def _replay(target: Rebuild, token: str, report: RebuildReport) -> set[Key]:
    """Writes what drains have written to the live index since filling began. Returns rejected objects.

    `rebuild_ends` queues what changes later.
    """
    refused: set[Key] = set()
    seen: set[int] = set()
    for _round in range(REPLAY_ROUNDS):
        rows = OutboxRow.objects.filter(done=True).values_list("pk", "kind", "object_pk")
        fresh = [row for row in rows if row[0] not in seen]
        if not fresh:
            break
        seen.update(pk for pk, *_ in fresh)
        keys = sorted({(kind, object_pk) for _pk, kind, object_pk in fresh})
        for start in range(0, len(keys), BATCH):
            _check_alive(token)
            batch = keys[start : start + BATCH]
            refused -= set(batch)
            refused |= _add(target, batch) | _rejected(target.flush())
        report.replayed += len(keys)
    return refused


def _add(target: Rebuild, keys: list[Key]) -> set[Key]:
    """Writes the current state of these objects to the new index; returns what could not be."""
    changes, errors = load(keys, next_version().version)
    return set(errors) | _rejected(target.add(changes))


def _rejected(refusals: Sequence[RejectedDocument]) -> set[Key]:
    for refusal in refusals:
        logger.warning("%s was refused by the new index: %s", refusal.document_id, refusal.reason)
    return {split_id(refusal.document_id) for refusal in refusals}


def expected_documents() -> int:
    """The number of documents that the index should hold, by the database."""
    return sum(source.eligible().count() for source in sources().values())


def _compare(found: int) -> None:
    expected = expected_documents()
    missing = expected - found
    if missing > max(2, expected * TOLERATED_SHORTFALL) or (expected and not found):
        raise RebuildRefused(
            f"The new index has {found} documents, the database {expected}: the live index stays in place."
        )


def _check_alive(token: str) -> None:
    if not heartbeat_rebuild(token):
        raise RebuildRefused("This rebuild was silent for too long and was given up: start it again.")


def _give_up(target: Rebuild, token: str) -> None:
    for step in (target.abort, lambda: token and rebuild_ends(token)):
        try:
            step()
        except Exception:
            logger.exception("The interrupted rebuild could not be cleaned up entirely")
