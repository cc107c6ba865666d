"""Corrects typing errors, for every engine.

Engines propose words of their dictionaries that are like the typed ones. A proposal counts only by what the
query with it finds within the reader's own access filter, and a typed word is known only if that filter finds
it. So a word of a text that the reader may not see is neither shown nor keeps an error from being corrected.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import combinations, islice, product
from typing import Protocol

from ..analysis.words import fold, is_stop_word, tokens
from ..query import ParsedText, SearchQuery
from ..query.plan import Plan, Term
from ..query.text import parse_text
from .base import SearchResponse
from .query_relaxation import relaxation_suggestions, relaxed_queries

# Shorter words have too many neighbours.
MIN_LENGTH = 4
# Words at least this long may hold two errors.
TWO_ERRORS_FROM = 8
# Mistyped words of one query that are looked at.
MAX_SUSPECTS = 4
# Words that may have been meant by one, the most alike first.
CANDIDATES = 3
# How alike two words must be (`difflib.SequenceMatcher.ratio`), whatever the number of errors.
_ALIKE = 0.74
# Typed word → words that may have been meant, the most alike first.
Candidates = Mapping[str, Sequence[str]]
# Returns a total; asks the engine as late as it can.
Total = Callable[[], int]


class Search(Protocol):
    """The part of an engine's search that correction needs."""

    query: SearchQuery
    plan: Plan

    def run(self) -> SearchResponse: ...

    def changed(self, **changes) -> "Search":
        """Returns the same search with another text, limit…"""

    def proposals(self, words: Sequence[str]) -> Candidates:
        """Returns words of the index that are like these, whoever may read them."""

    def totals(self, terms: Sequence[Term], texts: Sequence[ParsedText]) -> Sequence[Total]:
        """Returns the totals of each term, without the chosen filters, then those of each text."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The query with some of its words replaced."""

    replaced: Mapping[str, str]  # typed → meant
    text: ParsedText
    likeness: float


def correct_or_relax(search: Search, response: SearchResponse) -> SearchResponse:
    """The response to the corrected query; else `response` with the words that may be left out.

    For a search that found nothing. Costs an engine one request for all totals, and one for the correction.
    """
    relaxed = relaxed_queries(search.query)
    suspects = suspects_of(search.plan) if search.query.correct else []
    tried = attempts(search.query.text, search.proposals([term.words[0] for term in suspects]))
    if not (relaxed or tried):
        return response
    texts = [*(one.text for one in relaxed), *(one.text for one in tried)]
    totals = iter(search.totals(suspects, texts))
    held = [total() for total in islice(totals, len(suspects))]
    unknown = {term.words[0] for term, number in zip(suspects, held, strict=True) if not number}
    relaxed_totals = list(islice(totals, len(relaxed)))
    corrected = zip(tried, totals, strict=True)
    chosen = correction((one, total()) for one, total in corrected if one.replaced.keys() == unknown)
    if chosen is None:
        suggestions = relaxation_suggestions(relaxed, (total() for total in relaxed_totals))
        return replace(response, relaxations=suggestions)
    return replace(search.changed(text=chosen.text, correct=False).run(), corrected=chosen.text.raw)


def suspects_of(plan: Plan) -> list[Term]:
    """The terms that may be mistyped: long enough, and unknown to the rules."""
    return [term for term in plan.terms if term.correctable and allowed_errors(term.words[0])][:MAX_SUSPECTS]


def allowed_errors(word: str) -> int:
    if len(word) < MIN_LENGTH or any(character.isdigit() for character in word):
        return 0
    return 2 if len(word) >= TWO_ERRORS_FROM else 1


def closest(typed: str, words: Iterable[str]) -> list[str]:
    """The words most like `typed`; of equal ones the most frequent first."""
    wanted = fold(typed)
    matcher = SequenceMatcher(a="", b=wanted, autojunk=False)
    best = []
    for word, times in Counter(map(str.lower, words)).items():
        folded = fold(word)
        if folded[:1] != wanted[:1] or abs(len(folded) - len(wanted)) > 2 or is_stop_word(word):
            continue
        matcher.set_seq1(folded)
        if matcher.quick_ratio() >= _ALIKE and (ratio := matcher.ratio()) >= _ALIKE and folded != wanted:
            best.append((ratio, times, word))
    return [word for _ratio, _times, word in sorted(best, reverse=True)[:CANDIDATES]]


def likeness(typed: str, meant: str) -> float:
    return SequenceMatcher(a=fold(meant), b=fold(typed), autojunk=False).ratio()


def within(one: str, other: str, errors: int) -> bool:
    """Whether the Damerau-Levenshtein distance of two words is at most `errors`."""
    if abs(len(one) - len(other)) > errors or len(set(one) ^ set(other)) > 2 * errors:
        return False
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        now = [i]
        for j, wanted in enumerate(other, 1):
            now.append(min(last[j] + 1, now[-1] + 1, last[j - 1] + (letter != wanted)))
            if i > 1 < j and letter == other[j - 2] and one[i - 2] == wanted:
                now[j] = min(now[j], before[j - 2] + 1)
        if min(now) > errors:
            return False
        before, last = last, now
    return last[-1] <= errors


def attempts(text: ParsedText, candidates: Candidates) -> list[Attempt]:
    """The query with one or several words replaced by candidates. Some twenty at most."""
    words = [word for word in candidates if candidates[word]]
    made = {}
    for size in range(1, len(words) + 1):
        tried = CANDIDATES if size == 1 else 2 if len(candidates) == 2 else 1
        for chosen in combinations(words, size):
            for meant in product(*(candidates[word][:tried] for word in chosen)):
                attempt = _attempt(text, dict(zip(chosen, meant, strict=True)))
                if attempt.text.raw != text.raw:
                    made[attempt.text.raw] = attempt
    return list(made.values())


def _attempt(text: ParsedText, replaced: Mapping[str, str]) -> Attempt:
    raw = text.raw
    for typed, meant in replaced.items():
        raw = re.sub(rf"(?<![^\W_]){re.escape(typed)}(?![^\W_])", meant, raw, count=1)
    alike = sum(likeness(*pair) for pair in replaced.items()) / max(1, len(replaced))
    return Attempt(replaced, parse_text(raw), alike)


def correction(tried: Iterable[tuple[Attempt, int]]) -> Attempt | None:
    """The most alike of the attempts that find something."""
    found = [(attempt, total) for attempt, total in tried if total]
    return max(found, key=lambda one: (one[0].likeness, one[1]), default=(None, 0))[0]


def as_written(text: str, shown: Iterable[str]) -> str:
    """Gives a text the accents of other texts: « kinesitherapie » → « kinésithérapie »."""
    written = dict(_accented(shown))
    return re.sub(r"[^\W_]+", lambda word: written.get(word[0], word[0]), text)


def _accented(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        yield from ((fold(word), word.lower()) for word in tokens(text) if not word.isascii())
