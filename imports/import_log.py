"""What each page was last given by its partner, kept in the page's own history, where editors see it.

A value that the partner did not change since is not set again: what an editor corrected stays corrected.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision

from home.editorial import EditorialPage

from .revisions import first_revision, save_first_revisions

IMPORTED = "portal.import"
CLOSED = "portal.import.close"


@dataclass(frozen=True, slots=True)
class LastImportedValues:
    values: dict[str, str]  # name → fingerprint
    closed: bool  # by an import, because its file did not have it any more


def last_imported_values(pages: Iterable[Page]) -> dict[int, LastImportedValues]:
    """pk → history of these pages; a page without any is not there. One query."""
    entries = PageLogEntry.objects.filter(
        page_id__in=[page.pk for page in pages], action__in=[IMPORTED, CLOSED]
    )
    rows = entries.order_by("timestamp", "pk").values_list("page_id", "action", "data")
    return {
        page_id: LastImportedValues((data or {}).get("values", {}), action == CLOSED)
        for page_id, action, data in rows
    }


class ImportLog:
    """Entries of one batch, and the first versions of its new pages, written in a few queries."""

    def __init__(self, user: AbstractBaseUser | None):
        self.user = user
        self._entries: list[PageLogEntry] = []
        self._begun: list[tuple[EditorialPage, Revision]] = []

    def begin(self, page: EditorialPage, values: dict[str, str]) -> None:
        revision = first_revision(page, self.user)
        self._begun.append((page, revision))
        self.add(page, values, revision=revision)

    def add(
        self, page: Page, values: dict[str, str], *, closed: bool = False, revision: Revision | None = None
    ) -> None:
        self._entries.append(
            PageLogEntry(
                page_id=page.pk,
                content_type=ContentType.objects.get_for_model(page, for_concrete_model=False),
                label=page.get_admin_display_title(),
                action=CLOSED if closed else IMPORTED,
                data={"values": values},
                timestamp=timezone.now(),
                user=self.user,
                revision=revision,
                content_changed=True,
            )
        )

    def save(self) -> None:
        save_first_revisions(self._begun)
        PageLogEntry.objects.bulk_create(self._entries)
        self._begun, self._entries = [], []
