from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.compiled_query import compiled_query
from home.access import audience_of, cached_for_audience, viewer_of
from home.search import EditorialSource, expiry_badge, track_editorial, track_places, track_words
from search.facets import Facet, register_facet
from search.location_filter import LOCATION
from search.query import SINCE, Sort
from search.sources import Row, Viewer, register
from taxonomy.models import ContractType, Department
from taxonomy.places import Commune, located

from .models import JobPage
from .pay import BANDS, pay_bands
from .presentation import pay_text, place_text

# In addresses and index; the database keeps its own words.
WORKING_TIMES = {JobPage.WorkingTime.FULL: "temps-plein", JobPage.WorkingTime.PART: "temps-partiel"}


class JobSource(EditorialSource):
    kind = "job"
    label = _("Job offers")
    singular = _("Job offer")
    icon = "briefcase-medical"
    synonyms = ("offre", "emploi", "annonce", "recrutement")
    model = JobPage
    facets = (
        "profession",
        LOCATION,
        "contract",
        "region",
        SINCE,
        "working_time",
        "pay",
        "employer",
        "specialty",
        "theme",
    )
    sorts = (Sort.RELEVANCE, Sort.DATE, Sort.CLOSING)
    boosts_recency = True
    personalised = True
    row_fields = (
        "employer",
        "town",
        "pay_min",
        "pay_max",
        "pay_unit",
        "retrocession",
        "closes_on",
        "contract__slug",
        "contract__short",
        "department__code",
    )
    row_keys = ("contract", "department")
    foreign_keys = ("contract", "department__region")

    def count_label(self, total: int) -> str:
        return ngettext("%(total)s offer", "%(total)s offers", total) % {"total": localize(total)}

    def row(self, page: JobPage) -> Row:
        return Row(
            kind=self.kind,
            pk=page.pk,
            title=page.display_title,
            url=page.url or "",
            meta_items=[page.employer, page.contract.short, *filter(None, [pay_text(page)])],
            place=place_text(page),
            date=page.date,
            summary=page.excerpt,
            highlight_badge=expiry_badge(page),
        )

    def words(self, page: JobPage) -> Iterable[str]:
        place = (page.town, page.postal_code)
        contract = (page.contract.label, page.contract.short, page.get_working_time_display())
        return (page.employer, *place, *contract, page.reference)

    def places(self, page: JobPage) -> list[Department]:
        places = {*page.departments.all(), *filter(None, [page.department])}
        return sorted(places, key=lambda place: place.code)

    def towns(self, page: JobPage) -> Iterable[Commune | None]:
        return [located(page.postal_code, page.town, [place.code for place in self.places(page)])]

    def own_facets(self, page: JobPage) -> Mapping[str, tuple[str, ...]]:
        working_time = (WORKING_TIMES[page.working_time],) if page.working_time else ()
        return {
            "contract": (page.contract.slug,),
            "working_time": working_time,
            "pay": pay_bands(page),
            "employer": (page.employer_slug,) if page.employer_slug else (),
        }


def _employers(viewer: Viewer, slugs: Collection[str]) -> Mapping[str, str]:
    """Names of employers, of offers that this viewer may read."""
    return cached_for_audience(
        viewer,
        f"employers {sorted(slugs)}",
        lambda: dict(compiled_query(_visible_employers, *audience_of(viewer), list(slugs))),
    )


def _visible_employers(roles: frozenset[str], codes: list[str], slugs: list[str]) -> QuerySet:
    offers = JobPage.objects.visible_to(viewer_of(roles, codes)).filter(employer_slug__in=slugs)
    return offers.order_by("employer").values_list("employer_slug", "employer").distinct()


register_facet(
    Facet(
        "contract",
        "contrat",
        _("Contract"),
        lambda: dict(ContractType.objects.values_list("slug", "short")),
    )
)
register_facet(
    Facet(
        "working_time",
        "temps",
        _("Working time"),
        lambda: {slug: value.label for value, slug in WORKING_TIMES.items()},
    )
)
register_facet(Facet("pay", "salaire", _("Gross pay a year, full time"), lambda: BANDS, ordered=True))
register_facet(Facet("employer", "employeur", _("Employer"), names=_employers))
source = register(JobSource())
track_editorial(JobPage, "job")
track_words(ContractType, "job", JobPage, "contract")
track_places("job", JobPage, "department")
