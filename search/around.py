"""« Autour de moi »: a department and those that touch it, or what is at most so far from a town.

In addresses `autour=35` and `autour=rennes-35238-25km`; forms send what was typed (`autour=Rennes&rayon=25`).
Documents hold the codes of their departments and communes, and a query asks for those that are near. What
names no town is near a town of its department, and where most people of its department are.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from taxonomy import places
from taxonomy.models import Department
from taxonomy.places import Commune

from .facets import Facet, labels, register_facet

AROUND = "around"
RADII = (10, 25, 50, 100)  # kilometres
USUAL_RADIUS = 25
# Towns that are offered when what was typed may mean several.
MAX_CHOICES = 8
MAX_LENGTH = 100

_NEAR_TOWN = re.compile(r"[a-z0-9-]*?(?P<code>\d[0-9AB]\d{3})-(?P<radius>\d{1,3})km")
_WITH_DEPARTMENT = re.compile(r"(?P<name>.+?)\s*\((?P<department>\w{2,3})\)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address says of where. `value`: what it was understood as; empty: nowhere."""

    value: str = ""
    typed: str = ""
    radius: int = USUAL_RADIUS
    # Why `typed` was not understood, and which values it may have meant.
    problem: str = ""
    choices: Sequence[str] = ()

    @property
    def department(self) -> str:
        return self.value if self.value and not _NEAR_TOWN.fullmatch(self.value) else ""


NOWHERE = Asked()


def value_of(town: Commune, radius: int) -> str:
    return f"{places.name_key(town.name)}-{town.code}-{radius}km"


def codes_within(value: str) -> frozenset[str]:
    """Codes of departments and communes, of which documents hold at least one."""
    if near := _NEAR_TOWN.fullmatch(value):
        reach = near["code"], int(near["radius"])
        return places.within(*reach) | {_somewhere_in(code) for code in places.mostly_within(*reach)}
    return places.with_neighbours(value)


def codes_of(departments: Iterable[str], towns: Iterable[Commune | None] = ()) -> tuple[str, ...]:
    """What a document holds of its places; of a department without a town also that nobody knows where."""
    known = {town.code: town.department for town in towns if town}
    named = set(departments)
    return tuple(sorted({*named, *known, *map(_somewhere_in, named - set(known.values()))}))


def _somewhere_in(department: str) -> str:
    return f"{department}-"


def label(value: str) -> str:
    """« 25 km autour de Rennes », « Ille-et-Vilaine et départements voisins »."""
    if near := _NEAR_TOWN.fullmatch(value):
        town = places.commune(near["code"])
        return _("%(radius)s km around %(town)s") % {"radius": near["radius"], "town": town}
    name = _departments().get(value, value)
    if len(places.with_neighbours(value)) == 1:
        return name
    return _("%(department)s and the departments around") % {"department": name}


def read(params: QueryDict) -> Asked:
    """Nothing that is typed raises."""
    typed = [" ".join(text.replace("\x00", " ").split()) for text in params.getlist("autour")[:10]]
    text = next((one for one in reversed(typed) if one), "")[:MAX_LENGTH]
    radius = next((km for km in RADII if str(km) == params.get("rayon")), USUAL_RADIUS)
    if not text:
        return Asked(radius=radius)
    if text.upper() in _departments():
        return Asked(text.upper(), radius=radius)
    near = _NEAR_TOWN.fullmatch(text)
    town = places.commune(near["code"]) if near else None
    if near and town and int(near["radius"]) in RADII:
        return _found(town, int(near["radius"]))
    return _understood(text, radius)


def _found(town: Commune, radius: int) -> Asked:
    return Asked(value_of(town, radius), str(town), radius)


def _understood(text: str, radius: int) -> Asked:
    exact = _towns(text)
    if len(exact) == 1 or (exact and text.isdigit()):
        return _found(exact[0], radius)
    department = next((code for code, name in _departments().items() if _same(name, text)), "")
    if department and not exact:
        return Asked(department, radius=radius)
    meant = exact or places.beginning(text, MAX_CHOICES + 1)
    if len(meant) == 1:
        return _found(meant[0], radius)
    given = {"text": Truncator(text).chars(40)}
    if exact:
        problem = _("Several towns are called “%(text)s”. Which one do you mean?") % given
    elif meant:
        problem = _("No town is called “%(text)s”. Do you mean one of these?") % given
    else:
        problem = _("No town is called “%(text)s”: check the spelling, or type a postal code.") % given
    choices = [value_of(town, radius) for town in meant[:MAX_CHOICES]]
    return Asked(typed=text, radius=radius, problem=problem, choices=choices)


def _towns(text: str) -> Sequence[Commune]:
    """Exactly what was typed: « 35000 », « Rennes », « Rennes (35) »."""
    if text.isdigit():
        return places.with_postal_code(text)
    if both := _WITH_DEPARTMENT.fullmatch(text):
        return places.named(both["name"], both["department"].upper())
    return places.named(text)


def _same(name: str, text: str) -> bool:
    return places.name_key(name) == places.name_key(text)


def _departments() -> Mapping[str, str]:
    """Code → name, kept as labels are."""
    return labels(FACET)


def _names(viewer: object, values: Collection[str]) -> Mapping[str, str]:
    return {value: label(value) for value in values}


FACET = register_facet(
    Facet(
        AROUND,
        "autour",
        gettext_lazy("Around me"),
        lambda: dict(Department.objects.values_list("code", "name")),
        names=_names,
        counted=False,
    )
)
