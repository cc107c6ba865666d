"""The home page: columns that apps register, and sections for signed-in readers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from members.verification_summary import VerificationSummary
from search.facets import ALL_PROFESSIONS, facets, labels
from search.sources import Row

from .access import cached_for_audience
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
            FilledColumn(column, rows, column.url + suffix)
            for column, rows in zip(columns(), _newest(request, slugs), strict=True)
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
        if not viewer.is_verified:
            context["summary"] = VerificationSummary.of(request.user)
    return context


def _newest(request: HttpRequest, professions: Collection[str]) -> list[list[Row]]:
    """Rows of each column, kept for viewers who read the same pages."""
    viewer = request.viewer

    def build() -> list[list[Row]]:
        return [column.rows(viewer, professions) for column in columns()]

    return cached_for_audience(viewer, f"newest {sorted(professions)}", build)
