from collections.abc import Iterable, Mapping

from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from home.search import EditorialSource, track_editorial
from search.facets import Facet, register_facet
from search.sources import Row, register

from .models import NewsPage
from .presentation import origin_text, review_text


class NewsSource(EditorialSource):
    kind = "news"
    label = _("News")
    singular = _("News item")
    icon = "newspaper"
    synonyms = ("actualité", "actu")
    model = NewsPage
    facets = ("profession", "theme", "source_type", "reviewed", "region", "specialty")
    boosts_recency = True
    row_fields = ("source_name", "source_type", "reviewer_profession__label")
    row_keys = ("reviewer_profession",)

    def count_label(self, total: int) -> str:
        return ngettext("%(total)s news item", "%(total)s news items", total) % {"total": localize(total)}

    def row(self, page: NewsPage) -> Row:
        return Row(
            kind=self.kind,
            pk=page.pk,
            title=page.title,
            url=page.url or "",
            meta_items=[origin_text(page), *filter(None, [review_text(page)])],
            date=page.date,
            summary=page.excerpt,
        )

    def own_facets(self, page: NewsPage) -> Mapping[str, tuple[str, ...]]:
        return {"source_type": (page.source_type,), "reviewed": ("oui",) if page.reviewed_on else ()}

    def words(self, page: NewsPage) -> Iterable[str]:
        return (page.source_name, page.author_name)


register_facet(Facet("source_type", "source", _("Kind of source"), lambda: dict(NewsPage.SourceType.choices)))
register_facet(Facet("reviewed", "relecture", _("Review"), lambda: {"oui": _("reviewed by a professional")}))
source = register(NewsSource())
track_editorial(NewsPage, "news")
