"""What « En bref » is made of: apps register their sections in `<app>/brief_sections.py`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import autodiscover_modules

from members.access import Viewer


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that an issue may hold: an object of a search source, and why this reader is shown it."""

    kind: str  # of its search source
    pk: int
    reason: str  # « parce que votre avis est demandé », in the reader's language
    # What tells it from itself: a thread comes again with other replies.
    version: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.pk}:{self.version}" if self.version else f"{self.kind}:{self.pk}"


@dataclass(frozen=True, slots=True)
class BriefSection:
    name: str
    title: Any  # lazy
    most: int  # items of an issue
    # Returns what this viewer may read and could be shown, the most useful first; bounds its own queries.
    candidates: Callable[[Viewer], Iterable[Candidate]]
    order: int


_sections: dict[str, BriefSection] = {}


def register_brief_section(section: BriefSection) -> BriefSection:
    _sections[section.name] = section
    return section


def autodiscover() -> None:
    autodiscover_modules("brief_sections")


def sections() -> list[BriefSection]:
    return sorted(_sections.values(), key=lambda section: section.order)
