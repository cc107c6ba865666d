"""The outbox: what changed, noted in the same transaction as the change itself.

Apps call `changed(kind, pks)` from their services; Wagtail pages and other models that are saved in many
places are noted by `search.index.tracking`. Nothing here talks to the engine before the transaction commits:
a rolled-back save sends nothing, and when the engine is down the rows wait (see `search.index.drain`).
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
    """Notes that these objects of `kind` were created, changed or deleted; the index follows after commit.

    Call it inside the transaction of the change. Any number of pks, in few queries; a queryset of pks is
    noted by the database itself. Naming too many is harmless (what did not
    change is written again as it is), and so is naming what is not eligible.
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
    """For imports and other long writers: no drain after each commit inside; they call `drain()` last."""
    token = _deferred.set(True)
    try:
        yield
    finally:
        _deferred.reset(token)


_deferred: ContextVar[bool] = ContextVar("search_outbox_deferred", default=False)


def _drain_is_scheduled() -> bool:
    """Once per transaction is enough. What a rolled-back savepoint scheduled leaves this list with it."""
    return any(entry[1] is drain_inline for entry in connection.run_on_commit)


def waiting_among(document_ids: Iterable[str]) -> set[str]:
    """Those that the index holds as they were, not as they are. One query for each `INSERT_BATCH` of them."""
    asked = [split_id(document_id) for document_id in document_ids]
    found: set[str] = set()
    for start in range(0, len(asked), INSERT_BATCH):
        batch = asked[start : start + INSERT_BATCH]
        kinds, pks = {kind for kind, _pk in batch}, {pk for _kind, pk in batch}
        rows = OutboxRow.objects.filter(done=False, kind__in=kinds, object_pk__in=pks)
        found.update(f"{kind}:{pk}" for kind, pk in rows.values_list("kind", "object_pk"))
    return found.intersection(f"{kind}:{pk}" for kind, pk in asked)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the outbox holds."""

    rows: int  # changes that the live index does not have yet
    refused: int  # of these, the ones whose last attempt failed
    oldest: datetime | None  # when the first of them was noted


def waiting() -> Waiting:
    """For /readyz, the drift check and people: how far behind the index is. One query."""
    pending = OutboxRow.objects.filter(done=False)
    found = pending.aggregate(rows=Count("pk"), oldest=Min("created_at"))
    refused = pending.exclude(error="").count() if found["rows"] else 0
    return Waiting(rows=found["rows"], refused=refused, oldest=found["oldest"])
