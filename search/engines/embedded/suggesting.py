"""Suggests titles of a snapshot that complete what is being typed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import tantivy
from tantivy import Occur, Query

from ...analysis.analyzer import token
from ...analysis.words import fold
from ...query import SuggestQuery
from ..common import SUGGESTED_SPARE, milliseconds, typed_words, words_field
from .query import Clause, must
from .schema import week_of
from .snapshot import Snapshot
from .store import OpenIndex

TITLE, TITLE_WORDS, START = "title", words_field("title"), "start"
# Of the words with a prefix, the most frequent: « in » has thousands in a large index.
MAX_WORDS = 100
# The newest documents are looked at first.
RECENT_WEEKS = 8


def suggest(opened: OpenIndex, snapshot: Snapshot, query: SuggestQuery) -> Mapping[str, Sequence[int]]:
    whole, beginning = typed_words(query)
    if not beginning:
        return {}
    lookup = _Lookup(opened, snapshot.searcher, query.now)
    words = [lookup.whole(word) for word in whole]
    words.append(lookup.beginning(TITLE_WORDS, beginning))
    # A title that begins with what was typed: with the first word, or with the beginning of the only one.
    first = lookup.word(START, fold(whole[0])) if whole else lookup.beginning(START, beginning)
    readable = _any(lookup.word("access", token) for token in sorted(query.tokens))
    pks_by_kind = {}
    for kind in query.kinds:
        if kind not in snapshot.kinds:
            continue
        within = must([readable, lookup.word("kind", kind)])
        # Titles that begin so are few, and hold that word: neither it nor recent weeks are asked for.
        pks = lookup.newest(must([first, *words[1:]]) + within, query.limit)
        if len(pks) < query.limit:
            others = [(Occur.MustNot, first), *must(words), *within]
            pks += lookup.recent_first(others, query.limit - len(pks))
        if pks:
            pks_by_kind[kind] = pks
    return pks_by_kind


class _Lookup:
    def __init__(self, opened: OpenIndex, searcher: tantivy.Searcher, now: datetime) -> None:
        self.schema = opened.schema
        self.searcher = searcher
        self.now = milliseconds(now)
        week = week_of(now)
        self.recent = _any(self.word("week", str(week - ago)) for ago in range(-1, RECENT_WEEKS))

    def word(self, field: str, word: str) -> Query:
        return Query.term_query(self.schema, field, word)

    def whole(self, word: str) -> Query:
        """A word that was typed to its end: as written, or in another form."""
        return _any([self.word(TITLE_WORDS, fold(word)), self.word(TITLE, token(word))])

    def beginning(self, field: str, beginning: str) -> Query:
        known = self.searcher.terms_with_prefix(field, beginning, limit=MAX_WORDS)
        return _any(self.word(field, word) for word, _count in known)

    def recent_first(self, clauses: Sequence[Clause], limit: int) -> list[int]:
        """Pks of the newest documents that these clauses select.

        A frequent word is found among the recent ones; a rare one costs little among all of them.
        """
        pks = self.newest([*must([self.recent]), *clauses], limit)
        return pks if len(pks) == limit else self.newest(clauses, limit)

    def newest(self, clauses: Sequence[Clause], limit: int) -> list[int]:
        query = Query.boolean_query(list(clauses))
        spare = limit * SUGGESTED_SPARE
        hits = self.searcher.search(query, limit=spare, count=False, order_by_field="order").hits
        if not hits:
            return []
        addresses = [address for _order, address in hits]
        pks = self.searcher.fast_field_values("pk", addresses)
        expiries = self.searcher.fast_field_values("expires", addresses)
        alive = [int(pk) for pk, expires in zip(pks, expiries, strict=True) if expires > self.now]
        return alive[:limit]


def _any(queries: Iterable[Query]) -> Query:
    """Nothing at all when there is none: `boolean_query([])` would say the same less clearly."""
    choices = list(queries)
    if len(choices) == 1:
        return choices[0]
    return (
        Query.boolean_query([(Occur.Should, query) for query in choices]) if choices else Query.empty_query()
    )
