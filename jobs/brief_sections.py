"""Offers in « En bref »: new ones, and those that close this week."""

from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from briefing.editorial import recent_pages
from briefing.sections import BriefSection, Candidate, register_brief_section
from members.access import Viewer

from .models import JobPage

WITHIN = timedelta(days=30)
WEEK = timedelta(days=7)


def closing_this_week(viewer: Viewer) -> list[Candidate]:
    """Offers for the reader's profession, in their region where they say one."""
    until = timezone.localdate() + WEEK
    offers = JobPage.objects.visible_to(viewer).newest_for(viewer.profession_slugs)
    offers = offers.filter(closes_on__lte=until).order_by("closes_on", "-pk")
    if viewer.region_slugs:
        offers = offers.filter(department__region__slug__in=viewer.region_slugs)
    return [
        Candidate("job", pk, _("because the offer closes on %(day)s") % {"day": date_format(day, "l j F")})
        for pk, day in offers.values_list("pk", "closes_on")[:10]
    ]


register_brief_section(
    BriefSection(
        "job", gettext_lazy("Jobs"), 2, recent_pages("job", JobPage, within=WITHIN, near_first=True), order=40
    )
)
register_brief_section(
    BriefSection("job_closing", gettext_lazy("Offers that close this week"), 2, closing_this_week, order=60)
)
