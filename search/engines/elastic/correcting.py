"""What helps who found little on the servers, in one more request: typing errors, words to leave out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from ...analysis.plan import Term
from ..base import SearchResponse
from ..correction import Attempt, as_written, attempts, correction, hint
from ..shorter import left_out, shorter
from . import query as q
from .client import ask_all
from .searching import Search, total_of

# Labels and titles are looked at for the accents of what was meant.
_SOURCE = ["keywords", "title"]
_HINTED = 3  # hits whose titles are looked at, of what is only offered


class Correction:
    """What was meant by a search that found little."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.attempts = attempts(search.query.text, search.proposals)

    def better(self, response: SearchResponse) -> SearchResponse:
        """The corrected search when nothing was found, a hint when little was; else what was found.

        Of nothing, also which words may be left out.
        """
        less = [] if response.total else shorter(self.search.query)
        if not (self.attempts or less):
            return response
        suspects = list(self._suspects())
        bodies = [self._known(term) for term in suspects]
        bodies += [self.search.with_text(one.text).counts(facets=False) for one in less]
        for attempt in self.attempts:
            bodies += self._tried(attempt, response)
        answers = iter(ask_all(self.search.client, self.search.index, bodies))
        known = [total_of(answer) for answer in islice(answers, len(suspects))]
        left = [total_of(answer) for answer in islice(answers, len(less))]
        tried = list(zip(answers, answers, strict=True))
        totals = [(attempt, total_of(tried[n][1])) for n, attempt in enumerate(self.attempts)]
        if response.total:
            chosen = hint(totals, response.total)
            return replace(response, hint=self._written(chosen, tried)) if chosen else response
        pairs = zip(suspects, known, strict=True)
        chosen = correction(totals, (term.words[0] for term, total in pairs if not total))
        if chosen is None:
            return replace(response, shorter=left_out(less, left))
        better = self.search.with_text(chosen.text).response(*tried[self.attempts.index(chosen)])
        return replace(better, corrected=self._written(chosen, tried))

    def _suspects(self) -> Iterator[Term]:
        for term in self.search.plan.terms:
            if term.correctable and self.search.proposals.get(term.words[0]):
                yield term

    def _known(self, term: Term) -> dict[str, Any]:
        """Whether the word stands in anything that this reader may see."""
        query = q.Bool(filter=[self.search.compiler.term(term), *q.base(self.search.query)])
        return {"query": query.to_dict(), "size": 0, "track_total_hits": 1}

    def _tried(self, attempt: Attempt, response: SearchResponse) -> list[dict[str, Any]]:
        """The page and the counts of this attempt; of what is only offered, the total and a few titles."""
        search = self.search.with_text(attempt.text)
        page = search.page() | {"_source": _SOURCE}
        if response.total:
            page |= {"from": 0, "size": _HINTED}
        return [page, search.counts(facets=not response.total)]

    def _written(self, attempt: Attempt, tried: Sequence[tuple[Mapping[str, Any], Any]]) -> str:
        """What was meant, with the accents that those who write it give it."""
        hits = tried[self.attempts.index(attempt)][0]["hits"]["hits"]
        return as_written(attempt.text.raw, (hit["_source"][name] for hit in hits for name in _SOURCE))
