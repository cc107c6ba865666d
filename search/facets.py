"""Facets: what lists are filtered by. Slugs in addresses and index, labels in what people read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from taxonomy.models import Department, Profession, Region, Theme

# Value of the profession facet of what is addressed to no profession in particular: it counts for each.
ALL_PROFESSIONS = "toutes"


@dataclass(frozen=True, slots=True)
class Facet:
    name: str  # key of `Document.facets`
    param: str  # in addresses
    label: str  # lazy
    # slug → label of every value that exists (shown, accepted in addresses).
    choices: Callable[[], Mapping[str, str]]


def _labels(model, field: str, **filters) -> Callable[[], Mapping[str, str]]:
    return lambda: dict(model.objects.filter(**filters).values_list("slug", field))


_facets: dict[str, Facet] = {}


def register_facet(facet: Facet) -> Facet:
    """Apps add their own (contract, format) in `<app>/search_index.py`, before the index is opened."""
    _facets[facet.name] = facet
    return facet


def facets() -> Mapping[str, Facet]:
    return _facets


register_facet(Facet("profession", "profession", _("Profession"), _labels(Profession, "label")))
register_facet(Facet("theme", "theme", _("Theme"), _labels(Theme, "name", status="curated")))
register_facet(Facet("region", "region", _("Region"), _labels(Region, "name")))
register_facet(Facet("department", "departement", _("Department"), _labels(Department, "name")))
