"""Nothing holds all that was typed: which of its words to leave out, and what that would give."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

from ..analysis.plan import Plan, build_plan
from ..query import ParsedText, SearchQuery
from ..text import Piece, pieces, without
from .base import LeftOut

# Of one query, each by one more count: words that are left out alone, and two at a time.
MAX_TRIED = 8
MAX_PAIRS = 10
# More advice than that helps nobody.
MAX_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Shorter:
    parts: tuple[str, ...]
    text: ParsedText


def shorter(query: SearchQuery) -> list[Shorter]:
    """Texts that ask for less, those without one word before those without two.

    What says nothing (« de ») or is all that is asked stays in place. Who only counts (no `limit`) wants no
    advice.
    """
    asked = _asked(build_plan(query.text))
    tried: dict[str, Shorter] = {}
    typed = pieces(query.text) if query.limit else []
    asking = [piece for piece in typed if _asked(build_plan(without(query.text, [piece]))) != asked]
    for left in _choices(asking[:MAX_TRIED]):
        rest = without(query.text, left)
        if build_plan(rest):
            tried.setdefault(rest.raw, Shorter(tuple(piece.said for piece in left), rest))
    return list(tried.values())


def left_out(tried: Sequence[Shorter], totals: Iterable[int]) -> list[LeftOut]:
    """Those that find something, by the totals of each; two words only when no single one helps.

    No more totals are asked for than that.
    """
    counted = iter(totals)
    found: list[LeftOut] = []
    for _size, same in groupby(tried, key=lambda one: len(one.parts)):
        # `zip` looks at the texts first: no total is lost at the end of them.
        pairs = zip(same, counted, strict=False)
        found = [LeftOut(one.parts, one.text.raw, total) for one, total in pairs if total]
        if found:
            break
    return sorted(found, key=lambda one: -one.total)[:MAX_SHOWN]


def _choices(typed: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    """One piece, then two: first those that stand nearest to each other."""
    yield from ((piece,) for piece in typed)
    places = sorted(combinations(range(len(typed)), 2), key=lambda pair: pair[1] - pair[0])
    yield from ((typed[one], typed[other]) for one, other in places[:MAX_PAIRS])


def _asked(plan: Plan) -> tuple:
    return plan.terms, plan.phrases, plan.excluded
