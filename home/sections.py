"""What the home page shows, told by the floors above: they register in `<app>/home_sections.py`.

A *column* is a short list of pages (news, offers, courses) for everybody. A *section* is a block of its own
for who is signed in (« My groups »).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules

from members.access import Viewer
from search.sources import Row

COLUMN_LENGTH = 4

# Returns (template, context), which the template reads as `block`; None: nothing to show to this reader.
SectionBuilder = Callable[[HttpRequest], tuple[str, Mapping[str, Any]] | None]
# (viewer, slugs of professions or () for all, how many) → rows, newest first, that this viewer may read.
ColumnRows = Callable[[Viewer, Sequence[str], int], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class HomeColumn:
    kind: str
    title: str  # lazy
    url: str  # of the whole list
    all_label: str  # lazy, text of the link to it
    empty: str  # lazy, said when there is nothing yet
    rows: ColumnRows


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
