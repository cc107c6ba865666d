"""The interface of engines: `embedded` (tantivy) and `elastic` (Elasticsearch, OpenSearch) implement it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..documents import Document
from ..query import SearchQuery, SuggestQuery

REINDEX = "manage.py search_reindex"


class EngineUnavailable(Exception):  # noqa: N818 (a state, not a mistake)
    """The engine cannot be reached, is too slow, or has no usable index: answer 503, never « 0 result »."""


class IndexUnusable(EngineUnavailable):
    """The engine is there, its index is missing, damaged or another version's: only a rebuild helps."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: run `{REINDEX}`.")


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    pk: int
    score: float
    keywords: str = ""  # as indexed: explains why a document was found, gives a correction its accents


@dataclass(frozen=True, slots=True)
class RelaxationSuggestion:
    """A part of a query that may be left out, the query without it, and what that would find."""

    part: str
    text: str
    total: int


@dataclass(frozen=True, slots=True)
class SearchResponse:
    hits: Sequence[Hit]
    total: int
    # facet name → slug → number of documents, without that facet's own filter.
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    # When nothing was found: chosen facet → the total without that filter.
    without_facet_totals: Mapping[str, int] = field(default_factory=dict)
    # When nothing was found: the best first.
    relaxations: Sequence[RelaxationSuggestion] = ()
    # The query that was searched instead, when nothing matched the typed one; new words without accents.
    corrected: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One write. `document` None: delete. An older `version` never replaces a newer one."""

    document_id: str
    version: int
    document: Document | None


@dataclass(frozen=True, slots=True)
class RejectedDocument:
    document_id: str
    reason: str


class Rebuild(ABC):
    """A new index being filled beside the live one. Either `commit` or `abort` ends it."""

    @abstractmethod
    def add(self, changes: Iterable[Change]) -> Sequence[RejectedDocument]:
        """Writes changes, maybe later. Returns rejected documents, maybe of earlier calls."""

    def flush(self) -> Sequence[RejectedDocument]:
        """Waits until all added changes are written. Returns rejected documents not returned before."""
        return []

    @abstractmethod
    def count(self) -> int: ...

    @abstractmethod
    def commit(self) -> None:
        """Makes the new index the live one, atomically, and keeps the previous one."""

    @abstractmethod
    def abort(self) -> None:
        """Removes the new index."""


class Engine(ABC):
    """A search engine. Any method raises `EngineUnavailable` when it cannot answer in time."""

    name: str

    @abstractmethod
    def search(self, query: SearchQuery) -> SearchResponse: ...

    @abstractmethod
    def suggest(self, query: SuggestQuery) -> Mapping[str, Sequence[int]]:
        """Returns kind → pks of documents whose title holds all typed words, the last one as a prefix.

        Titles that begin with the typed text come first, then the newest. Kinds without any are left out.
        """

    @abstractmethod
    def write(self, changes: Sequence[Change]) -> Sequence[RejectedDocument]:
        """Applies changes in one bulk; `search` finds them on return. The caller retries rejected ones."""

    @abstractmethod
    def rebuild(self) -> Rebuild:
        """Starts a new index. Raises `RebuildRunning` when one is under way."""

    @abstractmethod
    def entries(self) -> Iterator[tuple[str, int]]:
        """(document id, version) of everything in the live index, for the drift check."""

    @abstractmethod
    def fingerprints(self) -> Iterator[tuple[str, str]]:
        """(document id, hash of the document as it was written) of everything in the live index."""

    @abstractmethod
    def status(self) -> Mapping[str, str | int | bool]:
        """For people and /readyz: engine, version, documents, index, `current` (mapping is this code's)."""

    @abstractmethod
    def counts(self) -> Mapping[str, int]:
        """Documents of the live index by kind."""

    @abstractmethod
    def reset(self) -> None:
        """Removes every index of this portal: for tests and benchmarks, which leave nothing behind."""


class RebuildRunning(Exception):  # noqa: N818 (a state, not a mistake)
    """Somebody is rebuilding already; only one at a time."""
