"""« Ce que l’on cherche » in Wagtail's admin: a report, its filters, its spreadsheet."""

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from ..facets import facets, labels
from ..models import QueryCount
from ..results.analytics import SHOWN_FROM, report, since
from ..urlquery import PROFESSION

NOBODY = "-"  # no verified profession
PERIODS = [("7", _("The last 7 days")), ("30", _("The last 30 days"))]
OUTCOMES = [("empty", _("Found nothing")), ("corrected", _("Was corrected"))]


def _professions() -> list[tuple[str, Any]]:
    return [(NOBODY, _("No verified profession")), *labels(facets()[PROFESSION]).items()]


class QueryFilter(WagtailFilterSet):
    period = django_filters.ChoiceFilter(
        label=_("Period"), choices=PERIODS, empty_label=_("All that is kept"), method="in_period"
    )
    profession = django_filters.ChoiceFilter(
        label=_("Profession"), choices=_professions, empty_label=_("All"), method="of_profession"
    )
    outcome = django_filters.ChoiceFilter(
        label=_("Outcome"), choices=OUTCOMES, empty_label=_("All"), method="whatever"
    )

    class Meta:
        model = QueryCount
        fields: list[str] = []

    def in_period(self, counts: QuerySet, name: str, value: str) -> QuerySet:
        return counts.filter(day__gte=since(int(value)))

    def of_profession(self, counts: QuerySet, name: str, value: str) -> QuerySet:
        return counts.filter(profession="" if value == NOBODY else value)

    def whatever(self, counts: QuerySet, name: str, value: str) -> QuerySet:
        """Applies to the sums: see `QueryReport`."""
        return counts


class QueryReport(ReportView):
    model = QueryCount
    permission_policy = ModelPermissionPolicy(QueryCount)
    permission_required = "view"
    page_title = _("What people look for")
    header_icon = "glasses"
    template_name = "search/admin/queries.html"
    index_url_name = "portal_search_queries"
    index_results_url_name = "portal_search_queries_results"
    filterset_class = QueryFilter
    columns = [
        Column("query", label=_("Looked for")),
        Column("searches", label=_("Searches")),
        Column("empty", label=_("Found nothing")),
        Column("corrected", label=_("Corrected")),
    ]
    list_export = ["query", "searches", "empty", "corrected"]
    export_headings = {column.name: column.label for column in columns}
    export_filename = "recherches"

    def get_filtered_queryset(self) -> QuerySet:
        rows = report(self.filter_queryset(QueryCount.objects.all()))
        outcome = self.filters.form.cleaned_data.get("outcome") if self.filters.is_valid() else ""
        return rows.filter(**{f"{outcome}__gt": 0}).order_by(f"-{outcome}", "query") if outcome else rows

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        days = settings.SEARCH_QUERY_DAYS
        return super().get_context_data(*args, shown_from=SHOWN_FROM, days=days, **kwargs)
