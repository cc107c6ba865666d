"""News in « En bref »."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from briefing.editorial import recent_pages
from briefing.sections import BriefSection, register_brief_section

from .models import NewsPage

WITHIN = timedelta(days=21)

register_brief_section(
    BriefSection("news", _("News"), 3, recent_pages("news", NewsPage, within=WITHIN), order=30)
)
