"""Towns of France: where they are, what is around; read from `data/communes.tsv.gz` when first asked for.

A commune goes by its INSEE code (five characters, « 35238 »), a department by its own (« 35 », « 2A »).
"""

import gzip
import math
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from sys import intern
from typing import NamedTuple

from .tables import DATA, read_table

EARTH_RADIUS = 6_371.0  # km
KM_PER_DEGREE = 111.2  # of latitude
# Degrees of latitude and longitude of the cells in which communes are looked for.
CELL = 0.25
_BETWEEN = re.compile(r"[^a-z0-9]+")
# « Rennes Cedex 7 », « Paris 15e », « Lyon III »: what follows the name of the town, or comes before it.
_TAIL = re.compile(
    r"(?:-cedex(-\d+)?|-\d+(er|e|eme)?(-arr(t|ondissement)?)?"
    r"|(?:(?<=^paris)|(?<=^lyon)|(?<=^marseille))-[ivx]+(er|e|eme)?(-arr(t|ondissement)?)?)$"
)
_HEAD = re.compile(r"^\d+(er|e|eme)-arr(t|ondissement)?-(de-)?")
_SHORT_FORMS = (
    (re.compile(r"(?<![^-])st(e?)(?![^-])"), r"saint\1"),
    (re.compile(r"(?<=-)(s-s|ss)(?=-)"), "sous"),
    (re.compile(r"(?<=-)s(?=-)"), "sur"),
    (re.compile(r"(?<=-)lez(?=-)"), "les"),
    (re.compile(r"^nd(?=-)"), "notre-dame"),
    (re.compile(r"^mt(?=-)"), "mont"),
)
_ARTICLE = re.compile(
    r"^(?:(?:departement|dept|dep|region)-)?(?:(?:en|dans|a|de|d)-(?=l))?(?:(?:le|la|les|l|au|aux|du|des|de|d|en)-)?"
)


class Commune(NamedTuple):
    code: str
    name: str
    postal_codes: tuple[str, ...]
    department: str
    population: int
    latitude: float
    longitude: float

    def __str__(self) -> str:
        return f"{self.name} ({self.department})"


class _Gazetteer:
    def __init__(self) -> None:
        self.communes = {commune.code: commune for commune in _read()}
        self.by_name: dict[str, list[Commune]] = defaultdict(list)
        self.by_postal_code: dict[str, list[Commune]] = defaultdict(list)
        self.by_department: dict[str, set[str]] = defaultdict(set)
        self.inhabitants: dict[str, int] = defaultdict(int)  # of departments
        self.cells: dict[tuple[int, int], list[Commune]] = defaultdict(list)
        for commune in sorted(self.communes.values(), key=lambda one: -one.population):
            self.by_name[name_key(commune.name)].append(commune)
            for postal_code in commune.postal_codes:
                self.by_postal_code[postal_code].append(commune)
            self.by_department[commune.department].add(commune.code)
            self.inhabitants[commune.department] += commune.population
            self.cells[_cell(commune.latitude, commune.longitude)].append(commune)
        # « havre » → Le Havre
        self.by_bare_name: dict[str, list[Commune]] = defaultdict(list)
        for name, communes in self.by_name.items():
            if (bare := without_article(name)) != name:
                self.by_bare_name[bare] += communes
        self.names = sorted({*self.by_name, *self.by_bare_name})
        self.codes = sorted(self.by_postal_code)


def _read() -> Iterator[Commune]:
    with gzip.open(DATA / "communes.tsv.gz", "rt", encoding="utf-8") as lines:
        next(lines)  # names the sources
        next(lines)
        for line in lines:
            code, name, postal_codes, department, population, latitude, longitude = line.rstrip("\n").split(
                "\t"
            )
            yield Commune(
                code,
                name,
                tuple(map(intern, postal_codes.split())),
                intern(department),
                int(population),
                float(latitude),
                float(longitude),
            )


@cache
def _gazetteer() -> _Gazetteer:
    return _Gazetteer()


def load() -> None:
    """Reads the towns now (half a second): what is forked from this process shares them."""
    _gazetteer()


def name_key(name: str) -> str:
    """« St Malo », « SAINT-MALO », « Rennes Cedex 7 » → « saint-malo », « rennes »."""
    decomposed = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe"))
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    key = _HEAD.sub("", _TAIL.sub("", _BETWEEN.sub("-", letters).strip("-")))
    for short, long in _SHORT_FORMS:
        key = short.sub(long, key)
    return key


def without_article(key: str) -> str:
    """« le-havre » → « havre », « departement-de-la-creuse » → « creuse »."""
    return _ARTICLE.sub("", key) or key


def commune(code: str) -> Commune | None:
    return _gazetteer().communes.get(code)


def named(name: str, department: str = "") -> Sequence[Commune]:
    """Communes of exactly that name, however it is written, the most populous first.

    « Havre » is « Le Havre »; « au Havre » too.
    """
    by_name, key = _gazetteer().by_name, name_key(name)
    bare = without_article(key)
    communes = by_name.get(key) or by_name.get(bare) or _gazetteer().by_bare_name.get(bare)
    if not communes:  # « Montreuil s/Bois »
        communes = by_name.get(key.replace("-sur-", "-sous-"), [])
    return [one for one in communes if not department or one.department == department]


def inhabitants(department: str) -> int:
    return _gazetteer().inhabitants[department]


def with_postal_code(postal_code: str) -> Sequence[Commune]:
    return _gazetteer().by_postal_code.get(postal_code, [])


# Up to 14 ms without the cache, for one letter.
@lru_cache(maxsize=1_000)
def beginning(text: str, limit: int) -> Sequence[Commune]:
    """Communes whose name or postal code begins so, the most populous first."""
    key = name_key(text)
    return _largest(_begun_with(key), limit) if key else ()


def longer_named(text: str) -> Sequence[Commune]:
    """Communes whose name goes on after these words (« Évry » → « Évry-Courcouronnes »), largest first,
    and those that have an article before them.
    """
    key = name_key(text)
    return _largest([*_begun_with(f"{key}-"), *_gazetteer().by_bare_name.get(key, ())])


# 6 ms without the cache: every name is looked at.
@lru_cache(maxsize=100)
def holding(text: str, limit: int) -> Sequence[Commune]:
    """Communes with these words inside their name (« Bicêtre »), the most populous first."""
    key, by_name = f"-{name_key(text)}-", _gazetteer().by_name
    named = (name for name in by_name if key in f"-{name}-") if len(key) > 4 else ()
    return _largest((one for name in named for one in by_name[name]), limit)


def _begun_with(key: str) -> Iterator[Commune]:
    places = _gazetteer()
    known = places.codes if key.isdigit() else places.names
    start = bisect_left(known, key)
    for name in known[start : bisect_left(known, f"{key}\uffff", start)]:
        for communes in (places.by_postal_code, places.by_name, places.by_bare_name):
            yield from communes.get(name, ())


def _largest(communes: Iterable[Commune], limit: int | None = None) -> tuple[Commune, ...]:
    return tuple(sorted(set(communes), key=lambda one: (-one.population, one.code))[:limit])


def located(postal_code: str, town: str, departments: Iterable[str] = ()) -> Commune | None:
    """The commune of an address: by both, else by what is certain. None rather than a wrong one."""
    by_code = with_postal_code(postal_code)
    by_name = named(town) if town else []
    both = [one for one in by_name if one in by_code]
    if both:
        return both[0]
    if len(by_code) == 1:
        return by_code[0]
    # A postal code of a company (« Cedex ») is nobody's: the name, if it stands once in the department.
    there = [one for one in by_name if one.department in set(departments)]
    return there[0] if len(there) == 1 else None


# 0.4 to 7 ms without the cache, by the distance; `mostly_within` too.
@lru_cache(maxsize=1_000)
def within(code: str, kilometres: int) -> frozenset[str]:
    """What is at most that far from a commune: codes of departments that are wholly so, and of communes.

    Raises KeyError for an unknown commune.
    """
    reached = _reached(code, kilometres)
    by_department: dict[str, set[str]] = defaultdict(set)
    for one in reached:
        by_department[one.department].add(one.code)
    whole = {d for d, codes in by_department.items() if codes == _gazetteer().by_department[d]}
    return frozenset({*whole, *(one.code for one in reached if one.department not in whole)})


@lru_cache(maxsize=1_000)
def mostly_within(code: str, kilometres: int) -> frozenset[str]:
    """Departments of which every second inhabitant lives that near to a commune, and the commune's own.

    Raises KeyError for an unknown commune.
    """
    reached: dict[str, int] = defaultdict(int)
    for one in _reached(code, kilometres):
        reached[one.department] += one.population
    all_of = _gazetteer().inhabitants
    most = {department for department, people in reached.items() if 2 * people >= all_of[department]}
    return frozenset({_gazetteer().communes[code].department, *most})


def _reached(code: str, kilometres: int) -> list[Commune]:
    centre = _gazetteer().communes[code]
    return [one for one in _near(centre, kilometres) if _distance(centre, one) <= kilometres]


def _near(centre: Commune, kilometres: int) -> Iterator[Commune]:
    """A little more than what is that far away: whole cells."""
    cells = _gazetteer().cells
    height = kilometres / KM_PER_DEGREE
    width = height / math.cos(math.radians(centre.latitude))
    south, west = _cell(centre.latitude - height, centre.longitude - width)
    north, east = _cell(centre.latitude + height, centre.longitude + width)
    for row in range(south, north + 1):
        for column in range(west, east + 1):
            yield from cells.get((row, column), ())


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude / CELL), math.floor(longitude / CELL)


def _distance(one: Commune, other: Commune) -> float:
    """Kilometres as the crow flies."""
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    north, east = b - a, math.radians(other.longitude - one.longitude)
    half = math.sin(north / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(east / 2) ** 2
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(half))


@cache
def _neighbours() -> Mapping[str, tuple[str, ...]]:
    return {row["code"]: tuple(row["neighbours"].split()) for row in read_table("neighbours")}


def with_neighbours(department: str) -> frozenset[str]:
    """A department and those that touch it."""
    return frozenset({department, *_neighbours().get(department, ())})
