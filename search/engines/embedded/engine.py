"""The embedded engine: tantivy, with its index in a folder of this host. It needs no server."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Order, Query

from ...query import SearchQuery, SuggestQuery
from ..base import Change, Engine, Rebuild, RejectedDocument, SearchResponse
from ..common import KIND, MAX_FACET_VALUES
from ..correction import correct_or_relax
from ..timing import timed
from .malloc_tuning import share_one_arena
from .orphan_files import remove_orphans
from .query import must
from .rebuild import EmbeddedRebuild
from .searching import Search
from .store import SMALL_HEAP, OpenIndex, Store, apply, forget_old_tombstones, translate_errors
from .suggesting import suggest

BATCH = 10_000  # entries read at once by the drift check


class EmbeddedEngine(Engine):
    """Processes and threads may share the folder: writers take turns, searches see the last commit."""

    name = "embedded"

    def __init__(self, root: Path) -> None:
        self.store = Store(root)

    # --- Reading ---------------------------------------------------------------------------------------

    @timed
    def search(self, query: SearchQuery) -> SearchResponse:
        with translate_errors():
            opened = self.store.live()
            search = Search(opened, opened.snapshot(), query)
            response = search.run()
            return response if response.total else correct_or_relax(search, response)

    @timed
    def suggest(self, query: SuggestQuery) -> Mapping[str, Sequence[int]]:
        with translate_errors():
            opened = self.store.live()
            return suggest(opened, opened.snapshot(), query)

    def entries(self) -> Iterator[tuple[str, int]]:
        yield from self._stream("version")

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        for document_id, first, second in self._stream("fingerprint_1", "fingerprint_2"):
            yield document_id, f"{first:016x}{second:016x}"

    def _stream(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Yields fast fields of every document, by kind and pk."""
        with translate_errors():
            opened = self.store.live()
            searcher = opened.searcher()
            kinds = [kind for kind, _count in searcher.terms_with_prefix("kind", "")]
        for kind in kinds:
            last = -1
            while True:
                with translate_errors():
                    rows = _rows_after(opened, searcher, kind, last, names)
                yield from ((f"{kind}:{pk}", *values) for pk, *values in rows)
                if len(rows) < BATCH:
                    break
                last = rows[-1][0]

    def status(self) -> Mapping[str, str | int | bool]:
        with translate_errors():
            opened = self.store.live()
            return {
                "engine": self.name,
                "version": tantivy.__version__,
                "documents": opened.count(),
                "index": opened.folder.name,
                "current": opened.current,
            }

    def counts(self) -> Mapping[str, int]:
        with translate_errors():
            terms = {"terms": {"field": KIND, "size": MAX_FACET_VALUES}}
            counted = self.store.live().searcher().aggregate(Query.all_query(), {KIND: terms})
            return {bucket["key"]: bucket["doc_count"] for bucket in counted[KIND]["buckets"]}

    # --- Writing ---------------------------------------------------------------------------------------

    @timed
    def write(self, changes: Sequence[Change]) -> Sequence[RejectedDocument]:
        if not changes:
            return []
        share_one_arena()
        with translate_errors(), self.store.writing():
            opened = self.store.live()
            remove_orphans(opened.folder)
            writer = opened.index.writer(SMALL_HEAP, 1)
            try:
                refusals = apply(opened, writer, changes, {})
                if any(change.document is None for change in changes):
                    forget_old_tombstones(opened, writer)
                writer.commit()
            finally:
                writer.wait_merging_threads()
            return refusals

    def rebuild(self) -> Rebuild:
        with translate_errors():
            return EmbeddedRebuild(self.store)

    def reset(self) -> None:
        self.store.remove()


def _rows_after(
    opened: OpenIndex, searcher: tantivy.Searcher, kind: str, last: int, names: Sequence[str]
) -> list[tuple[Any, ...]]:
    query = Query.boolean_query(
        must(
            [
                Query.term_query(opened.schema, "kind", kind),
                Query.range_query(opened.schema, "pk", tantivy.FieldType.Unsigned, lower_bound=last + 1),
            ]
        )
    )
    hits = searcher.search(query, limit=BATCH, count=False, order_by_field="pk", order=Order.Asc).hits
    addresses = [address for _pk, address in hits]
    columns = [searcher.fast_field_values(name, addresses) for name in names]
    return list(zip((pk for pk, _address in hits), *columns, strict=True))
