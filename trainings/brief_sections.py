"""Courses in « En bref »: a new one, and a session that begins this week."""

from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from briefing.editorial import recent_pages
from briefing.sections import BriefSection, Candidate, register_brief_section
from members.access import Viewer

from .models import TrainingPage, TrainingSession

WITHIN = timedelta(days=60)
WEEK = timedelta(days=7)


def sessions_this_week(viewer: Viewer) -> list[Candidate]:
    """Trainings for the reader's profession: the time to register ends."""
    today = timezone.localdate()
    trainings = TrainingPage.objects.visible_to(viewer).newest_for(viewer.profession_slugs)
    sessions = TrainingSession.objects.filter(
        page__in=trainings.order_by().values("pk"), starts_on__gt=today, starts_on__lte=today + WEEK
    )
    return [
        Candidate(
            "training", pk, _("because a session begins on %(day)s") % {"day": date_format(day, "l j F")}
        )
        for pk, day in sessions.order_by("starts_on", "pk").values_list("page_id", "starts_on")[:10]
    ]


register_brief_section(
    BriefSection(
        "training",
        gettext_lazy("Trainings"),
        1,
        recent_pages("training", TrainingPage, within=WITHIN),
        order=50,
    )
)
register_brief_section(
    BriefSection(
        "training_soon", gettext_lazy("Sessions that begin this week"), 1, sessions_this_week, order=70
    )
)
