"""One query to a search server, in one request."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from elasticsearch import Elasticsearch

from ...analysis.plan import Plan, build_plan
from ...documents import split_id
from ...query import ParsedText, SearchQuery
from .. import common
from ..base import Hit, SearchResponse
from ..correction import MAX_SUSPECTS, Candidates, allowed_errors
from . import query as q
from .client import ask_all


class Search:
    """Two searches in one request: the page, which need not know what comes after it, and the counts, without
    scores, which a server can keep until the index changes.
    """

    def __init__(self, client: Elasticsearch, index: str, kind: str, query: SearchQuery) -> None:
        self.client = client
        self.index = index
        self.kind = kind
        self.query = query
        self.plan: Plan = build_plan(query.text)
        self.compiler = q.Compiler(kind)
        self.filters = q.facet_filters(query)
        self.proposals: Candidates = {}

    def run(self) -> SearchResponse:
        """Asks the server, also which words are like those that may be mistyped (`proposals`)."""
        suspects = self.suspects if self.query.correct else ()
        page = self.page()
        if suspects:
            page["suggest"] = q.proposals(suspects)
        found, counted = ask_all(self.client, self.index, [page, self.counts()])
        self.proposals = q.proposed(found.get("suggest", {}))
        return self.response(found, counted)

    @property
    def suspects(self) -> list[str]:
        """Words that no rule knows and that are long enough to be mistyped."""
        typed = [term.words[0] for term in self.plan.terms if term.correctable]
        return [word for word in typed if allowed_errors(word)][:MAX_SUSPECTS]

    def response(self, found: Mapping[str, Any], counted: Mapping[str, Any]) -> SearchResponse:
        """From the answers to `page` and to `counts`."""
        hits = [self._hit(hit) for hit in found["hits"]["hits"]]
        # The index may have changed between the two.
        total = max(total_of(counted), self.query.offset + len(hits) if hits else 0)
        aggregations = counted.get("aggregations", {})
        return SearchResponse(
            hits=hits,
            total=total,
            counts=self._counts(aggregations),
            without={} if total else self._without(aggregations),
        )

    def with_text(self, text: ParsedText) -> "Search":
        return Search(self.client, self.index, self.kind, replace(self.query, text=text))

    def page(self) -> dict[str, Any]:
        offset, limit = common.page_of(self.query)
        order = common.order_field(self.query, has_text=bool(self.plan))
        selected = [*q.base(self.query), *self.filters.values()]
        return {
            "query": self.compiler.text(self.plan, self.query, selected).to_dict(),
            "from": offset if limit else 0,
            "size": limit,
            "sort": [{order: "desc"}] if order else ["_score", {"order": "desc"}],
            "track_total_hits": False,
            "_source": ["keywords"],
        }

    def counts(self, *, facets: bool = True) -> dict[str, Any]:
        """The total under all filters, and each facet under all but its own."""
        body: dict[str, Any] = {
            "query": self.compiler.selected(self.plan, self.query).to_dict(),
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
        return Hit(kind, pk, hit["_score"] or 0.0, hit["_source"]["keywords"])

    def _counts(self, aggregations: Mapping[str, Any]) -> dict[str, dict[str, int]]:
        counts = {}
        for index, names in enumerate(common.facet_groups(self.query).values()):
            found = aggregations[f"group_{index}"] if self.query.filters else aggregations
            for name in names:
                raw = _buckets(found[name]["buckets"])
                counts[name] = common.reported(name, raw, self.query)
        return counts

    def _without(self, aggregations: Mapping[str, Any]) -> dict[str, int]:
        groups = list(common.facet_groups(self.query))
        return {
            name: aggregations[f"group_{groups.index(common.others_of(name, self.query))}"]["doc_count"]
            for name in common.chosen_names(self.query)
        }


def total_of(counted: Mapping[str, Any]) -> int:
    return counted["hits"]["total"]["value"]


def _buckets(found: Any) -> dict[str, int]:
    """Value → documents, of buckets with a key and of named ones."""
    if isinstance(found, Mapping):
        return {name: bucket["doc_count"] for name, bucket in found.items() if bucket["doc_count"]}
    return {bucket["key"]: bucket["doc_count"] for bucket in found}
