from collections.abc import Iterable

from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from home.search import EditorialSource, track_editorial
from search.sources import Row, register

from .models import NewsPage
from .presentation import origin_text, review_text


class NewsSource(EditorialSource):
    kind = "news"
    label = _("News")
    singular = _("News item")
    icon = "newspaper"
    model = NewsPage
    facets = ("profession", "theme", "region")
    decays = True
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
            facts=[origin_text(page), *filter(None, [review_text(page)])],
            date=page.date,
            summary=page.excerpt,
        )

    def words(self, page: NewsPage) -> Iterable[str]:
        return (page.source_name, page.author_name)


source = register(NewsSource())
track_editorial(NewsPage, "news")
