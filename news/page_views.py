from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.dates import day_text
from home.presentation import editorial_context
from home.serving import register_page_context
from home.structured_data import structured_data

from .models import NewsPage
from .presentation import LIST, origin_text, person_text
from .search_index import source
from .structured_data import news_article


@register_page_context(NewsPage)
def news_context(page: NewsPage, request: HttpRequest) -> dict:
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
