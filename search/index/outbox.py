"""The outbox: rows « this object changed », inserted in the transaction of the change.

Services call `changed(kind, pks)`; `search.index.tracking` does so for Wagtail pages and other models that
are saved in many places. The engine is asked only after the commit: a rolled-back save sends nothing, and
rows wait while the engine is down (see `search.index.drain`).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from ..documents import split_id
from ..models import OutboxRow
from .drain import drain_inline

INSERT_BATCH = 1000


def changed(kind: str, pks: int | Iterable[int]) -> None:
    """Records that objects of `kind` were created, changed or deleted; the index follows after the commit.

    Call it inside the transaction of the change, with any number of pks, or a queryset of pks, which the
    database inserts by itself. Objects that did not change or are not eligible do no harm.
    """
    noted = _note_query(kind, pks) if isinstance(pks, QuerySet) else _note(kind, pks)
    if not noted:
        return
    if settings.SEARCH_DRAIN == "commit" and not _deferred.get() and not _drain_is_scheduled():
        transaction.on_commit(drain_inline, robust=True)


def _note(kind: str, pks: int | Iterable[int]) -> int:
    ids = {pks} if isinstance(pks, int) else set(pks)
    rows = [OutboxRow(kind=kind, object_pk=pk) for pk in sorted(ids)]
    OutboxRow.objects.bulk_create(rows, batch_size=INSERT_BATCH)
    return len(rows)


def _note_query(kind: str, pks: QuerySet) -> int:
    try:
        select, params = pks.order_by().distinct().query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return 0
    table = connection.ops.quote_name(OutboxRow._meta.db_table)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (kind, object_pk, created_at, attempts, error, done) "  # noqa: S608
            f"SELECT %s, found.*, %s, 0, '', %s FROM ({select}) found",
            [kind, now, False, *params],
        )
        return cursor.rowcount


@contextmanager
def deferred() -> Iterator[None]:
    """Suppresses drains after commits, for imports and other long writers, which call `drain()` last."""
    token = _deferred.set(True)
    try:
        yield
    finally:
        _deferred.reset(token)


_deferred: ContextVar[bool] = ContextVar("search_outbox_deferred", default=False)


def _drain_is_scheduled() -> bool:
    """Whether this transaction will drain already. A rolled-back savepoint removes its own entries."""
    return any(entry[1] is drain_inline for entry in connection.run_on_commit)


def waiting_among(document_ids: Iterable[str]) -> set[str]:
    """The ids that rows of the outbox wait for. One query for each `INSERT_BATCH` of them."""
    keys = [split_id(document_id) for document_id in document_ids]
    found: set[str] = set()
    for start in range(0, len(keys), INSERT_BATCH):
        batch = keys[start : start + INSERT_BATCH]
        kinds, pks = {kind for kind, _pk in batch}, {pk for _kind, pk in batch}
        rows = OutboxRow.objects.filter(done=False, kind__in=kinds, object_pk__in=pks)
        found.update(f"{kind}:{pk}" for kind, pk in rows.values_list("kind", "object_pk"))
    return found.intersection(f"{kind}:{pk}" for kind, pk in keys)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The state of the outbox."""

    rows: int  # changes that the live index does not have yet
    refused: int  # of these, the ones whose last attempt failed
    oldest: datetime | None  # when the first of them was noted


def waiting() -> Waiting:
    """Returns how far behind the index is, for /readyz, the drift check and the admin."""
    pending = OutboxRow.objects.filter(done=False)
    found = pending.aggregate(rows=Count("pk"), oldest=Min("created_at"))
    refused = pending.exclude(error="").count() if found["rows"] else 0
    return Waiting(rows=found["rows"], refused=refused, oldest=found["oldest"])
