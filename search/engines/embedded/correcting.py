"""Typing errors in the embedded index: words of similar documents that this reader may read."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from tantivy import Occur, Query

from ...analysis.plan import Term
from ...analysis.words import fold
from ...passages import any_accents
from ..base import SearchResponse
from ..correction import MAX_SUSPECTS, Attempt, attempts, closest, correction, hint
from .query import must
from .searching import Search

# Documents that are looked at for the word that was meant.
NEIGHBOURS = 20
# Score of a neighbour for each other word of the query that it holds as well: far above any word's own score.
TOGETHER = 1_000.0


class Correction:
    """What was meant by a search that found little."""

    def __init__(self, search: Search) -> None:
        self.search = search

    def better(self, response: SearchResponse) -> SearchResponse:
        """The corrected search when nothing was found, a hint when little was; else what was found."""
        terms = [term for term in self.search.plan.terms if term.correctable][:MAX_SUSPECTS]
        if response.total:
            chosen = hint(self._tried(terms), response.total)
            return replace(response, hint=chosen.text.raw) if chosen else response
        unknown = [term for term in terms if not self._known(term)]
        chosen = correction(self._tried(unknown), (term.words[0] for term in unknown))
        if chosen is None:
            return response
        return replace(self.search.with_text(chosen.text).run(), corrected=chosen.text.raw)

    def _tried(self, terms: list[Term]) -> Iterator[tuple[Attempt, int]]:
        candidates = {term.words[0]: closest(term.words[0], self._words(term)) for term in terms}
        for attempt in attempts(self.search.query.text, candidates):
            yield attempt, self.search.with_text(attempt.text).count()

    def _known(self, term: Term) -> bool:
        """Whether the word stands in anything that this reader may see."""
        query = self.search.compiler.term(term)
        if query is None:
            return True
        within = Query.boolean_query([*must([query]), *self.search.base])
        return self.search.searcher.search(within, limit=1).count > 0

    def _words(self, term: Term) -> Iterator[str]:
        """Words of documents with a similar one, and with the rest of the query if there are any."""
        near = self.search.compiler.near(term.words[0])
        if near is None:
            return
        others = [self.search.compiler.term(other) for other in self.search.plan.terms if other != term]
        together = [(Occur.Should, Query.const_score_query(other, TOGETHER)) for other in others if other]
        query = Query.boolean_query([*must([near]), *together, *self.search.base])
        # Most words of a text begin with another letter.
        alike = re.compile(rf"(?<![^\W_]){any_accents(fold(term.words[0])[0])}[^\W_]+", re.IGNORECASE)
        hits = self.search.searcher.search(query, limit=NEIGHBOURS).hits
        for score, address in hits:
            if score // TOGETHER == hits[0][0] // TOGETHER:
                for text in json.loads(self.search.searcher.doc(address).get_first("shown"))[2:]:
                    yield from alike.findall(text)
