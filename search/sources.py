"""The registry of what can be found. An app registers its `Source` in `<app>/search_index.py`."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model, QuerySet
from django.utils.formats import localize
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import ngettext

from .analysis.kinds import call
from .documents import Document
from .query import Sort
from .query.passages import Pattern


class Viewer(Protocol):
    """What search needs to know of a reader (`members.access.Viewer` is one)."""

    @property
    def tokens(self) -> frozenset[str]: ...

    @property
    def profession_slugs(self) -> tuple[str, ...]: ...

    @property
    def region_slugs(self) -> tuple[str, ...]: ...

    @property
    def department_codes(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One result of a list."""

    kind: str
    pk: int
    title: str
    url: str
    # Short facts in order: employer, place, contract, pay… The first one is set in bold.
    facts: Sequence[str] = ()
    place: str = ""
    date: datetime | None = None
    # Shown where no passage of the text matched: standfirst, first sentences.
    summary: str = ""
    # « Avis demandé : pharmacien », « Plus que 3 jours »: amber, with a word, never colour alone.
    signal: str = ""
    # What a passage is looked for in; not shown itself.
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a result's text: a post of a thread."""

    owner: int  # pk of the result
    pk: int
    text: str
    # It has an address of its own (`Source.part_url`).
    apart: bool


def result_count(total: int) -> str:
    return ngettext("%(total)s result", "%(total)s results", total) % {"total": localize(total)}


class Source(ABC):
    """One kind of thing that can be found, and the only way from its index entries back to objects."""

    kind: str  # « job »: in addresses, `data-kind` and document ids
    label: str  # lazy, « Offres d’emploi »
    singular: str  # lazy, « Offre d’emploi »
    icon: str  # name in the icon sprite
    # What people call it when they type: « formation plaies ».
    called: Sequence[str] = ()
    model: type[Model]
    # Facets (names, see `search.facets`) that its list offers, in order.
    facets: tuple[str, ...] = ("profession", "theme", "region")
    # Orders that its list offers; addresses may name any.
    sorts: tuple[Sort, ...] = (Sort.RELEVANCE, Sort.DATE)
    # Freshness counts in relevance (news, jobs).
    boosts_recency: bool = False
    # What is of the reader's own profession and region comes first (jobs).
    personalised: bool = False
    # The hour of a row's date means something (threads).
    timed: bool = False
    # What everybody may read of it goes into feeds.
    syndicated: bool = False
    # Where what everybody may read of it is a calendar; empty: it has no dates.
    calendar_path: str = ""
    # « dans une réponse »: said of a passage that stands apart.
    part_note: Any = ""

    def offered_to(self, viewer: Viewer) -> bool:
        """Whether this viewer may know that the kind exists (threads: professionals only)."""
        return True

    def runtime_access_tokens(self, viewer: Viewer) -> frozenset[str]:
        """What opens documents of this kind beside the viewer's own tokens, asked of the database each time.

        For what is open or closed by the thousand: documents carry the token of what holds them (a thread:
        its group's), and who may enter is decided here, at each search, instead of in every document.
        """
        return frozenset()

    def count_label(self, total: int) -> str:
        """« 132 offres »."""
        return result_count(total)

    @abstractmethod
    def eligible(self) -> QuerySet:
        """Everything that belongs in the index now, whoever may read it."""

    @abstractmethod
    def documents(self, pks: Iterable[int]) -> Iterator[Document]:
        """Documents of those among `pks` that are eligible, in a bounded number of queries."""

    def changed_by_time(self, after: datetime, until: datetime) -> Iterable[int]:
        """pks of objects whose documents changed between these moments though nobody changed them."""
        return ()

    @abstractmethod
    def visible(self, pks: Iterable[int], viewer: Viewer) -> Mapping[int, Row]:
        """The database's last word: rows of those among `pks` that this viewer may read now."""

    def parts(self, pks: Iterable[int], viewer: Viewer, patterns: Sequence[Pattern]) -> Iterator[Part]:
        """Where rows do not hold all the text: what this viewer may read of it now, in reading order.

        Of each of `pks` the `passages.MAX_PARTS` parts at most that hold the most of `patterns`, the first
        such. One query, whatever the number of `pks` and the length of what they hold.
        """
        return iter(())

    def part_url(self, pk: int) -> str:
        """The address of a part that stands `apart`."""
        return ""


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    _sources[source.kind] = source
    call(source.kind, source.called)
    return source


def autodiscover() -> None:
    autodiscover_modules("search_index")


def sources() -> Mapping[str, Source]:
    """kind → source, in the order of registration."""
    return _sources


def offered_kinds(viewer: Viewer) -> Mapping[str, Source]:
    """Kinds whose existence this viewer may know of."""
    return {kind: source for kind, source in _sources.items() if source.offered_to(viewer)}


def syndicated_kinds() -> tuple[str, ...]:
    return tuple(kind for kind, source in _sources.items() if source.syndicated)


def reading_tokens(viewer: Viewer, kinds: Iterable[str]) -> frozenset[str]:
    """Every token that a search of these kinds may use for this viewer, as of now."""
    return viewer.tokens.union(*(_sources[kind].runtime_access_tokens(viewer) for kind in kinds))


def kind_of(model: type[Model] | None) -> str:
    """The kind under which objects of this model are found; empty when they are not."""
    return next((kind for kind, source in _sources.items() if source.model is model), "")
