"""How a training is presented: sessions, price, facts."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.dates import day_text
from home.amounts import euros, hours, place_name

from .models import TrainingPage, TrainingSession

LIST = "/formations/"
# What people call the kinds, in lists and in search.
SHORT_KINDS = {
    TrainingPage.Kind.DPC: "DPC",
    TrainingPage.Kind.DU: "DU",
    TrainingPage.Kind.DIU: "DIU",
}
# `get_kind_display` would go through all of them for each of twenty rows.
KINDS = dict(TrainingPage.Kind.choices)
FORMATS = dict(TrainingPage.Format.choices)


def kind_text(page: TrainingPage) -> str:
    return SHORT_KINDS.get(page.kind) or str(KINDS.get(page.kind, page.kind))


def format_text(page: TrainingPage) -> str:
    return str(FORMATS.get(page.format, page.format))


def hours_text(page: TrainingPage) -> str:
    return hours(page.hours) if page.hours else ""


def price_text(price) -> str:
    """« 690 € », « gratuit », or nothing when it is not known."""
    if price is None:
        return ""
    return euros(price) if price else _("free")


def session_place(session: TrainingSession) -> str:
    department = session.department.code if session.department else ""
    return place_name(session.town, department) or _("online")


def session_dates(session: TrainingSession) -> str:
    """« 21 janvier 2027 », « du 21 au 22 janvier 2027 »."""
    first, last = session.starts_on, session.ends_on
    if first == last:
        return day_text(first)
    begin = "j" if (first.year, first.month) == (last.year, last.month) else "j F"
    if first.year != last.year:
        begin = "j F Y"
    return _("from %(first)s to %(last)s") % {
        "first": day_text(first, begin),
        "last": day_text(last),
    }


def date_text(coming: Sequence[TrainingSession]) -> str:
    """When the next session is: « dès le 14 janvier »."""
    return _("from %(day)s") % {"day": day_text(coming[0].starts_on, "j F")} if coming else ""


def next_session(coming: Sequence[TrainingSession]) -> str:
    """« du 21 au 22 janvier 2027, Paris (75) »."""
    return f"{session_dates(coming[0])}, {session_place(coming[0])}" if coming else ""


def facts(page: TrainingPage, coming: Sequence[TrainingSession]) -> list[tuple[str, str]]:
    return [
        (_("Next session"), next_session(coming)),
        (_("Kind"), page.get_kind_display()),
        (_("Format"), page.get_format_display()),
        (_("Duration"), hours_text(page)),
        (_("Price"), price_text(page.price)),
        (_("Funding"), ", ".join(page._meta.get_field("funding").labels(page.funding))),
        (_("Body"), page.body_name),
        (_("Body number"), page.body_number),
        (_("DPC action"), page.action_number),
        (_("Reference"), page.reference),
    ]
