"""A snapshot: one commit of the embedded index, with a cache of answers."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

import tantivy

# Answers that are cached: the counts of a list cost 1.0 to 1.4 ms with 771 documents, 11 with a million.
CACHE_SIZE = 256
CACHED_MILLISECONDS = 60_000

Found = TypeVar("Found")


class Snapshot:
    """One commit. Answers are cached with it, so they can never be older than it."""

    def __init__(self, commit: bytes, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self.commit = commit
        self.searcher = searcher
        self._schema = schema
        self._mutex = threading.Lock()
        self._cache: OrderedDict[Hashable, Any] = OrderedDict()
        self._span = (0, 0)  # milliseconds from and until which nothing expires

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds that have documents."""
        return frozenset(kind for kind, _count in self.searcher.terms_with_prefix("kind", ""))

    def cached(self, question: Hashable, now: int, find: Callable[[], Found]) -> Found:
        """Returns what `find` returned for the same question, until a document expires.

        `question` must hold all that decides the answer except time; `now` is in milliseconds.
        """
        key = (self._unchanged_until(now), question)
        with self._mutex:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        found = find()
        with self._mutex:
            self._cache[key] = found
            if len(self._cache) > CACHE_SIZE:
                self._cache.popitem(last=False)
        return found

    def _unchanged_until(self, now: int) -> int:
        """The moment of the next expiry, a minute from now at the latest."""
        since, until = self._span
        if not since <= now < until:
            until = now + CACHED_MILLISECONDS
            soon = tantivy.Query.range_query(
                self._schema, "expiry", tantivy.FieldType.Unsigned, lower_bound=now + 1, upper_bound=until
            )
            order = {"order_by_field": "expires", "order": tantivy.Order.Asc}
            if first := self.searcher.search(soon, limit=1, count=False, **order).hits:
                until = int(first[0][0])
            self._span = now, until
        return until
