"""Runs a search query on a server, in one request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from elasticsearch import Elasticsearch

from ...documents import split_id
from ...query import ParsedText, SearchQuery
from ...query.plan import Plan, Term, build_plan
from .. import common
from ..base import Hit, SearchResponse
from ..correction import Candidates, suspects_of
from . import query as q
from .client import ask_all


class Search:
    """Sends two searches in one request: the page, without a total, and the total and counts, without scores,
    which a server can cache until the index changes.
    """

    def __init__(self, client: Elasticsearch, index: str, kind: str, query: SearchQuery) -> None:
        self.client = client
        self.index = index
        self.kind = kind
        self.query = query
        self.plan: Plan = build_plan(query.text)
        self.compiler = q.Compiler(kind)
        self.filters = q.facet_filters(query)
        self.proposed: Candidates = {}

    def run(self) -> SearchResponse:
        """Asks the server, also for words like those that may be mistyped (`proposed`)."""
        suspects = [term.words[0] for term in suspects_of(self.plan)] if self.query.correct else ()
        page = self.page()
        if suspects:
            page["suggest"] = q.proposals(suspects)
        page_answer, counted = ask_all(self.client, self.index, [page, self.counts()])
        self.proposed = q.proposed(page_answer.get("suggest", {}))
        return self.response(page_answer, counted)

    def response(self, page_answer: Mapping[str, Any], counted: Mapping[str, Any]) -> SearchResponse:
        """The response, from the answers to `page` and to `counts`."""
        hits = [self._hit(hit) for hit in page_answer["hits"]["hits"]]
        # The index may have changed between the two.
        total = max(total_of(counted), self.query.offset + len(hits) if hits else 0)
        aggregations = counted.get("aggregations", {})
        return SearchResponse(
            hits=hits,
            total=total,
            counts=self._counts(aggregations),
            without_facet_totals={} if total else self._without_facet_totals(aggregations),
        )

    def changed(self, **changes: Any) -> "Search":
        """The same search with another text, limit…"""
        return Search(self.client, self.index, self.kind, replace(self.query, **changes))

    # --- Typing errors (`correction.Search`) --------------------------------------------------------------

    def proposals(self, words: Sequence[str]) -> Candidates:
        return {word: self.proposed.get(word, ()) for word in words}

    def totals(self, terms: Sequence[Term], texts: Sequence[ParsedText]) -> list[Callable[[], int]]:
        """Asks for all totals in one request."""
        bodies = [self._held(term) for term in terms]
        bodies += [self.changed(text=text).counts(facets=False) for text in texts]
        return [partial(total_of, answer) for answer in ask_all(self.client, self.index, bodies)]

    def _held(self, term: Term) -> dict[str, Any]:
        query = q.Bool(filter=[self.compiler.term(term), *q.base(self.query)])
        return {"query": query.to_dict(), "size": 0, "track_total_hits": 1}

    # --- Requests and answers -----------------------------------------------------------------------------

    def page(self) -> dict[str, Any]:
        offset, limit = common.page_of(self.query)
        order = common.order_field(self.query, has_text=bool(self.plan))
        wanted = self.compiler.wanted(self.plan)
        selected = q.Bool(
            must=wanted,
            must_not=self.compiler.unwanted(self.plan),
            should=self.compiler.better(self.plan, self.query) if wanted else [],
            filter=[*q.base(self.query), *self.filters.values()],
        )
        return {
            "query": (q.fresh(selected, self.query) if wanted else selected).to_dict(),
            "from": offset if limit else 0,
            "size": limit,
            "sort": [{order: "desc"}] if order else ["_score", {"order": "desc"}],
            "track_total_hits": False,
            "_source": ["shown_keywords"],
        }

    def counts(self, *, facets: bool = True) -> dict[str, Any]:
        """The total under all filters, and each facet under all but its own."""
        selected = q.Bool(
            filter=[*self.compiler.wanted(self.plan), *q.base(self.query)],
            must_not=self.compiler.unwanted(self.plan),
        )
        body: dict[str, Any] = {
            "query": selected.to_dict(),
            "size": 0,
            "track_total_hits": True,
        }
        if self.filters:
            body["post_filter"] = q.all_of(self.filters.values()).to_dict()
        if facets and (aggregations := q.aggregations(self.query, self.filters)):
            body["aggs"] = aggregations
        return body

    def _hit(self, hit: Mapping[str, Any]) -> Hit:
        kind, pk = split_id(hit["_id"])
        return Hit(kind, pk, hit["_score"] or 0.0, hit["_source"]["shown_keywords"])

    def _counts(self, aggregations: Mapping[str, Any]) -> dict[str, dict[str, int]]:
        counts = {}
        for index, names in enumerate(common.facet_groups(self.query).values()):
            group = aggregations[f"group_{index}"] if self.query.filters else aggregations
            for name in names:
                raw = _buckets(group[name]["buckets"])
                counts[name] = common.reported(name, raw, self.query)
        return counts

    def _without_facet_totals(self, aggregations: Mapping[str, Any]) -> dict[str, int]:
        groups = list(common.facet_groups(self.query))
        return {
            name: aggregations[f"group_{groups.index(common.others_of(name, self.query))}"]["doc_count"]
            for name in common.chosen_names(self.query)
        }


def total_of(counted: Mapping[str, Any]) -> int:
    return counted["hits"]["total"]["value"]


def _buckets(buckets: Any) -> dict[str, int]:
    """Value → documents, of buckets with a key and of named ones."""
    if isinstance(buckets, Mapping):
        return {name: bucket["doc_count"] for name, bucket in buckets.items() if bucket["doc_count"]}
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}
