"""How a news item is told: where it comes from, who answers for it, the context of its page."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.dates import day_text
from home.presentation import editorial_context
from home.structured_data import structured_data
from taxonomy.models import Profession

from .models import NewsPage

LIST = "/actualites/"


def origin_text(page: NewsPage) -> str:
    """« Haute autorité », or the kind of source when it has no name."""
    return page.source_name or page.get_source_type_display()


def review_text(page: NewsPage) -> str:
    """« Relecture : pharmacien », or nothing."""
    if not page.reviewer_profession:
        return ""
    return _("reviewed by: %(profession)s") % {"profession": page.reviewer_profession.label.lower()}


def person_text(name: str, profession: Profession | None) -> str:
    return ", ".join(filter(None, [name, profession.label.lower() if profession else ""]))


def page_context(page: NewsPage, request: HttpRequest) -> dict:
    from .search_index import source
    from .structured_data import news_article

    context = editorial_context(page, request, source=source, list_label=_("News"), list_address=LIST)
    return context | {
        "author": person_text(page.author_name, page.author_profession),
        "facts": [
            (_("Source"), origin_text(page)),
            (_("Kind of source"), page.get_source_type_display() if page.source_name else ""),
            (_("Author"), person_text(page.author_name, page.author_profession)),
            (_("Reviewed by"), person_text(page.reviewer_name, page.reviewer_profession)),
            (_("Reviewed on"), day_text(page.reviewed_on) if page.reviewed_on else ""),
        ],
        "covers": [theme.hue for _url, theme in context["themes"]],
        "structured_data": structured_data(page, news_article(page, request)),
    }
