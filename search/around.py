"""« Autour de moi »: a department and those that touch it, a region, or what is at most so far from a town.

In addresses `autour=35`, `autour=bretagne` and `autour=rennes-35238-25km`; forms send what was typed
(`autour=Rennes&rayon=25`).
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
from taxonomy.areas import areas
from taxonomy.geocoder import Place, geocode
from taxonomy.places import Commune

from .facets import Facet, register_facet

AROUND = "around"
RADII = (10, 25, 50, 100)  # kilometres
USUAL_RADIUS = 25
# Places that are offered when what was typed may mean several.
MAX_CHOICES = 8
MAX_LENGTH = 100

_NEAR_TOWN = re.compile(r"[a-z0-9-]*?(?P<code>\d[0-9AB]\d{3})-(?P<radius>\d{1,3})km")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address says of where. `value`: what it was understood as; empty: nowhere."""

    value: str = ""
    typed: str = ""
    radius: int = USUAL_RADIUS
    # Why `typed` was not understood, or what it was taken for though it may mean another place.
    problem: str = ""
    note: str = ""
    choices: Sequence[str] = ()  # values that it may mean as well

    @property
    def area(self) -> str:
        return self.value if self.value and not _NEAR_TOWN.fullmatch(self.value) else ""


NOWHERE = Asked()


def value_of(place: Place, radius: int) -> str:
    if isinstance(place, Commune):
        return f"{places.name_key(place.name)}-{place.code}-{radius}km"
    return place.key


def codes_within(value: str) -> frozenset[str]:
    """Codes of departments and communes, of which documents hold at least one."""
    if near := _NEAR_TOWN.fullmatch(value):
        reach = near["code"], int(near["radius"])
        return places.within(*reach) | {_somewhere_in(code) for code in places.mostly_within(*reach)}
    area = areas().get(value)
    return area.departments if area and not area.is_department else places.with_neighbours(value)


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
    area = areas().get(value)
    name = area.name if area else value
    if not (area and area.is_department) or len(places.with_neighbours(value)) == 1:
        return name
    return _("%(department)s and the departments around") % {"department": name}


def read(params: QueryDict) -> Asked:
    """Nothing that is typed raises."""
    typed = [" ".join(text.replace("\x00", " ").split()) for text in params.getlist("autour")[:10]]
    text = next((one for one in reversed(typed) if one), "")[:MAX_LENGTH]
    radius = next((km for km in RADII if str(km) == params.get("rayon")), USUAL_RADIUS)
    if not text:
        return Asked(radius=radius)
    if code := next((key for key in (text.upper(), text) if key in areas()), ""):
        return Asked(code, radius=radius)
    near = _NEAR_TOWN.fullmatch(text)
    town = places.commune(near["code"]) if near else None
    if near and town and int(near["radius"]) in RADII:
        return Asked(value_of(town, int(near["radius"])), str(town), int(near["radius"]))
    return _understood(text, radius)


def _understood(text: str, radius: int) -> Asked:
    meant = geocode(text)
    value = value_of(meant.place, radius) if meant.place else ""
    choices = [value_of(place, radius) for place in meant.others[:MAX_CHOICES]]
    given = {"text": Truncator(text).chars(40)}
    if meant.place:
        note = _("“%(text)s” was read as %(place)s. Did you mean another place?") if choices else ""
        return Asked(
            value,
            "" if value in areas() else str(meant.place),
            radius,
            note=note % (given | {"place": meant.place}) if note else "",
            choices=choices,
        )
    if meant.named:
        problem = _("Several places are called “%(text)s”. Which one do you mean?") % given
    elif meant.others:
        problem = _("No place is called “%(text)s”. Do you mean one of these?") % given
    else:
        problem = _("No place is called “%(text)s”: check the spelling, or type a postal code.") % given
    return Asked(typed=text, radius=radius, problem=problem, choices=choices)


def _names(viewer: object, values: Collection[str]) -> Mapping[str, str]:
    return {value: label(value) for value in values}


FACET = register_facet(
    Facet(
        AROUND,
        "autour",
        gettext_lazy("Around me"),
        lambda: {key: area.name for key, area in areas().items()},
        names=_names,
        counted=False,
    )
)
