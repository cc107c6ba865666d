"""What every reading page of the portal shows around its text."""

from urllib.parse import urlencode

from django.http import HttpRequest

from search.sources import Row

from .access import cached_for_audience
from .editorial import EditorialPage
from .search import EditorialSource, curated_themes

RELATED_THREADS = "/recherche/"
SIMILAR_LENGTH = 4


def list_url(address: str, **filters: str) -> str:
    """Address of a list with filters, by the parameters that people share."""
    return f"{address}?{urlencode(filters)}"


def editorial_context(
    page: EditorialPage, request: HttpRequest, *, source: EditorialSource, list_label: str, list_address: str
) -> dict:
    """Crumbs, vocabulary and neighbours of a page, in a bounded number of queries."""
    viewer = request.viewer
    themes = curated_themes(page)
    professions = list(page.professions.all())
    crumbs = [(list_address, list_label)]
    if len(professions) == 1:
        crumbs.append((list_url(list_address, profession=professions[0].slug), professions[0].label))
    return {
        "crumbs": crumbs,
        "professions": professions,
        "themes": [(list_url(list_address, theme=theme.slug), theme) for theme in themes],
        "discussions_url": list_url(RELATED_THREADS, type="thread", theme=themes[0].slug)
        if themes and viewer.is_verified
        else "",
        "similar": _similar(page, request, source),
        "list_url": list_address,
    }


def _similar(page: EditorialPage, request: HttpRequest, source: EditorialSource) -> list[Row]:
    """Kept for viewers who read the same pages."""
    viewer = request.viewer

    def build() -> list[Row]:
        pages = source.model.objects.visible_to(viewer).similar_to(page)
        return source.rows(pages[:SIMILAR_LENGTH], viewer)

    if getattr(request, "is_preview", False):  # of a draft, whose professions may be others
        return build()
    return cached_for_audience(viewer, f"similar {page.pk}", build)
