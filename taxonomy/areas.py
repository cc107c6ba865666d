"""What is larger than a town: departments, regions, and the regions of before 2016 that people still name."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from .places import inhabitants, name_key, without_article
from .tables import DATA, read_table

# What people write for a region.
_SHORT_NAMES = {"idf": "ile-de-france", "paca": "provence-alpes-cote-d-azur", "dom": "outre-mer"}


class Area(NamedTuple):
    """`key`: the code of a department (« 35 »), else the name without accents (« bretagne »)."""

    key: str
    name: str
    departments: frozenset[str]
    population: int

    @property
    def is_department(self) -> bool:
        return self.departments == {self.key}

    def __str__(self) -> str:
        """As it is offered while somebody types, and understood: there are towns of the same name."""
        return f"{self.name} ({'département' if self.is_department else 'région'})"


def former_regions() -> Iterator[Sequence[str]]:
    """Each name, then the departments or the region that it stands for."""
    with (DATA / "former_regions.tsv").open(encoding="utf-8") as lines:
        yield from (line.rstrip("\n").split("\t") for line in lines if not line.startswith("#"))


@cache
def areas() -> Mapping[str, Area]:
    """Areas by their key. A department that is a region of its own is there once, as a department."""
    departments = {row["code"]: row for row in read_table("departments")}
    by_key = {code: _area(code, row["name"], [code]) for code, row in departments.items()}
    codes = {row["name"]: [code] for code, row in departments.items()}
    regions = {}
    for region in read_table("regions"):
        within = [code for code, row in departments.items() if row["region"] == region["code"]]
        regions[region["name"]] = codes.setdefault(region["name"], within)
    regions |= {name: [code for one in within for code in codes[one]] for name, *within in former_regions()}
    for name, within in regions.items():
        if len(within) > 1:
            by_key[name_key(name)] = _area(name_key(name), name, within)
    return by_key


def _area(key: str, name: str, departments: Sequence[str]) -> Area:
    return Area(key, name, frozenset(departments), sum(map(inhabitants, departments)))


@cache
def _by_name() -> Mapping[str, Area]:
    named = {without_article(name_key(area.name)): area for area in areas().values()}
    named |= {_bare(name): area for name, area in named.items()}
    return named | {short: areas()[key] for short, key in _SHORT_NAMES.items()}


def area_named(text: str) -> Area | None:
    """« La Creuse », « creuse », « département de la Creuse », « PACA »."""
    name = without_article(name_key(text))
    return _by_name().get(name) or _by_name().get(_bare(name))


def _bare(name: str) -> str:
    """« pays-de-la-loire » → « pays-loire »: articles within a name are often left out."""
    return "-".join(
        word for word in name.split("-") if word not in ("de", "la", "le", "les", "l", "d", "du", "et")
    )


def areas_beginning(text: str) -> Sequence[Area]:
    """Areas whose name begins so, the most populous first."""
    key = name_key(text)
    bare = without_article(key)
    begun = {area.key: area for name, area in _by_name().items() if len(bare) > 1 and name.startswith(bare)}
    return sorted(begun.values(), key=lambda area: -area.population)
