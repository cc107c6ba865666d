"""Nothing holds all that was typed: which of its words to leave out, and what that would give."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..query import ParsedText, SearchQuery
from ..query.plan import Plan, build_plan
from ..query.text import pieces, without
from .base import RelaxationSuggestion

# Of one query, each by one more count.
MAX_TRIED = 8
# More advice than that helps nobody.
MAX_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RelaxedQuery:
    part: str
    text: ParsedText


def relaxed_queries(query: SearchQuery) -> list[RelaxedQuery]:
    """Texts that ask for less: each without one word, phrase or exclusion.

    What says nothing (« de ») or is all that is asked stays in place. Who only counts (no `limit`) wants no
    advice.
    """
    asked = _asked(build_plan(query.text))
    tried: dict[str, RelaxedQuery] = {}
    for piece in pieces(query.text) if query.limit else []:
        rest = without(query.text, [piece])
        plan = build_plan(rest)
        if plan and _asked(plan) != asked and len(tried) < MAX_TRIED:
            tried.setdefault(rest.raw, RelaxedQuery(piece.said, rest))
    return list(tried.values())


def relaxation_suggestions(
    tried: Sequence[RelaxedQuery], totals: Iterable[int]
) -> list[RelaxationSuggestion]:
    """Those that find something, by the totals of each, the one that gives most first."""
    pairs = zip(tried, totals, strict=True)
    found = [RelaxationSuggestion(one.part, one.text.raw, total) for one, total in pairs if total]
    return sorted(found, key=lambda one: -one.total)[:MAX_SHOWN]


def _asked(plan: Plan) -> tuple:
    return plan.terms, plan.phrases, plan.excluded
