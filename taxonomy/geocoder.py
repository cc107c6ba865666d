"""Which town, department or region somebody means by what they type.

A department or region, or a town at least twenty times larger, is never passed over for a hamlet that happens
to bear the very name (« Creuse », « Évry »): it is taken, and the others are offered; several such are asked
about.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from . import places
from .areas import Area, area_named, areas, areas_beginning
from .places import Commune

Place = Area | Commune

# One place is meant rather than another of that name when it has so many times its people.
MUCH_LARGER = 20

_DEPARTMENT = r"2[AaBb]|97\d|98\d|\d{2}"
# « Rennes (35) », « Rennes, 35 », « Vienne (Isère) »
_WITH_CODE = re.compile(rf"(?P<name>\D.*?)[\s,]*(?:\((?P<one>{_DEPARTMENT})\)|[\s,](?P<other>{_DEPARTMENT}))")
_WITH_AREA = re.compile(r"(?P<name>\D.*?)\s*[,(]\s*(?P<area>[^,()]+?)\s*\)?")
# « 35000 Rennes », « Rennes 35000 »
_WITH_POSTAL_CODE = re.compile(
    r"(?P<before>\d{5})[\s,-]+(?P<name>\D.*)|(?P<town>\D.*?)[\s,(]+(?P<after>\d{5})\)?"
)
# « 35 », « département 35 »
_CODE = re.compile(
    rf"(?:(?:d[ée]partement|d[ée]pt?|dpt)\.?\s*(?:n°)?\s*)?\(?(?P<code>{_DEPARTMENT})\)?", re.IGNORECASE
)
_KINDS = ("departement", "region")


class Match(NamedTuple):
    """`place`: the one that is meant, if that is clear; `others`: what else may be; `named`: some bear the
    very name.
    """

    place: Place | None = None
    others: Sequence[Place] = ()
    named: bool = False

    def __bool__(self) -> bool:
        return bool(self.place or self.others)


NOTHING = Match()


def geocode(text: str) -> Match:
    """Never fails: nothing may be meant."""
    return geocode_name(text) or _begun(text)


# 6 ms without the cache for each place called « Saint-… »: there is « Le Saint ».
@lru_cache(maxsize=1_000)
def namesakes(place: Place) -> Sequence[Place]:
    """The other places that are offered beside this one for its name, or for the beginning of its name.

    None where a name means nothing by itself (« Saint-Denis »): whoever has such a place has chosen it.
    """
    words = places.name_key(place.name).split("-")
    for name in ("-".join(words[:length]) for length in range(len(words), 0, -1)):
        match = _named(name) if places.named(name) or area_named(name) else NOTHING
        meant = [match.place, *match.others] if match.place else []
        if place in meant and len(meant) > 1:
            return [other for other in meant if other and other != place]
    return ()


def geocode_name(text: str) -> Match:
    """What bears this name, code or postal code: not what begins so. Empty: nothing."""
    if code := _CODE.fullmatch(text):
        return _certain([areas().get(code["code"].upper())])
    if text.isdigit():
        return _certain(places.with_postal_code(text))
    return _with_code(text) or _named(text)


def suggest(text: str, limit: int) -> list[Place]:
    """What may be meant while it is typed: the likeliest first."""
    match = geocode(text)
    meant = [match.place] if match.place else []
    begun = [] if text.isdigit() else areas_beginning(text)
    return list(dict.fromkeys([*meant, *match.others, *begun, *places.beginning(text, limit)]))[:limit]


def _certain(candidates: Sequence[Place | None]) -> Match:
    """The first of several places of a certain code."""
    known = [place for place in candidates if place]
    return Match(known[0], known[1:], named=True) if known else NOTHING


def _with_code(text: str) -> Match:
    """A name and the number or name of its department, or its postal code."""
    if both := _WITH_POSTAL_CODE.fullmatch(text):
        name = both["name"] or both["town"]
        return _certain([places.located(both["before"] or both["after"], name)]) or geocode_name(name)
    if both := _WITH_CODE.fullmatch(text):
        code = (both["one"] or both["other"]).upper()
        area = area_named(both["name"])
        return _certain(
            [*places.named(both["name"], code), area if area and code in area.departments else None]
        )
    if both := _WITH_AREA.fullmatch(text):
        area = area_named(both["area"])
        if places.name_key(both["area"]) in _KINDS:
            return _certain([area_named(both["name"])])
        towns = places.named(both["name"]) if area else ()
        return _certain([town for town in towns if area and town.department in area.departments])
    return NOTHING


def _named(text: str) -> Match:
    """Places of exactly that name, and larger ones whose name begins so."""
    towns, area = places.named(text), area_named(text)
    if area and towns and 2 * towns[0].population >= area.population > 0:
        area = None  # Paris is a town
    named: list[Place] = [*([area] if area else []), *towns]
    if not named:
        return NOTHING
    largest = max(place.population for place in named)
    larger = [] if area else [town for town in places.longer_named(text) if town.population > largest]
    much_larger = [town for town in larger if _dwarfs(town, largest)]
    first, *others = sorted(
        [*larger[: max(3, len(much_larger))], *named], key=lambda place: -place.population
    )
    if len(much_larger) == 1 or (not much_larger and first in named and _dwarfs_all(first, others)):
        return Match(first, others, named=True)
    if towns and not larger and len(named) == 1:
        return Match(first, named=True)
    return Match(others=[first, *others], named=True)


def _dwarfs(place: Place, population: int) -> bool:
    return place.population >= MUCH_LARGER * population


def _dwarfs_all(place: Place, others: Sequence[Place]) -> bool:
    return all(_dwarfs(place, other.population) for other in others)


def _begun(text: str) -> Match:
    """Nothing bears the name: what begins so, else what holds it."""
    if text.isdigit():
        # Companies have postal codes of their own (« 35042 Rennes Cedex »).
        code = text[:3] if text.startswith(("97", "98")) else text[:2]
        return Match(
            others=[areas()[code]] if len(text) == 5 and code in areas() else places.beginning(text, 9)
        )
    meant: list[Place] = [*areas_beginning(text), *places.beginning(text, 9)]
    meant = meant or [*places.holding(text, 9)]
    return Match(meant[0]) if len(meant) == 1 else Match(others=meant)
