"""Query relaxation: which part of a query to leave out when nothing holds all, and what that would find."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..analysis.spelling import run_spans
from ..analysis.synonyms import synonyms
from ..analysis.words import is_stop_word, tokens
from ..query import ParsedText, SearchQuery
from ..query.plan import Plan, build_plan, designated
from ..query.text import parse_text, plain_quotes, query_parts
from .base import RelaxationSuggestion

# Of one query, each by one more count.
MAX_TRIED = 8
MAX_SHOWN = 5
# A part is shown without these around it.
_PUNCTUATION = ' \u00a0.,;:!?…()"'


@dataclass(frozen=True, slots=True)
class RelaxedQuery:
    part: str  # that was left out
    text: ParsedText


def relaxed_queries(query: SearchQuery) -> list[RelaxedQuery]:
    """The query without one of its words, phrases or exclusions, for each of these.

    A part that says nothing (« de ») or is all that was typed is not left out. A query that only counts (no
    `limit`) is not relaxed.
    """
    meaning = _meaning(build_plan(query.text))
    text = plain_quotes(query.text.raw)
    tried: dict[str, RelaxedQuery] = {}
    for start, end in _part_spans(text) if query.limit else ():
        part, rest = text[start:end].strip(_PUNCTUATION), parse_text(text[:start] + text[end:])
        plan = build_plan(rest)
        if part and plan and _meaning(plan) != meaning and len(tried) < MAX_TRIED:
            tried.setdefault(rest.raw, RelaxedQuery(part, rest))
    return list(tried.values())


def relaxation_suggestions(
    tried: Sequence[RelaxedQuery], totals: Iterable[int]
) -> list[RelaxationSuggestion]:
    """The relaxed queries that find something, the one that finds most first. `totals`: of each."""
    pairs = zip(tried, totals, strict=True)
    found = [RelaxationSuggestion(one.part, one.text.raw, total) for one, total in pairs if total]
    return sorted(found, key=lambda one: -one.total)[:MAX_SHOWN]


def _meaning(plan: Plan) -> tuple:
    return plan.terms, plan.phrases, plan.excluded


def _part_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the parts of a text are: « amoxicilline 1 g » is « amoxicilline » and « 1 g »."""
    for is_word, parts in groupby(query_parts(text), key=lambda part: part["word"] and not part["minus"]):
        spans = [part.span() for part in parts]
        lengths = group_lengths([text[a:b] for a, b in spans]) if is_word else [1] * len(spans)
        for length in lengths:
            yield spans[0][0], spans[length - 1][1]
            spans = spans[length:]


def group_lengths(words: Sequence[str]) -> list[int]:
    """How many of these words, one after the other, mean one thing each: « 1 g », « aide soignant »."""
    inside = {position for first, last in _groups(words) for position in range(first + 1, last + 1)}
    lengths: list[int] = []
    for position in range(len(words)):
        if position in inside:
            lengths[-1] += 1
        else:
            lengths.append(1)
    return lengths


def _groups(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last word of each thing that is spelled in several words, or that a rule knows."""
    at = [index for index, word in enumerate(words) for _character in f"{word} "]
    for start, end in run_spans(" ".join(words)):
        yield at[start], at[end - 1]
    counting = [(token, index) for index, word in enumerate(words) for token in tokens(word)]
    counting = [(token, index) for token, index in counting if not is_stop_word(token)]
    said, position = [token for token, _index in counting], 0
    while position < len(said):
        size, _rule = synonyms().at(said, position) or (len(next(designated(said[position:]))), None)
        yield counting[position][1], counting[position + size - 1][1]
        position += size
