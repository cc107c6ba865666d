"""The location filter « Autour de moi »: a department and its neighbours, a region, a circle around a town.

URLs hold `autour=35`, `autour=bretagne` or `autour=rennes-35238-25km`; forms send what was typed
(`autour=Rennes&rayon=25`). Documents hold the codes of their departments and communes, and a query asks for
the codes of the area. A document that names no town is near each town of its department, and near towns
around which most people of its department live.
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
from taxonomy.geocoder import Place, geocode, namesakes
from taxonomy.places import Commune

from .facets import Facet, register_facet

LOCATION = "location"
RADII = (10, 25, 50, 100)  # kilometres
DEFAULT_RADIUS = 25
# Places that are offered when what was typed may mean several.
MAX_CHOICES = 8
MAX_LENGTH = 100

_NEAR_TOWN = re.compile(r"[a-z0-9-]*?(?P<code>\d[0-9AB]\d{3})-(?P<radius>\d{1,3})km")


@dataclass(frozen=True, slots=True)
class LocationQuery:
    """The location that a URL asks for."""

    value: str = ""  # the value of the filter; empty: no location
    typed: str = ""
    radius: int = DEFAULT_RADIUS
    problem: str = ""  # why `typed` was not understood
    note: str = ""  # says that `typed` may mean another place too
    choices: Sequence[str] = ()  # values of these other places

    @property
    def area(self) -> str:
        return self.value if self.value and not _NEAR_TOWN.fullmatch(self.value) else ""


NO_LOCATION = LocationQuery()


def location_value(place: Place, radius: int) -> str:
    if isinstance(place, Commune):
        return f"{places.name_key(place.name)}-{place.code}-{radius}km"
    return place.key


def area_codes(value: str) -> frozenset[str]:
    """The codes of departments and communes that a value selects: documents hold at least one of them."""
    if near := _NEAR_TOWN.fullmatch(value):
        reach = near["code"], int(near["radius"])
        return places.within(*reach) | {_somewhere_in(code) for code in places.mostly_within(*reach)}
    area = areas().get(value)
    return area.departments if area and not area.is_department else places.with_neighbours(value)


def location_codes(departments: Iterable[str], towns: Iterable[Commune | None] = ()) -> tuple[str, ...]:
    """The codes that a document holds; of a department without a town also « 35- », somewhere in it."""
    communes = {town.code: town.department for town in towns if town}
    named = set(departments)
    return tuple(sorted({*named, *communes, *map(_somewhere_in, named - set(communes.values()))}))


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


def read_location(params: QueryDict) -> LocationQuery:
    """Reads the location of a URL. Whatever was typed, it raises nothing."""
    values = [" ".join(text.replace("\x00", " ").split()) for text in params.getlist("autour")[:10]]
    text = next(filter(None, reversed(values)), "")[:MAX_LENGTH]
    radius = next((km for km in RADII if str(km) == params.get("rayon")), DEFAULT_RADIUS)
    if not text:
        return LocationQuery(radius=radius)
    if area := areas().get(text.upper()) or areas().get(text):
        return _known(area, radius)
    near = _NEAR_TOWN.fullmatch(text)
    town = places.commune(near["code"]) if near else None
    if near and town and int(near["radius"]) in RADII:
        return _known(town, int(near["radius"]))
    return _resolve(text, radius)


def _known(place: Place, radius: int) -> LocationQuery:
    """The location of a canonical URL, with the other places of its name."""
    choices = [location_value(other, radius) for other in namesakes(place)[:MAX_CHOICES]]
    note = _("Other places have this name too:") if choices else ""
    return LocationQuery(location_value(place, radius), _typed(place), radius, note=note, choices=choices)


def _typed(place: Place) -> str:
    """The text of the field: areas have a value of their own in the form."""
    return str(place) if isinstance(place, Commune) else ""


def _resolve(text: str, radius: int) -> LocationQuery:
    match = geocode(text)
    choices = [location_value(place, radius) for place in match.others[:MAX_CHOICES]]
    given = {"text": Truncator(text).chars(40), "place": match.place}
    if match.place:
        note = _("“%(text)s” was read as %(place)s. Did you mean another place?") % given if choices else ""
        value = location_value(match.place, radius)
        return LocationQuery(value, _typed(match.place), radius, note=note, choices=choices)
    if match.named:
        problem = _("Several places are called “%(text)s”. Which one do you mean?") % given
    elif match.others:
        problem = _("No place is called “%(text)s”. Do you mean one of these?") % given
    else:
        problem = _("No place is called “%(text)s”: check the spelling, or type a postal code.") % given
    return LocationQuery(typed=text, radius=radius, problem=problem, choices=choices)


def _names(viewer: object, values: Collection[str]) -> Mapping[str, str]:
    return {value: label(value) for value in values}


FACET = register_facet(
    Facet(
        LOCATION,
        "autour",
        gettext_lazy("Around me"),
        lambda: {key: area.name for key, area in areas().items()},
        names=_names,
        counted=False,
    )
)
