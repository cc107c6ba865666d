"""Nothing holds all that was typed: which of its words to leave out, and what that would give."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..analysis.plan import Plan, build_plan
from ..query import ParsedText, SearchQuery
from ..text import without_each
from .base import LeftOut

# Words of one query that are tried, each by one more count.
MAX_TRIED = 8


@dataclass(frozen=True, slots=True)
class Shorter:
    part: str
    text: ParsedText


def shorter(query: SearchQuery) -> list[Shorter]:
    """Texts that ask for less: what says nothing (« de ») or is all that is asked stays in place.

    Who only counts (no `limit`) wants no advice.
    """
    asked = _asked(build_plan(query.text))
    tried: dict[str, Shorter] = {}
    for part, rest in without_each(query.text) if query.limit else ():
        plan = build_plan(rest)
        if plan and _asked(plan) != asked:
            tried.setdefault(rest.raw, Shorter(part, rest))
    return list(tried.values())[:MAX_TRIED]


def left_out(tried: Sequence[Shorter], totals: Iterable[int]) -> list[LeftOut]:
    """Those that find something, by the totals of each."""
    found = [
        LeftOut(one.part, one.text.raw, total) for one, total in zip(tried, totals, strict=True) if total
    ]
    return sorted(found, key=lambda one: -one.total)


def _asked(plan: Plan) -> tuple:
    return plan.terms, plan.phrases, plan.excluded
