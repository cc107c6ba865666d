"""One query to a search server: one request, and two more only when nothing was found."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import Any

from elasticsearch import Elasticsearch

from ...analysis.plan import Plan, Term, build_plan
from ...documents import split_id
from ...highlight import MAX_LENGTH
from ...query import ParsedText, SearchQuery
from ...ranking import BOOSTS
from .. import common
from ..base import EngineUnavailable, Hit, SearchResponse
from ..correction import NEIGHBOURS, TOGETHER, best_match, closest, corrected
from . import query as q

_MARKED = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)


class Search:
    def __init__(self, client: Elasticsearch, index: str, kind: str, query: SearchQuery) -> None:
        self.client = client
        self.index = index
        self.kind = kind
        self.query = query
        self.plan: Plan = build_plan(query.text)
        self.compiler = q.Compiler(kind)
        self.filters = q.facet_filters(query)

    def run(self) -> SearchResponse:
        answer = self._ask(self._body())
        hits = [self._hit(hit) for hit in answer["hits"]["hits"]]
        total = answer["hits"]["total"]["value"]
        aggregations = answer.get("aggregations", {})
        return SearchResponse(
            hits=hits,
            total=total,
            counts=self._counts(aggregations),
            without={} if total else self._without(aggregations),
        )

    def with_text(self, text: ParsedText) -> "Search":
        return Search(self.client, self.index, self.kind, replace(self.query, text=text))

    def _ask(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        # Half an answer is none: counts would be wrong.
        answer = self.client.search(index=self.index, body=body, allow_partial_search_results=False)
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise EngineUnavailable("The search server gave half an answer.")
        return answer.body

    def _body(self) -> dict[str, Any]:
        offset, limit = common.page_of(self.query)
        order = common.order_field(self.query, has_text=bool(self.plan))
        body: dict[str, Any] = {
            "query": self.compiler.text(self.plan, self.query).to_dict(),
            "from": offset if limit else 0,
            "size": limit,
            "sort": [{order: "desc"}] if order else ["_score", {"order": "desc"}],
            "track_total_hits": True,
            "_source": ["keywords"],
        }
        if self.filters:
            body["post_filter"] = q.all_of(self.filters.values()).to_dict()
        if aggregations := q.aggregations(self.query, self.filters):
            body["aggs"] = aggregations
        return body

    @property
    def _max_length(self) -> str:
        return "max_analyzer_offset" if self.kind == "opensearch" else "max_analyzed_offset"

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

    # --- Correction ------------------------------------------------------------------------------------

    def corrected_text(self) -> ParsedText | None:
        """The text, its unknown words replaced by words that this reader may see.

        None when there is nothing to replace. One request, whatever the number of words.
        """
        suspects = list(self._suspects())[: common.MAX_CORRECTED_WORDS]
        if not suspects:
            return None
        searches = [search for term, near in suspects for search in self._questions(term, near)]
        answers = self.client.msearch(index=self.index, searches=searches)["responses"]
        replacements = {}
        for (term, _near), known, found in zip(suspects, answers[::2], answers[1::2], strict=True):
            if known["hits"]["total"]["value"]:
                continue
            neighbours = closest([(hit["_score"], hit) for hit in found["hits"]["hits"]])
            if match := best_match(term.words[0], _marked_texts(neighbours)):
                replacements[term.words[0]] = match
        return corrected(self.query.text, replacements) if replacements else None

    def _suspects(self) -> Iterator[tuple[Term, q.Query]]:
        for term in self.plan.terms:
            if term.correctable and (near := self.compiler.near(term.words[0])):
                yield term, near

    def _questions(self, term: Term, near: q.Query) -> list[dict[str, Any]]:
        """Does anybody write this word? Who writes one that is like it?"""
        readable = q.base(self.query)
        known = q.Bool(filter=[self.compiler.term(term), *readable])
        others = [self.compiler.term(other) for other in self.plan.terms if other != term]
        together = [q.ConstantScore(filter=other, boost=TOGETHER) for other in others]
        neighbours = q.Bool(must=[near], should=together, filter=readable)
        fields = {f"{name}.words": {"fragment_size": 60, "number_of_fragments": 3} for name in BOOSTS}
        marked = {"pre_tags": ["<mark>"], "post_tags": ["</mark>"], self._max_length: MAX_LENGTH}
        return [
            {},
            {"query": known.to_dict(), "size": 0, "track_total_hits": 1},
            {},
            {
                "query": neighbours.to_dict(),
                "size": NEIGHBOURS,
                "_source": False,
                "highlight": {**marked, "highlight_query": near.to_dict(), "fields": fields},
            },
        ]


def _buckets(found: Any) -> dict[str, int]:
    """Value → documents, of buckets with a key and of named ones."""
    if isinstance(found, Mapping):
        return {name: bucket["doc_count"] for name, bucket in found.items() if bucket["doc_count"]}
    return {bucket["key"]: bucket["doc_count"] for bucket in found}


def _marked_texts(hits: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for hit in hits:
        for fragments in hit.get("highlight", {}).values():
            for fragment in fragments:
                yield from (unescape(text) for text in _MARKED.findall(fragment))
