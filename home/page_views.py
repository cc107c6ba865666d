"""The home page: columns that apps register, and sections for signed-in readers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from search.facets import ALL_PROFESSIONS, facets, labels
from search.sources import Row

from .pages import HomePage
from .sections import HomeColumn, columns, home_blocks
from .serving import register_page_context


@dataclass(frozen=True, slots=True)
class FilledColumn:
    column: HomeColumn
    rows: Sequence[Row]
    url: str


@register_page_context(HomePage)
def home_context(page: HomePage, request: HttpRequest) -> dict:
    """Columns open on the reader's verified professions; `?profession=toutes` lifts that."""
    viewer = request.viewer
    all_professions = request.GET.get("profession") == ALL_PROFESSIONS
    slugs = () if all_professions else viewer.profession_slugs
    suffix = f"?profession={ALL_PROFESSIONS}" if all_professions and viewer.profession_slugs else ""
    context = {
        "columns": [
            FilledColumn(column, column.rows(viewer, slugs), column.url + suffix) for column in columns()
        ],
        "all_professions": all_professions,
        "own_professions": (),
        "blocks": (),
    }
    if viewer.profession_slugs:
        names = labels(facets()["profession"])
        context["own_professions"] = [names.get(slug, slug) for slug in viewer.profession_slugs]
    if viewer.is_authenticated:
        context["blocks"] = home_blocks(request)
    return context
