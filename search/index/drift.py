"""Drift: finds and repairs differences between index and database; the sweep does so now and then."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from .. import engines
from ..documents import Key, by_kind, fingerprint, split_id
from ..sources import sources
from .drain import load
from .outbox import Waiting, changed, waiting, waiting_among
from .rebuild import BATCH, batches, expected_documents
from .state import lock_state, release_dead_rebuild

# Rows wait longer only if nobody drains, or if the engine is down.
LATE = timedelta(minutes=10)
# How far back the first call of `enqueue_time_based_changes` looks.
FIRST_LOOK_BACK = timedelta(days=30)

Progress = Callable[[int], None]  # objects compared


@dataclass(slots=True)
class Drift:
    """Differences that no row of the outbox will repair, as document ids."""

    missing: list[str] = field(default_factory=list)  # eligible, not in the index
    orphaned: list[str] = field(default_factory=list)  # in the index, not eligible
    stale: list[str] = field(default_factory=list)  # indexed with another content
    failed: dict[str, str] = field(default_factory=dict)  # no document can be made of it: why
    compared: int = 0
    current: bool = True  # the index has the fields of this version of the portal
    waiting: Waiting = field(default_factory=lambda: Waiting(0, 0, None))

    @property
    def ids(self) -> list[str]:
        return [*self.missing, *self.orphaned, *self.stale, *self.failed]

    @property
    def late(self) -> bool:
        return self.waiting.oldest is not None and self.waiting.oldest < timezone.now() - LATE

    @property
    def clean(self) -> bool:
        return self.current and not self.ids and not self.waiting.refused and not self.late


def compare(progress: Progress | None = None) -> Drift:
    """Compares every document by its fingerprint. Raises `EngineUnavailable`.

    Writers may run meanwhile: differences are compared a second time. Takes about 200 bytes of memory for
    each indexed document.
    """
    engine = engines.get_engine()
    indexed = dict(engine.fingerprints())
    drift = Drift()
    for kind, source in sources().items():
        for pks in batches(source):
            _compare_objects(drift, [(kind, pk) for pk in pks], indexed)
            if progress:
                progress(drift.compared)
    drift.orphaned += indexed
    suspects = _not_waiting(drift.ids)
    drift = _second_look(suspects, drift.compared) if suspects else Drift(compared=drift.compared)
    drift.current = bool(engine.status().get("current"))
    drift.waiting = waiting()
    return drift


def repair(drift: Drift) -> None:
    """Queues the documents that differ; the next drain writes or deletes them."""
    for kind, pks in by_kind(map(split_id, drift.ids)).items():
        changed(kind, pks)


def _compare_objects(drift: Drift, keys: list[Key], indexed: dict[str, str]) -> None:
    """Adds differences to `drift`, and removes the documents it has compared from `indexed`."""
    changes, errors = load(keys, version=0)
    drift.compared += len(keys)
    for (kind, pk), reason in errors.items():
        indexed.pop(f"{kind}:{pk}", None)
        drift.failed[f"{kind}:{pk}"] = reason
    for change in changes:
        if change.document is None:
            continue
        found = indexed.pop(change.document_id, None)
        if found is None:
            drift.missing.append(change.document_id)
        elif found != fingerprint(change.document):
            drift.stale.append(change.document_id)


def _second_look(suspects: set[str], compared: int) -> Drift:
    found = engines.get_engine().fingerprints()
    indexed = {document_id: value for document_id, value in found if document_id in suspects}
    again = Drift()
    for kind, pks in by_kind(map(split_id, suspects)).items():
        if kind in sources():
            for start in range(0, len(pks), BATCH):
                _compare_objects(again, [(kind, pk) for pk in pks[start : start + BATCH]], indexed)
    again.orphaned += indexed
    real = _not_waiting(again.ids)
    return Drift(
        missing=[i for i in again.missing if i in real],
        orphaned=[i for i in again.orphaned if i in real],
        stale=[i for i in again.stale if i in real],
        failed={i: reason for i, reason in again.failed.items() if i in real},
        compared=compared,
    )


def _not_waiting(document_ids: Iterable[str]) -> set[str]:
    """The ids that no row of the outbox waits for."""
    ids = set(document_ids)
    return ids - waiting_among(ids)


def enqueue_time_based_changes() -> int:
    """Queues objects that time alone changed since the last call; returns their number."""
    queued = 0
    with transaction.atomic():
        state, now = lock_state(), timezone.now()
        after = state.followed_until or now - FIRST_LOOK_BACK
        for kind, source in sources().items():
            pks = list(source.changed_by_time(after, now))
            changed(kind, pks)
            queued += len(pks)
        state.followed_until = now
        state.save(update_fields=["followed_until"])
    return queued


def sweep(*, thorough: bool = False) -> int:
    """Queues documents that are missing, or that are no longer eligible (expired, say).

    Releases rows that a killed rebuild kept. Compares ids only; unless `thorough`, only if the two counts
    differ. Returns the number of queued objects. Raises `EngineUnavailable`.
    """
    release_dead_rebuild()
    engine = engines.get_engine()
    if not thorough and engine.status().get("documents") == expected_documents():
        return 0
    indexed: dict[str, set[int]] = {}
    for document_id, _version in engine.entries():
        kind, pk = split_id(document_id)
        indexed.setdefault(kind, set()).add(pk)
    wrong: list[str] = []
    for kind, source in sources().items():
        there = indexed.pop(kind, set())
        for pks in batches(source, size=5000):
            wrong += [f"{kind}:{pk}" for pk in pks if pk not in there]
            there.difference_update(pks)
        wrong += [f"{kind}:{pk}" for pk in there]
    wrong += [f"{kind}:{pk}" for kind, pks in indexed.items() for pk in pks]
    todo = _not_waiting(wrong)
    for kind, pks in by_kind(map(split_id, todo)).items():
        changed(kind, pks)
    return len(todo)
