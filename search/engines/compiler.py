"""The query compiler: makes an engine's queries from a plan.

Each engine implements a handful of primitives; how they are combined is the same for all of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from ..analysis.analyzer import folded, stem, stems, token
from ..analysis.families import APART
from ..analysis.words import counting, fold
from ..query import SearchQuery, ranking
from ..query.plan import Plan, Term, designated

Query = TypeVar("Query")

# Value of the field `answered`.
ANSWERED = "yes"
# Of more synonyms than that (dozens of brands of one substance) all score the same, as a rather rare word.
_SCORED_SYNONYMS = 3
_ANY_SYNONYM = 3.0


class Compiler(ABC, Generic[Query]):
    # --- Primitives --------------------------------------------------------------------------------------

    @abstractmethod
    def word(self, token: str, boost: float = 1.0, *, exact: bool = False) -> Query:
        """A token in any text, scored as if the texts were one; `exact`: among the words as written."""

    @abstractmethod
    def phrase(
        self, tokens: Sequence[str], boost: float = 1.0, *, slop: int = 0, exact: bool = False
    ) -> Query:
        """Two tokens or more in a row; `slop` is how many others may stand between them."""

    @abstractmethod
    def any_word(self, tokens: Sequence[str], boost: float) -> Query:
        """Any of these, all with the same score."""

    @abstractmethod
    def best(self, queries: Sequence[Query]) -> Query:
        """Any of several queries; the best one scores, the others hardly (`ranking.TIE_BREAKER`)."""

    @abstractmethod
    def all(self, queries: Sequence[Query]) -> Query: ...

    @abstractmethod
    def values(self, field: str, values: Sequence[str]) -> Query:
        """Documents with one of these values in a field of codes."""

    @abstractmethod
    def facet(self, name: str, values: Sequence[str]) -> Query: ...

    @abstractmethod
    def constant(self, query: Query, score: float) -> Query: ...

    # --- Plans -------------------------------------------------------------------------------------------

    def wanted(self, plan: Plan) -> list[Query]:
        """Queries that a document must match, all of them."""
        return [*map(self.term, plan.terms), *map(self._quote, plan.phrases)]

    def unwanted(self, plan: Plan) -> list[Query]:
        """Queries of which a document must match none."""
        return self._in_a_row(plan.excluded)

    def better(self, plan: Plan, query: SearchQuery) -> list[Query]:
        """Queries that only add to the score of what is found."""
        found = self._in_a_row(plan.adjacent_pairs, ranking.ADJACENT_BOOST, slop=ranking.SYNONYM_SLOP)
        found += map(self.term, plan.optional_acronyms)
        found.append(self.constant(self.values("answered", [ANSWERED]), ranking.ANSWERED_BOOST))
        for name, values in query.preferred.items():
            if query.preferring_kinds:
                own = [self.values("kind", query.preferring_kinds), self.facet(name, values)]
                found.append(self.constant(self.all(own), ranking.PREFERRED_BOOST * len(plan.terms)))
        return found

    def term(self, term: Term) -> Query:
        choices: list[Query] = []
        if term.adjacent:
            choices += self._in_a_row([" ".join(term.words)], slop=ranking.SYNONYM_SLOP)
        elif term.words:
            choices.append(self._one_or(self.all, list(map(self._typed, designated(term.words)))))
        choices += self._in_a_row(term.variants, ranking.SYNONYM_BOOST)
        choices += self._synonyms([token(name) for name in term.synonyms])
        for text in term.synonym_phrases:
            # Engines add up the rarity of the words of a phrase.
            boost = ranking.SYNONYM_BOOST / max(1, counting(text))
            choices += self._in_a_row([text], boost, slop=ranking.SYNONYM_SLOP)
        if term.acronyms:
            choices.append(self.constant(self.values("acronyms", term.acronyms), ranking.ACRONYM_SCORE))
        choices += self._related(term.related)
        if term.kinds:
            choices.append(self.constant(self.values("kind", term.kinds), ranking.KIND_SCORE))
        return self._one_or(self.best, choices)

    def _typed(self, words: tuple[str, ...]) -> Query:
        """A typed word by its stem, and better where it stands as it was typed; « type 2 » side by side."""
        if len(words) > 1:
            tokens = list(map(token, words))
            apart = self.all([self.word(one, ranking.APART_BOOST) for one in tokens])
            return self.best([self.phrase(tokens, slop=ranking.SYNONYM_SLOP), apart])
        (word,) = words
        # « A » of « hépatite A » is a stop word elsewhere; « curé » is never « cure » without its accent.
        if not stem(word) or stem(word).startswith(APART):
            return self.word(token(word))
        return self.best([self.word(stem(word)), self.word(fold(word), ranking.EXACT_BOOST, exact=True)])

    def _synonyms(self, tokens: Sequence[str]) -> list[Query]:
        if len(tokens) > _SCORED_SYNONYMS:
            return [self.any_word(tokens, _ANY_SYNONYM * ranking.SYNONYM_BOOST)]
        return [self.word(one, ranking.SYNONYM_BOOST) for one in tokens]

    def _related(self, texts: Sequence[str]) -> list[Query]:
        """Words score alike, whatever their number."""
        words = [text for text in texts if len(stems(text)) == 1]
        queries = self._in_a_row([text for text in texts if text not in words], ranking.RELATED_BOOST)
        if words:
            queries.append(self.any_word(list(map(stem, words)), _ANY_SYNONYM * ranking.RELATED_BOOST))
        return queries

    def _in_a_row(self, texts: Iterable[str], boost: float = 1.0, *, slop: int = 0) -> list[Query]:
        """Words next to each other, by their stems; texts of stop words only are left out."""
        queries = []
        for tokens in filter(None, map(stems, texts)):
            queries.append(
                self.word(tokens[0], boost) if len(tokens) == 1 else self.phrase(tokens, boost, slop=slop)
            )
        return queries

    def _quote(self, text: str) -> Query:
        """Words in exact order, as written."""
        words = folded(text)
        return self.word(words[0], exact=True) if len(words) == 1 else self.phrase(words, exact=True)

    def _one_or(self, combine: Callable[[Sequence[Query]], Query], queries: Sequence[Query]) -> Query:
        return queries[0] if len(queries) == 1 else combine(queries)
