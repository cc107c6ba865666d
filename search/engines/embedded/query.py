"""Compiles plans and filters to tantivy queries. Typed text never reaches a query parser."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import log

from tantivy import FieldType, Occur, Query

from ...query import SearchQuery
from ...query.ranking import BOOSTS, TIE_BREAKER
from .. import compiler
from ..common import KIND, TEXTS, date_key, milliseconds, words_field
from .schema import facet_field
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


class Compiler(compiler.Compiler[Query]):
    """Makes queries for one open index."""

    def __init__(self, opened: OpenIndex, snapshot: Snapshot) -> None:
        self.schema = opened.schema
        self.facet_names = opened.facet_names
        self.kinds = snapshot.kinds
        self.searcher = snapshot.searcher
        self.documents = snapshot.searcher.num_docs

    # --- Filters: they select and never score ----------------------------------------------------------

    def facet(self, name: str, values: Sequence[str]) -> Query:
        if name != KIND and name not in self.facet_names:
            return Query.empty_query()
        return self.values(name if name == KIND else facet_field(name), values)

    def since(self, moment: datetime | None) -> Query:
        """`None`: no known moment was chosen, and nothing is found, as with any unknown value."""
        if moment is None:
            return Query.empty_query()
        span = Query.range_query(self.schema, "order", FieldType.Unsigned, lower_bound=date_key(moment))
        return Query.const_score_query(span, 0.0)

    def written(self, name: str, values: list[str]) -> str:
        """The same filter in tantivy's query language, as aggregations want it; values are quoted."""
        if name != KIND and name not in self.facet_names:
            return NOTHING
        quoted = (value.replace("\\", r"\\").replace('"', r"\"") for value in values)
        among = " ".join(f'"{value}"' for value in quoted)
        return f"+{name if name == KIND else facet_field(name)}:IN [{among}]"

    def base(self, query: SearchQuery) -> list[Clause]:
        """Filters by access, kinds and expiry."""
        clauses = must([self.values("access", sorted(query.tokens))])
        if query.kinds and not self.kinds.issubset(query.kinds):
            clauses += must([self.values(KIND, list(query.kinds))])
        expired = Query.range_query(
            self.schema, "expiry", FieldType.Unsigned, upper_bound=max(0, milliseconds(query.now))
        )
        return [*clauses, (Occur.MustNot, expired)]

    def values(self, field: str, values: Sequence[str]) -> Query:
        """A term query for one value, a set query for several: each is the faster one."""
        if len(values) == 1:
            among = Query.term_query(self.schema, field, values[0], "basic")
        else:
            among = Query.term_set_query(self.schema, field, list(values))
        return Query.const_score_query(among, 0.0)

    # --- Text ----------------------------------------------------------------------------------------

    def word(self, token: str, boost: float = 1.0, *, exact: bool = False) -> Query:
        """The rarity of a word is that in the field that holds it most: a word of many labels is not rare
        because few titles hold it. Labels score once, however long and repetitive they are.
        """
        names = {text: words_field(text) if exact else text for text in TEXTS}
        holding = {text: self.searcher.doc_freq(name, token) for text, name in names.items()}
        queries = []
        for text, blended in _blended(holding).items():
            query = Query.term_query(self.schema, names[text], token)
            score, rarity = boost * BOOSTS[text], self._rarity(blended)
            if text == "keywords":
                queries.append(Query.const_score_query(query, score * rarity))
            else:
                queries.append(Query.boost_query(query, score * rarity / self._rarity(holding[text])))
        return self.best(queries)

    def phrase(
        self, tokens: Sequence[str], boost: float = 1.0, *, slop: int = 0, exact: bool = False
    ) -> Query:
        queries = []
        for text in TEXTS:
            name = words_field(text) if exact else text
            query = Query.phrase_query(self.schema, name, list(tokens), slop)
            if text == "keywords":  # scores once, as each word would alone
                rarity = sum(self._rarity(self.searcher.doc_freq(name, token)) for token in tokens)
                queries.append(Query.const_score_query(query, boost * BOOSTS[text] * rarity))
            else:
                queries.append(Query.boost_query(query, boost * BOOSTS[text]))
        return self.best(queries)

    def any_word(self, tokens: Sequence[str], boost: float) -> Query:
        queries = {name: Query.term_set_query(self.schema, name, list(tokens)) for name in TEXTS}
        return self.best([self.constant(query, boost * BOOSTS[name]) for name, query in queries.items()])

    def best(self, queries: Sequence[Query]) -> Query:
        return Query.disjunction_max_query(list(queries), TIE_BREAKER)

    def all(self, queries: Sequence[Query]) -> Query:
        return Query.boolean_query(must(queries))

    def constant(self, query: Query, score: float) -> Query:
        return Query.const_score_query(query, score)

    def _rarity(self, holding: int) -> float:
        """The BM25 weight (idf) of a word that so many documents hold; never 0."""
        return log(1 + (self.documents - holding + 0.5) / (holding + 0.5))


def _blended(holding: Mapping[str, int]) -> dict[str, int]:
    """Document frequencies of a word as Lucene's `cross_fields` blends them: that of the field that holds it
    most, and one more for each field that holds it less.
    """
    frequencies: dict[str, int] = {}
    previous = blended = max(holding.values())
    for text in sorted(holding, key=lambda text: -holding[text]):
        blended += holding[text] < previous
        frequencies[text] = blended
        previous = holding[text]
    return frequencies
