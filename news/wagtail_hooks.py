from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from core.dates import day_text
from home.dashboard import LIST_LENGTH, Waiting, page_entries, register_waiting
from home.listing import DayColumn, EditorialListing

from .models import STALE_AFTER_DAYS, NewsPage


class NewsListing(EditorialListing):
    name = "news_items"
    model = NewsPage
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("News")
    menu_order = 110
    own_columns = [
        Column("source_name", label=gettext_lazy("Source"), sort_key="source_name"),
        DayColumn("reviewed_on", label=gettext_lazy("Reviewed on"), sort_key="reviewed_on"),
    ]


@hooks.register("register_admin_viewset")
def news_listing() -> NewsListing:
    return NewsListing()


@register_waiting
def to_review() -> Waiting:
    oldest = timezone.localdate() - timedelta(days=STALE_AFTER_DAYS)
    pages = NewsPage.objects.live().filter(reviewed_on__lt=oldest).order_by("reviewed_on")
    return Waiting(
        title=_("News whose review is more than a year old"),
        total=pages.count(),
        entries=page_entries(pages.defer("body")[:LIST_LENGTH], lambda page: day_text(page.reviewed_on)),
    )
