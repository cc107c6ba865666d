"""One query against one state of the embedded index."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import accumulate

import tantivy
from tantivy import Occur, Query

from ... import ranking
from ...analysis.plan import Plan, build_plan
from ...query import SINCE, SearchQuery
from .. import common
from ..base import Hit, SearchResponse
from . import schema as fields
from .query import Compiler, must
from .store import OpenIndex

# Hits whose score is weighed with their date; what ranks lower keeps the order of its words.
RANKED = 1_000
_DAY = 86_400_000  # milliseconds


class Search:
    """One query against one state of the index."""

    def __init__(self, opened: OpenIndex, searcher: tantivy.Searcher, query: SearchQuery) -> None:
        self.searcher = searcher
        self.query = query
        self.compiler = Compiler(opened, searcher)
        self.plan: Plan = build_plan(query.text)
        self.text = self.compiler.text(self.plan, query)
        self.has_text = any(occur == Occur.Must for occur, _query in self.text)
        self.base = self.compiler.base(query)
        self.filters = {
            name: self.compiler.filter(name, values) for name, values in common.chosen_filters(query).items()
        }
        if query.filters.get(SINCE):
            self.filters[SINCE] = self.compiler.since(common.chosen_since(query))

    def run(self) -> SearchResponse:
        total, ranked = self._ranked()
        return SearchResponse(
            hits=[self._hit(*hit) for hit in ranked],
            total=total,
            counts=self._counts(),
            without={} if total else self._without(),
        )

    def _selected(self, names: Iterable[str]) -> Query:
        text = self.text if self.has_text else [*self.text, (Occur.Must, Query.all_query())]
        return Query.boolean_query([*text, *self.base, *must(self.filters[name] for name in names)])

    # --- Hits ------------------------------------------------------------------------------------------

    def _ranked(self) -> tuple[int, list[tuple[float, tantivy.DocAddress]]]:
        selected = self._selected(self.filters)
        offset, limit = common.page_of(self.query)
        if not limit:
            return self.searcher.search(selected, limit=1).count, []
        if order := common.order_field(self.query, has_text=self.has_text):
            found = self.searcher.search(selected, limit=limit, offset=offset, order_by_field=order)
            return found.count, [(0.0, address) for _order, address in found.hits]
        if offset >= RANKED:
            found = self.searcher.search(selected, limit=limit, offset=offset)
            return found.count, found.hits
        found = self.searcher.search(selected, limit=max(RANKED, offset + limit))
        ranked = self._by_freshness(found.hits[:RANKED]) + found.hits[RANKED:]
        return found.count, ranked[offset : offset + limit]

    def _by_freshness(self, hits: list[tuple[float, tantivy.DocAddress]]) -> list:
        """Weighs scores with the date for the kinds that want it; equal scores by date."""
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
        kind, pk, keywords, *_texts = json.loads(self.searcher.doc(address).get_first("shown"))
        return Hit(kind, pk, score, keywords)

    # --- Counts ----------------------------------------------------------------------------------------

    def _counts(self) -> dict[str, dict[str, int]]:
        counts: dict[str, dict[str, int]] = {}
        for applied, names in common.facet_groups(self.query).items():
            known = [n for n in names if n in (common.KIND, SINCE) or n in self.compiler.facet_names]
            wanted = {name: _values(name, self.query) for name in known}
            found = self.searcher.aggregate(self._selected(applied), wanted) if wanted else {}
            for name in names:
                buckets = found.get(name, {}).get("buckets", [])
                raw = {bucket["key"]: bucket["doc_count"] for bucket in buckets if bucket["doc_count"]}
                raw = _summed(raw, self.query) if name == SINCE else raw
                counts[name] = common.reported(name, raw, self.query)
        return counts

    def _without(self) -> dict[str, int]:
        names = common.chosen_names(self.query)
        return {name: self._count(common.others_of(name, self.query)) for name in names}

    def count(self) -> int:
        return self._count(self.filters)

    def _count(self, names: Iterable[str]) -> int:
        return self.searcher.search(self._selected(names), limit=1).count


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
    """Documents since each moment, of those between the moments."""
    values = [value for value, _moment in _youngest_first(query)]
    totals = accumulate(counts.get(value, 0) for value in values)
    return {value: total for value, total in zip(values, totals, strict=True) if total}


@lru_cache(maxsize=10_000)
def _freshness(days: int) -> float:
    """The servers' gauss decay, of which `FRESHNESS_WEIGHT` counts."""
    distance = max(0.0, abs(days) - ranking.FRESHNESS_OFFSET_DAYS)
    decay = math.exp(math.log(0.5) * (distance / ranking.FRESHNESS_SCALE_DAYS) ** 2)
    return 1.0 - ranking.FRESHNESS_WEIGHT * (1.0 - decay)
