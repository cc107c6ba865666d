"""What helps who found little on the servers, in one more request: typing errors, words to leave out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...analysis.plan import Term
from ..base import SearchResponse
from ..correction import Attempt, as_written, attempts, correction, hint
from ..shorter import left_out, shorter
from . import query as q
from .searching import Search

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
        bodies += [self._body(attempt, response) for attempt in self.attempts]
        bodies += [self._counted(self.search.with_text(one.text)) for one in less]
        searches = [part for body in bodies for part in ({}, body)]
        found = self.search.client.msearch(index=self.search.index, searches=searches)["responses"]
        answers = [self.search.checked(answer) for answer in found]
        known, answers = answers[: len(suspects)], answers[len(suspects) :]
        tried, counted = answers[: len(self.attempts)], answers[len(self.attempts) :]
        totals = list(zip(self.attempts, map(_total, tried), strict=True))
        if response.total:
            chosen = hint(totals, response.total)
            said = self._written(chosen, tried) if chosen else ""
            return replace(response, hint=said)
        pairs = zip(suspects, known, strict=True)
        chosen = correction(totals, (term.words[0] for term, answer in pairs if not _total(answer)))
        if chosen is None:
            return replace(response, shorter=left_out(less, map(_total, counted)))
        answer = tried[self.attempts.index(chosen)]
        better = self.search.with_text(chosen.text).response(answer)
        return replace(better, corrected=self._written(chosen, tried))

    def _suspects(self) -> Iterator[Term]:
        for term in self.search.plan.terms:
            if term.correctable and self.search.proposals.get(term.words[0]):
                yield term

    def _known(self, term: Term) -> Mapping[str, Any]:
        """Whether the word stands in anything that this reader may see."""
        query = q.Bool(filter=[self.search.compiler.term(term), *q.base(self.search.query)])
        return {"query": query.to_dict(), "size": 0, "track_total_hits": 1}

    def _counted(self, search: Search) -> Mapping[str, Any]:
        body = search.body() | {"from": 0, "size": 0}
        body.pop("aggs", None)
        return body

    def _body(self, attempt: Attempt, response: SearchResponse) -> Mapping[str, Any]:
        body = self.search.with_text(attempt.text).body() | {"_source": _SOURCE}
        if response.total:
            body.pop("aggs", None)
            body |= {"from": 0, "size": _HINTED}
        return body

    def _written(self, attempt: Attempt, answers: Sequence[Mapping[str, Any]]) -> str:
        hits = answers[self.attempts.index(attempt)]["hits"]["hits"]
        return as_written(attempt.text.raw, (hit["_source"][name] for hit in hits for name in _SOURCE))


def _total(answer: Mapping[str, Any]) -> int:
    return answer["hits"]["total"]["value"]
