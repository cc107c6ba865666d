"""Compiles plans and filters to the servers' query DSL. Typed text never reaches a query parser."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    FunctionScore,
    MatchNone,
    MultiMatch,
    Query,
    Range,
    Terms,
)

from ...analysis.words import fold
from ...query import SINCE, SearchQuery, ranking
from ...query.ranking import BOOSTS, TIE_BREAKER
from .. import common, compiler
from ..correction import MIN_LENGTH, allowed_errors, closest

_PROPOSED = 20  # words that this reader may not read take places too
# Elasticsearch multiplies scores by BM25's k1 + 1, OpenSearch does not since its third major. Labels, which
# are scored by their rarity alone (`mapping.RARITY`), and what scores the same wherever it stands, follow.
UNITS = {"elasticsearch": 1.0, "opensearch": 1 / 2.2}


def field_of(facet: str) -> str:
    return facet if facet == common.KIND else f"facets.{facet}"


# --- Filters: they select and never score ----------------------------------------------------------------


def base(query: SearchQuery) -> list[Query]:
    """Filters by access, kinds and expiry."""
    clauses = [readable(query.tokens)]
    if query.kinds:
        clauses.append(Terms("kind", list(query.kinds)))
    clauses.append(Range("until", {"gt": _this_minute(query.now), "format": "epoch_millis"}))
    return clauses


def readable(tokens: Iterable[str]) -> Query:
    return Terms("access", sorted(tokens))


def _this_minute(now: datetime) -> int:
    """Rounded down, so that servers can cache counts for a minute. Documents expire at the end of a day."""
    return common.milliseconds(now.replace(second=0, microsecond=0))


def facet_filters(query: SearchQuery) -> dict[str, Query]:
    filters: dict[str, Query] = {
        name: Terms(field_of(name), values) for name, values in common.chosen_filters(query).items()
    }
    if query.filters.get(SINCE):
        filters[SINCE] = _since(common.chosen_since(query))
    return filters


def _since(moment: datetime | None) -> Query:
    """`None`: no known moment was chosen, and nothing is found, as with any unknown value."""
    if moment is None:
        return MatchNone()
    return Range("date", {"gte": common.milliseconds(moment), "format": "epoch_millis"})


def all_of(queries: Iterable[Query]) -> Query:
    return Bool(filter=list(queries))


# --- Text ------------------------------------------------------------------------------------------------


class Compiler(compiler.Compiler[Query]):
    """Makes scored queries for one kind of server."""

    def __init__(self, kind: str) -> None:
        self.unit = UNITS[kind]
        boosts = BOOSTS | {"keywords": BOOSTS["keywords"] * self.unit}
        self.stems = [f"{name}^{boost:.3g}" for name, boost in boosts.items()]
        self.words = [f"{common.words_field(name)}^{boost:.3g}" for name, boost in boosts.items()]

    def word(self, token: str, boost: float = 1.0, *, exact: bool = False) -> Query:
        return self._in_texts(token, boost, exact=exact, type="cross_fields")

    def phrase(
        self, tokens: Sequence[str], boost: float = 1.0, *, slop: int = 0, exact: bool = False
    ) -> Query:
        return self._in_texts(" ".join(tokens), boost, exact=exact, type="phrase", slop=slop)

    def _in_texts(self, tokens: str, boost: float, *, exact: bool, **how: Any) -> Query:
        fields = self.words if exact else self.stems
        return MultiMatch(query=tokens, fields=fields, boost=boost, tie_breaker=TIE_BREAKER, **how)

    def any_word(self, tokens: Sequence[str], boost: float) -> Query:
        queries = {name: Terms(name, list(tokens)) for name in common.TEXTS}
        return self.best([self.constant(query, boost * BOOSTS[name]) for name, query in queries.items()])

    def best(self, queries: Sequence[Query]) -> Query:
        return DisMax(queries=list(queries), tie_breaker=TIE_BREAKER)

    def all(self, queries: Sequence[Query]) -> Query:
        return Bool(must=list(queries))

    def values(self, field: str, values: Sequence[str]) -> Query:
        return Terms(field, list(values))

    def facet(self, name: str, values: Sequence[str]) -> Query:
        return self.values(field_of(name), values)

    def constant(self, query: Query, score: float) -> Query:
        return ConstantScore(filter=query, boost=score * self.unit)


def fresh(scored: Query, query: SearchQuery) -> Query:
    """Lowers the score of old documents by at most `FRESHNESS_WEIGHT`, with a gauss decay."""
    if not query.decaying_kinds:
        return scored
    decaying = Terms("kind", list(query.decaying_kinds))
    share = ranking.FRESHNESS_WEIGHT
    gauss = {
        "origin": common.milliseconds(query.now),
        "scale": f"{ranking.FRESHNESS_SCALE_DAYS}d",
        "offset": f"{ranking.FRESHNESS_OFFSET_DAYS}d",
        "decay": 0.5,
    }
    functions: list[Any] = [
        {"weight": 1 - share},
        {"weight": share, "filter": decaying.to_dict(), "gauss": {"date": gauss}},
        {"weight": share, "filter": Bool(must_not=[decaying]).to_dict()},
    ]
    return FunctionScore(query=scored, functions=functions, score_mode="sum", boost_mode="multiply")


# --- Words that are like others ----------------------------------------------------------------------------


def proposals(words: Sequence[str]) -> dict[str, Any]:
    """Term suggesters for words of the index that are like these (see `correction`).

    One for the dictionary of each text field: a field for all texts would cost a quarter more at each write.
    """
    how = {
        "suggest_mode": "always",
        "max_term_freq": 0.99,
        "prefix_length": 1,
        "size": _PROPOSED,
        "min_word_length": MIN_LENGTH,
    }
    return {
        f"{name} {word}": {
            "text": fold(word),
            "term": how | {"field": common.words_field(name), "max_edits": allowed_errors(word)},
        }
        for word in words
        for name in common.TEXTS
    }


def proposed(answer: Mapping[str, Any]) -> dict[str, list[str]]:
    """Typed word → words of the answer that may have been meant."""
    candidates: dict[str, list[str]] = {}
    for key, entries in answer.items():
        options = (option["text"] for entry in entries for option in entry["options"])
        candidates.setdefault(key.partition(" ")[2], []).extend(options)
    return {word: closest(word, options) for word, options in candidates.items()}


# --- Aggregations ----------------------------------------------------------------------------------------


def aggregations(query: SearchQuery, filters: Mapping[str, Query]) -> dict[str, Any]:
    """Each facet counted under every filter but its own; facets under the same filters share one."""
    aggs: dict[str, Any] = {}
    for index, (applied, names) in enumerate(common.facet_groups(query).items()):
        counted = {name: _values(name, query) for name in names}
        if query.filters:
            chosen = all_of(filters[name] for name in applied)
            aggs[f"group_{index}"] = {"filter": chosen.to_dict(), **({"aggs": counted} if counted else {})}
        else:
            aggs |= counted
    return aggs


def _values(name: str, query: SearchQuery) -> dict[str, Any]:
    if name == SINCE:
        spans = {value: _since(moment).to_dict() for value, moment in query.since.items()}
        return {"filters": {"filters": spans}}
    return {"terms": {"field": field_of(name), "size": common.MAX_FACET_VALUES}}
