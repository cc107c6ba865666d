"""From a plan and filters to the servers' query language. What a person typed never meets a query parser."""

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

from ... import ranking
from ...analysis.plan import Plan, Term
from ...analysis.words import counting
from ...query import SINCE, SearchQuery
from ...ranking import BOOSTS, EXACT_BOOST, SYNONYM_BOOST, SYNONYM_SLOP, TIE_BREAKER
from .. import common
from ..correction import MIN_LENGTH, allowed_errors, closest
from .mapping import TEXTS

_PROPOSED = 10  # words that this reader may not read take places too
# Elasticsearch multiplies scores by BM25's k1 + 1, OpenSearch does not since its third major. Labels, which
# are scored by their rarity alone (`mapping.RARITY`), and what scores the same wherever it stands, follow.
UNITS = {"elasticsearch": 1.0, "opensearch": 1 / 2.2}


def field_of(facet: str) -> str:
    return facet if facet == common.KIND else f"facets.{facet}"


# --- Filters: they select and never score ----------------------------------------------------------------


def base(query: SearchQuery) -> list[Query]:
    """What this reader may see, of the kinds of this list."""
    clauses = [readable(query.tokens)]
    if query.kinds:
        clauses.append(Terms("kind", list(query.kinds)))
    clauses.append(Range("until", {"gt": _this_minute(query.now), "format": "epoch_millis"}))
    return clauses


def readable(tokens: Iterable[str]) -> Query:
    return Terms("access", sorted(tokens))


def _this_minute(now: datetime) -> int:
    """For a minute a server can be asked again what it has counted. Documents expire at the end of a day."""
    return common.milliseconds(now.replace(second=0, microsecond=0))


def facet_filters(query: SearchQuery) -> dict[str, Query]:
    found: dict[str, Query] = {
        name: Terms(field_of(name), values) for name, values in common.chosen_filters(query).items()
    }
    if query.filters.get(SINCE):
        found[SINCE] = _since(common.chosen_since(query))
    return found


def _since(moment: datetime | None) -> Query:
    """No known moment was chosen: nothing is found, as with any other unknown value."""
    if moment is None:
        return MatchNone()
    return Range("date", {"gte": common.milliseconds(moment), "format": "epoch_millis"})


def all_of(queries: Iterable[Query]) -> Query:
    return Bool(filter=list(queries))


# --- Text ------------------------------------------------------------------------------------------------


class Compiler:
    """Makes scored queries for one kind of server."""

    def __init__(self, kind: str) -> None:
        self.unit = UNITS[kind]
        boosts = BOOSTS | {"keywords": BOOSTS["keywords"] * self.unit}
        self.stems = [f"{name}^{boost:.3g}" for name, boost in boosts.items()]
        self.words = [f"{name}.words^{boost:.3g}" for name, boost in boosts.items()]

    def text(self, plan: Plan, query: SearchQuery, filters: Sequence[Query]) -> Query:
        """What the plan asks for among what these filters select, scored."""
        wanted = self._wanted(plan)
        better = self._better(plan, query) if wanted else []
        found = Bool(must=wanted, must_not=self._unwanted(plan), should=better, filter=list(filters))
        return _fresh(found, query) if wanted and query.decaying_kinds else found

    def selected(self, plan: Plan, query: SearchQuery) -> Query:
        """The same among all that the reader may see, without scores."""
        return Bool(filter=[*self._wanted(plan), *base(query)], must_not=self._unwanted(plan))

    def _wanted(self, plan: Plan) -> list[Query]:
        return [*map(self.term, plan.terms), *map(self._quote, plan.phrases)]

    def _unwanted(self, plan: Plan) -> list[Query]:
        return [self._phrase(text, slop=0) for text in plan.excluded]

    def _better(self, plan: Plan, query: SearchQuery) -> list[Query]:
        """What makes a document better beside its words."""
        found = [
            self._phrase(text, slop=SYNONYM_SLOP, boost=ranking.NEIGHBOURS_BOOST) for text in plan.neighbours
        ]
        found += map(self.term, plan.likely)
        found.append(self._constant(Terms("answered", [True]), ranking.ANSWERED_BOOST))
        for name, values in query.preferred.items():
            if query.preferring_kinds:
                own = [Terms("kind", list(query.preferring_kinds)), Terms(field_of(name), list(values))]
                found.append(self._constant(all_of(own), ranking.PREFERRED_BOOST * len(plan.terms)))
        return found

    def term(self, term: Term) -> Query:
        choices: list[Query] = []
        if len(term.words) == 1:
            choices.append(self._word(term.words[0]))
        elif term.adjacent:
            choices.append(self._phrase(" ".join(term.words), slop=SYNONYM_SLOP))
        elif term.words:
            choices.append(Bool(must=[self._word(word) for word in term.words]))
        choices += [self._phrase(form, slop=0, boost=SYNONYM_BOOST) for form in term.forms]
        if term.names:
            choices.append(self._any_of(term.names))
        for text in term.phrases:
            boost = ranking.phrase_boost(counting(text))
            choices.append(self._phrase(text, slop=SYNONYM_SLOP, boost=boost))
        if term.acronyms:
            choices.append(self._constant(Terms("acronyms", list(term.acronyms)), ranking.ACRONYM_SCORE))
        if term.kinds:
            choices.append(self._constant(Terms("kind", list(term.kinds)), ranking.KIND_SCORE))
        return choices[0] if len(choices) == 1 else DisMax(queries=choices, tie_breaker=TIE_BREAKER)

    def _constant(self, query: Query, score: float) -> Query:
        return ConstantScore(filter=query, boost=score * self.unit)

    def _word(self, word: str) -> Query:
        """One word in whichever field, scored as if the fields were one."""
        how: dict[str, Any] = {
            "query": word,
            "type": "cross_fields",
            "operator": "and",
            "tie_breaker": TIE_BREAKER,
        }
        exact = MultiMatch(**how, fields=self.words, boost=EXACT_BOOST)
        return DisMax(queries=[MultiMatch(**how, fields=self.stems), exact], tie_breaker=TIE_BREAKER)

    def _any_of(self, words: Sequence[str]) -> Query:
        return MultiMatch(
            query=" ".join(words), type="best_fields", operator="or", fields=self.stems, boost=SYNONYM_BOOST
        )

    def _phrase(self, text: str, *, slop: int, boost: float = 1.0) -> Query:
        """Words next to each other, by their stems."""
        return MultiMatch(query=text, type="phrase", slop=slop, fields=self.stems, boost=boost)

    def _quote(self, text: str) -> Query:
        """Words in exact order, as written."""
        return MultiMatch(query=text, type="phrase", fields=self.words)


def _fresh(found: Query, query: SearchQuery) -> Query:
    """Takes at most `FRESHNESS_WEIGHT` of the score of old news away, gently."""
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
    return FunctionScore(query=found, functions=functions, score_mode="sum", boost_mode="multiply")


# --- Words that are like others ----------------------------------------------------------------------------


def proposals(words: Sequence[str]) -> dict[str, Any]:
    """Asks for words of the index that are like these, whoever may read them (see `correction`).

    In the dictionary of each text: one for all three would cost a quarter more at each write.
    """
    how = {"suggest_mode": "always", "prefix_length": 1, "size": _PROPOSED, "min_word_length": MIN_LENGTH}
    return {
        f"{name} {word}": {
            "text": word,
            "term": how | {"field": f"{name}.words", "max_edits": allowed_errors(word)},
        }
        for word in words
        for name in TEXTS
    }


def proposed(answer: Mapping[str, Any]) -> dict[str, list[str]]:
    """Typed word → words of the answer that may have been meant."""
    found: dict[str, list[str]] = {}
    for key, entries in answer.items():
        options = (option["text"] for entry in entries for option in entry["options"])
        found.setdefault(key.partition(" ")[2], []).extend(options)
    return {word: closest(word, options) for word, options in found.items()}


# --- Aggregations ----------------------------------------------------------------------------------------


def aggregations(query: SearchQuery, filters: Mapping[str, Query]) -> dict[str, Any]:
    """Each facet counted under every filter but its own; facets under the same filters share one."""
    found: dict[str, Any] = {}
    for index, (applied, names) in enumerate(common.facet_groups(query).items()):
        counted = {name: _values(name, query) for name in names}
        if query.filters:
            chosen = all_of(filters[name] for name in applied)
            found[f"group_{index}"] = {"filter": chosen.to_dict(), **({"aggs": counted} if counted else {})}
        else:
            found |= counted
    return found


def _values(name: str, query: SearchQuery) -> dict[str, Any]:
    if name == SINCE:
        spans = {value: _since(moment).to_dict() for value, moment in query.since.items()}
        return {"filters": {"filters": spans}}
    return {"terms": {"field": field_of(name), "size": common.MAX_FACET_VALUES}}
