"""Flat lists of one page type in Wagtail's admin: what an editor looks for, in columns."""

from collections.abc import Sequence
from typing import ClassVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.viewsets.pages import PageListingViewSet

from core.dates import day_text


class DayColumn(Column):
    """A day, without time: « 10 janvier 2027 »."""

    def get_value(self, instance: Model) -> str:
        day = super().get_value(instance)
        return day_text(day) if day else ""


class EditorialListing(PageListingViewSet):
    """Title, the type's own columns, audience, date of the last change, status."""

    add_to_admin_menu = True
    own_columns: ClassVar[Sequence[BaseColumn]] = ()

    @property
    def columns(self) -> list[BaseColumn]:
        return [
            BulkActionsColumn("bulk_actions"),
            PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
            *self.own_columns,
            Column("audience", label=_("Audience"), accessor="get_audience_display", sort_key="audience"),
            DateColumn(
                "latest_revision_created_at", label=_("Updated"), sort_key="latest_revision_created_at"
            ),
            PageStatusColumn("status", label=_("Status"), sort_key="live"),
        ]
