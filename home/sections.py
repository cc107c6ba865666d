"""What the home page shows, told by the floors above: they register in `<app>/home_sections.py`.

A *column* is a short list of pages (news, offers, courses) for everybody. A *section* is a block of its own
for who is signed in (« My groups »).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules

from members.access import Viewer
from search.sources import Row

from .search import EditorialSource

COLUMN_LENGTH = 4

# Returns (template, context), which the template reads as `block`; None: nothing to show to this reader.
SectionBuilder = Callable[[HttpRequest], tuple[str, Mapping[str, Any]] | None]


@dataclass(frozen=True, slots=True)
class HomeColumn:
    source: EditorialSource
    title: str  # lazy
    url: str  # of the whole list
    all_label: str  # lazy, text of the link to it
    empty: str  # lazy, said when there is nothing yet

    @property
    def kind(self) -> str:
        return self.source.kind

    def rows(self, viewer: Viewer, professions: Collection[str]) -> list[Row]:
        """The newest pages that this viewer may read, for these professions (slugs; none: for all)."""
        pages = self.source.model.objects.visible_to(viewer).newest_for(professions)
        return self.source.rows(pages[:COLUMN_LENGTH], viewer)


_sections: dict[SectionBuilder, int] = {}
_columns: dict[str, tuple[int, HomeColumn]] = {}


def register_home_section(builder: SectionBuilder, *, order: int = 100) -> SectionBuilder:
    """Adds a block to the signed-in home page; lower `order` first. `builder` bounds its own queries."""
    _sections[builder] = order
    return builder


def register_home_column(column: HomeColumn, *, order: int = 100) -> HomeColumn:
    _columns[column.kind] = (order, column)
    return column


def autodiscover() -> None:
    autodiscover_modules("home_sections")


def columns() -> list[HomeColumn]:
    return [column for _order, column in sorted(_columns.values(), key=lambda pair: pair[0])]


def home_blocks(request: HttpRequest) -> list[tuple[str, Mapping[str, Any]]]:
    """Template and context of every section that has something to show to this reader, in order."""
    built = (builder(request) for builder in sorted(_sections, key=_sections.__getitem__))
    return list(filter(None, built))
