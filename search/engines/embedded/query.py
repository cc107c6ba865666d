"""From a plan and filters to tantivy queries. What a person typed never meets a query parser."""

from collections.abc import Callable, Iterable
from datetime import datetime
from math import log

from tantivy import FieldType, Occur, Query

from ...analysis.plan import Plan, Term
from ...analysis.words import counting, fold, tokens
from ...query import SearchQuery
from ...ranking import (
    ACRONYM_SCORE,
    ANSWERED_BOOST,
    BOOSTS,
    EXACT_BOOST,
    KIND_SCORE,
    NEIGHBOURS_BOOST,
    PREFERRED_BOOST,
    SYNONYM_BOOST,
    SYNONYM_SLOP,
    TIE_BREAKER,
    phrase_boost,
)
from .. import french
from ..common import KIND, date_key, milliseconds
from ..correction import allowed_errors
from .schema import ANSWERED, TEXTS, facet_field, words_field
from .snapshot import Snapshot
from .store import OpenIndex

Clause = tuple[Occur, Query]


# Filters of aggregations that select everything, and no document at all.
EVERYTHING = "*"
NOTHING = f"+{KIND}:IN []"


def written_since(moment: datetime | None) -> str:
    return NOTHING if moment is None else f"+order:>={date_key(moment)}"


def must(queries: Iterable[Query]) -> list[Clause]:
    return [(Occur.Must, query) for query in queries]


class Compiler:
    """Makes queries for one open index."""

    def __init__(self, opened: OpenIndex, snapshot: Snapshot) -> None:
        self.schema = opened.schema
        self.facet_names = opened.facet_names
        self.kinds = snapshot.kinds
        self.searcher = snapshot.searcher

    # --- Filters: they select and never score ----------------------------------------------------------

    def filter(self, name: str, values: list[str]) -> Query:
        if name != KIND and name not in self.facet_names:
            return Query.empty_query()
        return self._among(name if name == KIND else facet_field(name), values)

    def since(self, moment: datetime | None) -> Query:
        """No known moment was chosen: nothing is found, as with any other unknown value."""
        if moment is None:
            return Query.empty_query()
        span = Query.range_query(self.schema, "order", FieldType.Unsigned, lower_bound=date_key(moment))
        return Query.const_score_query(span, 0.0)

    def written(self, name: str, values: list[str]) -> str:
        """The same filter in tantivy's own words, which aggregations want; values are quoted."""
        if name != KIND and name not in self.facet_names:
            return NOTHING
        quoted = (value.replace("\\", r"\\").replace('"', r"\"") for value in values)
        among = " ".join(f'"{value}"' for value in quoted)
        return f"+{name if name == KIND else facet_field(name)}:IN [{among}]"

    def base(self, query: SearchQuery) -> list[Clause]:
        """What this reader may see, of the kinds of this list."""
        clauses = must([self._among("access", sorted(query.tokens))])
        if query.kinds and not self.kinds.issubset(query.kinds):
            clauses += must([self._among(KIND, list(query.kinds))])
        expired = Query.range_query(
            self.schema, "expiry", FieldType.Unsigned, upper_bound=max(0, milliseconds(query.now))
        )
        return [*clauses, (Occur.MustNot, expired)]

    def _among(self, field: str, values: list[str]) -> Query:
        """One value is looked up document by document; several are collected first."""
        if len(values) == 1:
            among = Query.term_query(self.schema, field, values[0], "basic")
        else:
            among = Query.term_set_query(self.schema, field, values)
        return Query.const_score_query(among, 0.0)

    # --- Text ----------------------------------------------------------------------------------------

    def text(self, plan: Plan, asked: SearchQuery) -> list[Clause]:
        """Clauses of what must be found and what must not; no `Must` among them: everything is found."""
        wanted = [query for term in plan.terms if (query := self.term(term))]
        wanted += [query for phrase in plan.phrases if (query := self._quote(phrase))]
        unwanted = [query for text in plan.excluded if (query := self._phrase(text, slop=0))]
        better = [query for text in plan.neighbours if (query := self._phrase(text, slop=SYNONYM_SLOP))]
        better = [Query.boost_query(query, NEIGHBOURS_BOOST) for query in better]
        better += [query for term in plan.likely if (query := self.term(term))]
        return [
            *must(wanted),
            *((Occur.MustNot, query) for query in unwanted),
            *((Occur.Should, query) for query in [*better, *self._signals(plan, asked)] if wanted),
        ]

    def _signals(self, plan: Plan, asked: SearchQuery) -> list[Query]:
        """What makes a document better beside its words."""
        answered = Query.term_query(self.schema, "answered", ANSWERED)
        found = [Query.const_score_query(answered, ANSWERED_BOOST)]
        for name, values in asked.preferred.items():
            if name in self.facet_names and asked.preferring_kinds:
                kinds = self._among(KIND, list(asked.preferring_kinds))
                own = Query.boolean_query(must([kinds, self._among(facet_field(name), list(values))]))
                found.append(Query.const_score_query(own, PREFERRED_BOOST * len(plan.terms)))
        return found

    def term(self, term: Term) -> Query | None:
        """None: nothing but stop words."""
        choices = []
        words = [query for word in term.words if (query := self._word(word))]
        if words and term.adjacent:
            words = [query for query in [self._phrase(" ".join(term.words), slop=SYNONYM_SLOP)] if query]
        if words:
            choices.append(words[0] if len(words) == 1 else Query.boolean_query(must(words)))
        others = [query for form in term.forms if (query := self._phrase(form, slop=0))]
        others += self._names(term.names)
        choices += [Query.boost_query(query, SYNONYM_BOOST) for query in others]
        for text in term.phrases:
            if query := self._phrase(text, slop=SYNONYM_SLOP):
                choices.append(Query.boost_query(query, phrase_boost(counting(text))))
        if term.acronyms:
            known = Query.term_set_query(self.schema, "acronyms", list(term.acronyms))
            choices.append(Query.const_score_query(known, ACRONYM_SCORE))
        if term.kinds:
            choices.append(Query.const_score_query(self._among(KIND, list(term.kinds)), KIND_SCORE))
        if len(choices) < 2:
            return choices[0] if choices else None
        return Query.disjunction_max_query(choices, TIE_BREAKER)

    def _word(self, word: str) -> Query | None:
        stemmed = self._one(word)
        if stemmed is None:
            return None
        exact = self._in_texts(fold(word), words_field, EXACT_BOOST)
        return Query.disjunction_max_query([stemmed, *exact], TIE_BREAKER)

    def _one(self, word: str) -> Query | None:
        """One word by its stem; None: a stop word."""
        stem = french.stem(word)
        if not stem:
            return None
        if len(word) <= french.SHORT:
            fields = self._in_texts(fold(word), words_field)
        else:
            fields = self._in_texts(stem)
        return Query.disjunction_max_query(fields, TIE_BREAKER)

    def _in_texts(self, word: str, field_of: Callable[[str], str] = str, boost: float = 1.0) -> list[Query]:
        """A word in each text, as rare as in the one that holds it most: a word of many labels is not rare
        because few titles hold it. How long and how repetitive labels are says nothing: they score once.
        """
        rarities = {text: self._rarity(field_of(text), word) for text in TEXTS}
        least = min(rarities.values())
        queries = []
        for text, rarity in rarities.items():
            query = Query.term_query(self.schema, field_of(text), word)
            if text == "keywords":
                queries.append(Query.const_score_query(query, boost * BOOSTS[text] * least))
            else:
                queries.append(Query.boost_query(query, boost * BOOSTS[text] * least / rarity))
        return queries

    def _rarity(self, field: str, word: str) -> float:
        """As BM25 counts it; never 0."""
        holding = self.searcher.doc_freq(field, word)
        return log(1 + (self.searcher.num_docs - holding + 0.5) / (holding + 0.5))

    def _names(self, names: tuple[str, ...]) -> list[Query]:
        if len(names) <= 3:
            return [query for name in names if (query := self._one(name))]
        stems = list(filter(None, map(french.stem, names)))
        # Dozens of brands of one substance: which one it is does not change the score.
        return [
            Query.const_score_query(Query.term_set_query(self.schema, field, stems), 3.0 * BOOSTS[field])
            for field in TEXTS
        ]

    def _phrase(self, text: str, *, slop: int) -> Query | None:
        """Words next to each other, by their stems."""
        stems = french.stems(text)
        if len(stems) < 2:
            return next((query for word in tokens(text) if (query := self._one(word))), None)
        first = stems[0][0]
        words = [(position - first, stem) for position, stem in stems]
        return self._in_any_field([self._phrase_in(name, name, words, slop) for name in TEXTS])

    def _quote(self, text: str) -> Query | None:
        """Words in exact order, as written."""
        words = french.folded(text)
        if not words:
            return None
        if len(words) == 1:
            return self._in_any_field(self._in_texts(words[0], words_field))
        places = list(enumerate(words))
        return self._in_any_field([self._phrase_in(f, words_field(f), places, 0) for f in TEXTS])

    def _phrase_in(self, text: str, field: str, words: list[tuple[int, str]], slop: int) -> Query:
        """Words in a row in a text's field; in labels they score once, as each of them would alone."""
        query = Query.phrase_query(self.schema, field, words, slop)
        if text != "keywords":
            return Query.boost_query(query, BOOSTS[text])
        rarity = sum(self._rarity(field, word) for _place, word in words)
        return Query.const_score_query(query, BOOSTS[text] * rarity)

    def _in_any_field(self, queries: list[Query]) -> Query:
        return Query.disjunction_max_query(queries, TIE_BREAKER)

    def near(self, word: str) -> Query | None:
        """Documents with a word that differs from this one by a typing error."""
        errors = allowed_errors(word)
        if not errors:
            return None
        typed = fold(word)
        fuzzy = [
            Query.fuzzy_term_query(self.schema, words_field(field), typed, errors, True) for field in TEXTS
        ]
        return Query.disjunction_max_query(fuzzy, TIE_BREAKER)
