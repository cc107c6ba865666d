"""A search engine that is a dictionary, can be told to fail, and a source to fill it: themes as documents."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from search import engines
from search import sources as sources_module
from search.documents import Document, fingerprint
from search.engines.base import (
    Change,
    Engine,
    EngineUnavailable,
    Rebuild,
    RebuildRunning,
    RejectedDocument,
    SearchResponse,
)
from search.index import drain as drain_module
from search.index.outbox import changed
from search.query import SearchQuery, SuggestQuery
from search.sources import Row, Source, Viewer
from taxonomy.models import Theme

KIND = "note"
DATE = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


class Index:
    """What one index holds; an older version never replaces a newer one, not even a deletion."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[int, Document | None]] = {}

    def apply(self, change: Change) -> None:
        if change.version >= self.held.get(change.document_id, (0, None))[0]:
            self.held[change.document_id] = (change.version, change.document)

    def documents(self) -> dict[str, Document]:
        return {key: document for key, (_version, document) in self.held.items() if document}


class MemoryRebuild(Rebuild):
    def __init__(self, engine: "MemoryEngine") -> None:
        self.engine, self.index = engine, Index()

    def add(self, changes: Iterable[Change]) -> Sequence[RejectedDocument]:
        changes = list(changes)
        self.engine.before_add(changes)
        return self.engine.apply(self.index, changes)

    def count(self) -> int:
        return len(self.index.documents())

    def commit(self) -> None:
        self.engine.before_commit()
        self.engine.previous, self.engine.live = self.engine.live, self.index
        self.engine.rebuilding = None

    def abort(self) -> None:
        self.engine.rebuilding = None
        self.engine.aborted += 1


class MemoryEngine(Engine):
    name = "memory"

    def __init__(self) -> None:
        self.live = Index()
        self.previous: Index | None = None
        self.rebuilding: MemoryRebuild | None = None
        self.aborted = 0
        self.down = False
        self.current = True
        self.refused: dict[str, str] = {}  # document id → reason
        self.poisonous: set[str] = set()  # ids that make a whole bulk fail
        self.bulks: list[list[str]] = []
        # What the world does at the worst moment.
        self.before_write = lambda changes: None
        self.before_add = lambda changes: None
        self.before_commit = lambda: None

    def apply(self, index: Index, changes: Sequence[Change]) -> list[RejectedDocument]:
        for change in changes:
            if change.document_id not in self.refused:
                index.apply(change)
        return [
            RejectedDocument(c.document_id, self.refused[c.document_id])
            for c in changes
            if c.document_id in self.refused
        ]

    def write(self, changes: Sequence[Change]) -> Sequence[RejectedDocument]:
        self._check()
        self.before_write(changes)
        if self.poisonous & {change.document_id for change in changes}:
            raise ValueError("the whole bulk failed")
        self.bulks.append([change.document_id for change in changes])
        return self.apply(self.live, changes)

    def search(self, query: SearchQuery) -> SearchResponse:
        raise NotImplementedError

    def suggest(self, query: SuggestQuery) -> Mapping[str, Sequence[int]]:
        raise NotImplementedError

    def rebuild(self) -> Rebuild:
        self._check()
        if self.rebuilding:
            raise RebuildRunning
        self.rebuilding = MemoryRebuild(self)
        return self.rebuilding

    def entries(self) -> Iterator[tuple[str, int]]:
        self._check()
        return iter([(key, self.live.held[key][0]) for key in self.live.documents()])

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        self._check()
        return iter([(key, fingerprint(document)) for key, document in self.live.documents().items()])

    def status(self) -> Mapping[str, str | int | bool]:
        self._check()
        return {
            "engine": self.name,
            "version": "1",
            "index": "memory",
            "documents": len(self.live.documents()),
            "current": self.current,
        }

    def counts(self) -> Mapping[str, int]:
        self._check()
        return Counter(document.kind for document in self.live.documents().values())

    def reset(self) -> None:
        self.live = Index()

    def _check(self) -> None:
        if self.down:
            raise EngineUnavailable("connection refused")

    def titles(self) -> list[str]:
        return sorted(document.title for document in self.live.documents().values())


class NoteSource(Source):
    """Themes whose slug starts with « note- »; those named « hidden » are not eligible."""

    kind = KIND
    label = "Notes"
    icon = "note"
    model = Theme

    def eligible(self):
        return Theme.objects.filter(slug__startswith="note-").exclude(name__startswith="hidden")

    def documents(self, pks: Iterable[int]) -> Iterator[Document]:
        for theme in self.eligible().filter(pk__in=pks):
            if theme.name.startswith("broken"):
                raise ValueError("no document can be made of it")
            yield Document(
                kind=KIND,
                pk=theme.pk,
                title=theme.name,
                keywords="",
                body="",
                access=frozenset({"public"}),
                date=DATE,
            )

    def visible(self, pks: Iterable[int], viewer: Viewer) -> Mapping[int, Row]:
        return {}


def note(name: str, slug: str = "") -> Theme:
    """A saved note; nothing is queued by it."""
    return Theme.objects.create(name=name, slug=f"note-{slug or name.lower().replace(' ', '-')}")


def save(name: str, slug: str = "") -> Theme:
    """A saved note that is queued."""
    theme = note(name, slug)
    changed(KIND, theme.pk)
    return theme


def notes(count: int) -> list[Theme]:
    return Theme.objects.bulk_create(Theme(name=f"Note {i}", slug=f"note-{i}") for i in range(count))


def only_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry holds nothing but notes."""
    monkeypatch.setattr(sources_module, "_sources", {KIND: NoteSource()})
    monkeypatch.setattr(drain_module, "_resume_at", 0.0)


def memory_engine(monkeypatch: pytest.MonkeyPatch) -> MemoryEngine:
    """Use as `engine = pytest.fixture(memory_engine)`."""
    only_notes(monkeypatch)
    engine = MemoryEngine()
    monkeypatch.setattr(engines, "get_engine", lambda: engine)
    return engine
