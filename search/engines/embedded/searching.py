"""Runs a search query against a snapshot of the embedded index."""

import json
import math
import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache, partial
from itertools import accumulate
from typing import Any

import tantivy
from tantivy import Occur, Query

from ...analysis.words import fold
from ...query import SINCE, ParsedText, SearchQuery, ranking
from ...query.plan import Plan, Term, build_plan
from .. import common
from ..base import Hit, SearchResponse
from ..correction import Candidates, allowed_errors, closest, within
from . import schema as fields
from .query import EVERYTHING, Compiler, must, written_since
from .snapshot import Found, Snapshot
from .store import OpenIndex

# Hits that are ranked by freshness, too; lower ones keep the order of their scores.
RANKED = 1_000
# From so many documents on, hits and counts are searched in two threads: tantivy releases the GIL. Below, the
# second thread costs as much as it saves.
SIDE_BY_SIDE_FROM = 100_000
_DAY = 86_400_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Counted:
    total: int
    counts: Mapping[str, Mapping[str, int]]
    without_facet_totals: Mapping[str, int]


class Search:
    """One query against one snapshot."""

    def __init__(self, opened: OpenIndex, snapshot: Snapshot, query: SearchQuery) -> None:
        self.opened = opened
        self.snapshot = snapshot
        self.searcher = snapshot.searcher
        self.query = query
        self.compiler = Compiler(opened, snapshot)
        self.plan: Plan = build_plan(query.text)
        self.wanted = must(self.compiler.wanted(self.plan))
        self.unwanted = [(Occur.MustNot, unwanted) for unwanted in self.compiler.unwanted(self.plan)]
        self.has_text = bool(self.wanted)
        self.base = self.compiler.base(query)
        chosen = common.chosen_filters(query)
        self.filters = {name: self.compiler.facet(name, values) for name, values in chosen.items()}
        self.written = {name: self.compiler.written(name, values) for name, values in chosen.items()}
        if query.filters.get(SINCE):
            self.filters[SINCE] = self.compiler.since(common.chosen_since(query))
            self.written[SINCE] = written_since(common.chosen_since(query))

    def run(self) -> SearchResponse:
        if not self.query.facets:  # one pass gives hits and total; nothing found is counted by filter
            total, ranked = self._ranked(count=True)
            if total:
                return SearchResponse(hits=[self._hit(*hit) for hit in ranked], total=total)
        if self.searcher.num_docs < SIDE_BY_SIDE_FROM:
            counted = self._counted()
            hits = self._page() if counted.total else []
        else:
            counting = _counters(os.getpid()).submit(self._counted)
            hits, counted = self._page(), counting.result()
        return SearchResponse(
            hits=hits,
            total=counted.total,
            counts=counted.counts,
            without_facet_totals={} if counted.total else counted.without_facet_totals,
        )

    def changed(self, **changes: Any) -> "Search":
        """The same search with another text, limit…"""
        return Search(self.opened, self.snapshot, replace(self.query, **changes))

    # --- Typing errors (`correction.Search`) --------------------------------------------------------------

    def proposals(self, words: Sequence[str]) -> Candidates:
        return {word: closest(word, self._alike(fold(word))) for word in words}

    def _alike(self, typed: str) -> Iterable[str]:
        """Words of the index with the same first letter that differ by a typing error: once for each kind of
        text that holds them.
        """
        length, errors = len(typed), allowed_errors(typed)
        names = map(common.words_field, common.TEXTS)
        begun = Counter(
            word
            for name in names
            for word, _count in self.searcher.terms_with_prefix(name, typed[0])
            if -errors <= len(word) - length <= errors
        )
        return Counter(
            {word: texts for word, texts in begun.items() if within(typed, word, errors)}
        ).elements()

    def totals(self, terms: Sequence[Term], texts: Sequence[ParsedText]) -> list[Callable[[], int]]:
        held = [Query.boolean_query([*must([self.compiler.term(term)]), *self.base]) for term in terms]
        return [
            *(partial(self._total, query) for query in held),
            *(self.changed(text=text).count for text in texts),
        ]

    def _total(self, query: Query) -> int:
        return self.searcher.search(query, limit=1).count

    def count(self) -> int:
        return self._total(self._selected(self.filters))

    def _selected(self, names: Iterable[str], better: Iterable[Query] = ()) -> Query:
        """The query for the words under these filters; `better` only adds to scores."""
        wanted = self.wanted or must([Query.all_query()])
        chosen = must(self.filters[name] for name in names)
        should = ((Occur.Should, query) for query in better)
        return Query.boolean_query([*wanted, *self.unwanted, *self.base, *chosen, *should])

    # --- Hits ------------------------------------------------------------------------------------------

    def _page(self) -> list[Hit]:
        """The hits of the page, cached like counts unless they are sorted by relevance and its decay."""
        order = common.order_field(self.query, has_text=self.has_text)
        wanted = (order, *common.page_of(self.query))

        def find() -> list[Hit]:
            return [self._hit(*hit) for hit in self._ranked(count=False)[1]]

        return self._cached(wanted, find) if order else find()

    def _ranked(self, *, count: bool) -> tuple[int, Sequence[tuple[float, tantivy.DocAddress]]]:
        """The total, if it is to be counted (else 0), and the hits of the page."""
        better = self.compiler.better(self.plan, self.query) if self.has_text else ()
        selected = self._selected(self.filters, better)
        search = partial(self.searcher.search, selected, count=count)
        offset, limit = common.page_of(self.query)
        if not limit:
            return self.count() if count else 0, []
        if order := common.order_field(self.query, has_text=self.has_text):
            found = search(limit=limit, offset=offset, order_by_field=order)
            return found.count or 0, [(0.0, address) for _order, address in found.hits]
        if offset >= RANKED:
            found = search(limit=limit, offset=offset)
            return found.count or 0, found.hits
        found = search(limit=max(RANKED, offset + limit))
        hits = [*self._by_freshness(found.hits[:RANKED]), *found.hits[RANKED:]]
        return found.count or 0, hits[offset : offset + limit]

    def _by_freshness(self, hits: list[tuple[float, tantivy.DocAddress]]) -> list:
        """Multiplies scores by freshness for the kinds that want it; equal scores are sorted by date."""
        addresses = [address for _score, address in hits]
        orders = self.searcher.fast_field_values("order", addresses)
        factors = self._freshness(addresses, orders)
        scored = [
            (score * factor, order, address)
            for (score, address), order, factor in zip(hits, orders, factors, strict=True)
        ]
        scored.sort(key=lambda hit: (-hit[0], -hit[1]))
        return [(score, address) for score, _order, address in scored]

    def _freshness(self, addresses: Sequence[tantivy.DocAddress], orders: Sequence[int]) -> list[float]:
        if not self.query.decaying_kinds:
            return [1.0] * len(addresses)
        now = common.milliseconds(self.query.now)
        decaying = {fields.kind_code(kind) for kind in self.query.decaying_kinds}
        kinds = self.searcher.fast_field_values("kind_code", addresses)
        return [
            _freshness((now - common.date_of(order)) // _DAY) if kind in decaying else 1.0
            for kind, order in zip(kinds, orders, strict=True)
        ]

    def _hit(self, score: float, address: tantivy.DocAddress) -> Hit:
        kind, pk, keywords = json.loads(self.searcher.doc(address).get_first("shown"))
        return Hit(kind, pk, score, keywords)

    # --- Counts ----------------------------------------------------------------------------------------

    def _counted(self) -> Counted:
        """Total and counts, cached for all readers with the same tokens, whatever the order and page."""
        return self._cached(("counts", self.query.facets), self._count)

    def _cached(self, wanted: Hashable, find: Callable[[], Found]) -> Found:
        """The answer of this snapshot to the query, time and order left out; `wanted` names the answer."""
        query = self.query
        filters = tuple((name, tuple(values)) for name, values in query.filters.items())
        key = (wanted, self.plan, query.tokens, query.kinds, filters, tuple(query.since.items()))
        return self.snapshot.cached(key, common.milliseconds(query.now), find)

    def _count(self) -> Counted:
        """Counts in one pass over the documents of the text; each group applies its own filters."""
        groups = common.facet_groups(self.query)
        chosen = tuple(common.chosen_names(self.query))
        groups.setdefault(chosen, [])  # the total
        wanted = {str(rank): self._group(*group) for rank, group in enumerate(groups.items())}
        found = self.searcher.aggregate(self._selected(()), wanted)
        counts: dict[str, dict[str, int]] = {}
        totals: dict[tuple[str, ...], int] = {}
        for rank, (applied, names) in enumerate(groups.items()):
            totals[applied] = found[str(rank)]["doc_count"]
            for name in names:
                counts[name] = self._reported(name, found[str(rank)].get(name, {}).get("buckets", []))
        without = {name: totals[common.others_of(name, self.query)] for name in chosen}
        return Counted(totals[chosen], counts, without)

    def _group(self, applied: Iterable[str], names: Iterable[str]) -> dict:
        known = [n for n in names if n in (common.KIND, SINCE) or n in self.compiler.facet_names]
        chosen = " ".join(self.written[name] for name in applied)
        return {"filter": chosen or EVERYTHING, "aggs": {name: _values(name, self.query) for name in known}}

    def _reported(self, name: str, buckets: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        raw = {bucket["key"]: bucket["doc_count"] for bucket in buckets if bucket["doc_count"]}
        return common.reported(name, _summed(raw, self.query) if name == SINCE else raw, self.query)


def _values(name: str, query: SearchQuery) -> dict:
    if name == SINCE:
        # Ranges must not overlap: each ends where the next younger one begins.
        keys = [(value, common.date_key(moment)) for value, moment in _youngest_first(query)]
        ends = [{}, *({"to": key} for _value, key in keys)]
        spans = [{"key": value, "from": key, **end} for (value, key), end in zip(keys, ends, strict=False)]
        return {"range": {"field": "order", "ranges": spans}}
    field = name if name == common.KIND else fields.facet_field(name)
    return {"terms": {"field": field, "size": common.MAX_FACET_VALUES}}


def _youngest_first(query: SearchQuery) -> list[tuple[str, datetime]]:
    return sorted(query.since.items(), key=lambda item: item[1], reverse=True)


def _summed(counts: Mapping[str, int], query: SearchQuery) -> dict[str, int]:
    """Totals since each moment, of the counts between the moments."""
    values = [value for value, _moment in _youngest_first(query)]
    totals = accumulate(counts.get(value, 0) for value in values)
    return {value: total for value, total in zip(values, totals, strict=True) if total}


@cache
def _counters(pid: int) -> ThreadPoolExecutor:
    """The thread pool of this process: threads do not survive a fork."""
    return ThreadPoolExecutor(thread_name_prefix="search-count")


# 0.5 ms of a search with a thousand hits without the cache.
@lru_cache(maxsize=10_000)
def _freshness(days: int) -> float:
    """The factor of a document of that age: the servers' gauss decay, with `FRESHNESS_WEIGHT`."""
    distance = max(0.0, abs(days) - ranking.FRESHNESS_OFFSET_DAYS)
    decay = math.exp(math.log(0.5) * (distance / ranking.FRESHNESS_SCALE_DAYS) ** 2)
    return 1.0 - ranking.FRESHNESS_WEIGHT * (1.0 - decay)
