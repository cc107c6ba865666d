from collections.abc import Iterable, Mapping
from datetime import date, datetime
from math import inf

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.dates import start_of_day
from home.search import EditorialSource, track_editorial, track_places
from search.facets import Facet, register_facet
from search.index.tracking import track_related
from search.location_filter import LOCATION
from search.query import Sort
from search.sources import Row, register
from taxonomy.models import Department
from taxonomy.places import Commune, located

from .models import TrainingPage, TrainingSession
from .presentation import date_text, format_text, hours_text, kind_text, session_place

# In addresses and index; the database keeps its own words.
FORMAT_SLUGS = {
    TrainingPage.Format.ONSITE: "presentiel",
    TrainingPage.Format.VIRTUAL: "classe-virtuelle",
    TrainingPage.Format.ELEARNING: "e-learning",
    TrainingPage.Format.BLENDED: "mixte",
}

# Who pays, by a name that is typed; « Personnel » would be found by whoever looks for staff.
PAYERS = tuple(payer for payer in TrainingPage.Funding if payer is not TrainingPage.Funding.PERSONAL)

# slug → label and the price, in euros, that it ends at.
PRICES = {
    "gratuit": (_("free"), 0),
    "moins-de-500": (_("up to €500"), 500),
    "500-1500": (_("€500 to €1,500"), 1_500),
    "plus-de-1500": (_("more than €1,500"), inf),
}


def price_bands(page: TrainingPage) -> tuple[str, ...]:
    """The band of each price: the training's own, and those of sessions that differ."""
    prices = {page.price, *(session.price for session in page.coming_sessions)} - {None}
    return tuple(
        {next(slug for slug, (_label, end) in PRICES.items() if price <= end): 1 for price in prices}
    )


class TrainingSource(EditorialSource):
    kind = "training"
    label = _("Trainings")
    singular = _("Training")
    icon = "graduation-cap"
    synonyms = ("formation",)
    model = TrainingPage
    facets = (
        "profession",
        LOCATION,
        "format",
        "month",
        "region",
        "credential",
        "funding",
        "price",
        "specialty",
        "theme",
    )
    sorts = (Sort.RELEVANCE, Sort.DATE, Sort.SESSION)
    calendar_path = "/recherche/agenda/"
    row_fields = ("body_name", "kind", "format", "hours")
    row_relations = (Prefetch("sessions", TrainingSession.objects.select_related("department")),)
    relations = ("sessions__department__region",)

    def count_label(self, total: int) -> str:
        return ngettext("%(total)s training", "%(total)s trainings", total) % {"total": localize(total)}

    def row(self, page: TrainingPage) -> Row:
        coming = page.coming_sessions
        return Row(
            kind=self.kind,
            pk=page.pk,
            title=page.title,
            url=page.url or "",
            meta_items=[
                page.body_name,
                kind_text(page),
                *filter(None, [hours_text(page), date_text(coming)]),
            ],
            place=session_place(coming[0]) if coming else format_text(page),
            summary=page.excerpt,
        )

    def words(self, page: TrainingPage) -> Iterable[str]:
        sessions = page.coming_sessions
        places = dict.fromkeys(word for session in sessions for word in (session.town, session.postal_code))
        kinds = (kind_text(page), format_text(page))
        paid_by = [payer.label for payer in PAYERS if payer in page.funding]
        return (page.body_name, *kinds, *paid_by, page.action_number, page.reference, *places)

    def places(self, page: TrainingPage) -> list[Department]:
        places = {*page.departments.all(), *(session.department for session in page.coming_sessions)}
        return sorted(filter(None, places), key=lambda place: place.code)

    def towns(self, page: TrainingPage) -> Iterable[Commune | None]:
        for session in page.coming_sessions:
            departments = [session.department.code] if session.department else []
            yield located(session.postal_code, session.town, departments)

    def own_facets(self, page: TrainingPage) -> Mapping[str, tuple[str, ...]]:
        return {
            "format": (FORMAT_SLUGS[page.format],),
            "credential": (page.kind,),
            "funding": tuple(page.funding),
            "price": price_bands(page),
            "month": tuple(dict.fromkeys(f"{session.starts_on:%Y-%m}" for session in page.coming_sessions)),
        }

    def begins_at(self, page: TrainingPage) -> datetime | None:
        coming = page.coming_sessions
        return start_of_day(coming[0].starts_on) if coming else None

    def changed_by_time(self, after: datetime, until: datetime) -> Iterable[int]:
        """Trainings of which a session ended: the next one is another, with its month, price and place."""
        days = [timezone.localdate(moment) for moment in (after, until)]
        ended = TrainingSession.objects.filter(ends_on__gte=days[0], ends_on__lt=days[1])
        return ended.order_by().values_list("page_id", flat=True).distinct()


# Months from this one on that sessions can be looked for in.
MONTHS = 24


def _months() -> Mapping[str, str]:
    """« 2027-01 » → « janvier 2027 »."""
    today = timezone.localdate()
    first = [
        date(today.year + m // 12, m % 12 + 1, 1) for m in range(today.month - 1, today.month - 1 + MONTHS)
    ]
    return {f"{day:%Y-%m}": date_format(day, "F Y") for day in first}


register_facet(
    Facet(
        "format",
        "format",
        _("Format"),
        lambda: {slug: value.label for value, slug in FORMAT_SLUGS.items()},
    )
)
register_facet(Facet("credential", "nature", _("Kind of training"), lambda: dict(TrainingPage.Kind.choices)))
register_facet(Facet("funding", "financement", _("Funding"), lambda: dict(TrainingPage.Funding.choices)))
register_facet(
    Facet(
        "price",
        "prix",
        _("Price"),
        lambda: {slug: label for slug, (label, _end) in PRICES.items()},
        ordered=True,
    )
)
register_facet(Facet("month", "mois", _("Month of a session"), _months, ordered=True))
source = register(TrainingSource())
track_editorial(TrainingPage, "training")
track_related(TrainingSession, "training", lambda session: [session.page_id])
track_places("training", TrainingSession, "department", "page")
