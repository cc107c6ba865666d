"""The registry of sources: each app registers its kinds of results, in `<app>/search_index.py`."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model, QuerySet
from django.utils.formats import localize
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import ngettext

from .analysis.synonyms import register_kind_synonyms
from .documents import Document
from .query import Sort
from .query.passages import Pattern


class Viewer(Protocol):
    """The reader of a list, as far as search knows one (`members.access.Viewer` is one)."""

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
    # Short facts in order: employer, contract, pay… The first one is set in bold.
    meta_items: Sequence[str] = ()
    place: str = ""
    date: datetime | None = None
    summary: str = ""  # shown where no passage of the text matched
    # « Avis demandé : pharmacien », « Plus que 3 jours »: amber, with a word, never colour alone.
    highlight_badge: str = ""
    # What the reader has not read of it yet; None: the kind does not keep it.
    new: int | None = None
    is_reserved: bool = False  # a mail says neither its title nor its facts: a private group's thread
    text: str = ""  # the extract is cut from it; it is not shown itself


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a result's text: a post of a thread."""

    owner: int  # pk of the result
    pk: int
    text: str
    has_own_url: bool  # `Source.passage_url`


def result_count(total: int) -> str:
    return ngettext("%(total)s result", "%(total)s results", total) % {"total": localize(total)}


class Source(ABC):
    """A kind of result: makes the documents of its objects, and the rows of those that were found."""

    kind: str  # « job »: in URLs, `data-kind` and document ids
    label: str  # lazy, « Offres d’emploi »
    singular: str  # lazy, « Offre d’emploi »
    icon: str  # name in the icon sprite
    # Words that people call the kind by: « formation plaies ».
    synonyms: Sequence[str] = ()
    model: type[Model]
    # Facets (names, see `search.facets`) that its list offers, in order.
    facets: tuple[str, ...] = ("profession", "theme", "region")
    # Orders that its list offers; a URL may name any.
    sorts: tuple[Sort, ...] = (Sort.RELEVANCE, Sort.DATE)
    # Freshness counts in relevance (news, jobs).
    boosts_recency: bool = False
    # Results of the reader's own profession and region come first (jobs).
    personalised: bool = False
    # Rows show the hour of their date, too (threads).
    shows_time: bool = False
    syndicated: bool = False  # its public results are in feeds
    calendar_path: str = ""  # of the calendar of its public results; empty: they have no dates
    # « dans une réponse »: shown with a passage that has its own URL.
    passage_label: Any = ""

    def offered_to(self, viewer: Viewer) -> bool:
        """Returns whether this viewer may know that the kind exists (threads: professionals only)."""
        return True

    def runtime_access_tokens(self, viewer: Viewer) -> frozenset[str]:
        """Returns access tokens of this kind beside the viewer's own, read from the database at each search.

        Threads carry the token of their group only. Who may enter the group is decided here, so that a group
        of ten thousand threads is opened or closed without writing them again.
        """
        return frozenset()

    def count_label(self, total: int) -> str:
        """« 132 offres »."""
        return result_count(total)

    @abstractmethod
    def eligible(self) -> QuerySet:
        """All objects that belong in the index now, whoever may read them."""

    @abstractmethod
    def documents(self, pks: Iterable[int]) -> Iterator[Document]:
        """Yields the documents of the eligible objects among `pks`, in a bounded number of queries."""

    def changed_by_time(self, after: datetime, until: datetime) -> Iterable[int]:
        """Returns pks of objects whose documents time alone has changed between these moments."""
        return ()

    @abstractmethod
    def visible(self, pks: Iterable[int], viewer: Viewer) -> Mapping[int, Row]:
        """Returns the rows of the objects among `pks` that this viewer may read now."""

    def passages(self, pks: Iterable[int], viewer: Viewer, patterns: Sequence[Pattern]) -> Iterator[Passage]:
        """The passages of long results that match, in reading order, as far as this viewer may read them now.

        Of each of `pks`, the first `MAX_PASSAGES` of those that match the most `patterns`. One query, however
        many `pks` there are.
        """
        return iter(())

    def passage_url(self, pk: int) -> str:
        """The URL of a passage with `has_own_url`."""
        return ""


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    _sources[source.kind] = source
    register_kind_synonyms(source.kind, source.synonyms)
    return source


def autodiscover() -> None:
    autodiscover_modules("search_index")


def sources() -> Mapping[str, Source]:
    """kind → source, in the order of registration."""
    return _sources


def offered_kinds(viewer: Viewer) -> Mapping[str, Source]:
    """Sources of the kinds that this viewer may know of."""
    return {kind: source for kind, source in _sources.items() if source.offered_to(viewer)}


def syndicated_kinds() -> tuple[str, ...]:
    return tuple(kind for kind, source in _sources.items() if source.syndicated)


def reading_tokens(viewer: Viewer, kinds: Iterable[str]) -> frozenset[str]:
    """Returns all access tokens of this viewer for a search of these kinds, as of now."""
    return viewer.tokens.union(*(_sources[kind].runtime_access_tokens(viewer) for kind in kinds))


def kind_of(model: type[Model] | None) -> str:
    """The kind under which objects of this model are found; empty when they are not."""
    return next((kind for kind, source in _sources.items() if source.model is model), "")
