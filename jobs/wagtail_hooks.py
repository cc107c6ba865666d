from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from core.dates import day_text
from home.dashboard import LIST_LENGTH, Waiting, page_entries, register_waiting
from home.listing import DayColumn, EditorialListing

from .models import JobPage


class JobListing(EditorialListing):
    name = "offers"
    model = JobPage
    icon = "clipboard-list"
    menu_label = gettext_lazy("Job offers")
    menu_order = 120
    own_columns = [
        Column("employer", label=gettext_lazy("Employer"), sort_key="employer"),
        Column("town", label=gettext_lazy("Town"), sort_key="town"),
        DayColumn("closes_on", label=gettext_lazy("Open until"), sort_key="closes_on"),
    ]


@hooks.register("register_admin_viewset")
def job_listing() -> JobListing:
    return JobListing()


@register_waiting
def closing_soon() -> Waiting:
    pages = JobPage.objects.closing_soon()
    return Waiting(
        title=_("Offers that close within seven days"),
        total=pages.count(),
        entries=page_entries(
            pages.defer("body")[:LIST_LENGTH],
            lambda page: f"{page.employer}, {day_text(page.closes_on, 'j F')}",
        ),
    )
