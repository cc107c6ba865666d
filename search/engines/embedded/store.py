"""Folders, locks and writers of the embedded index.

`SEARCH_DIR/<name>/live.json` names the live folder and the previous one; replacing that file swaps indexes.
Locks are `flock`s: the system lets go of them when a process dies.
"""

import errno
import fcntl
import json
import logging
import os
import pwd
import re
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import tantivy

from ..base import Change, EngineUnavailable, IndexUnusable, RejectedDocument
from ..common import UnknownFacetError
from . import schema as fields
from .snapshot import Snapshot

logger = logging.getLogger(__name__)

POINTER = "live.json"
ABOUT = "portal.json"
COMMIT = "meta.json"  # tantivy's own: segments and deletions of the last commit, replaced by each
WRITE_LOCK_SECONDS = 10
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Memory of a writer, in bytes: one for a handful of changes, one for a whole index.
SMALL_HEAP = 15_000_000
LARGE_HEAP = 128_000_000
# An older state of a deleted document is refused for this long (the servers: `index.gc_deletes`).
TOMBSTONE_SECONDS = 3600

_AT_SPACES = tantivy.Tokenizer.whitespace()


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raises `EngineUnavailable`, whose message names the remedy, for all errors of the index files."""
    try:
        yield
    except (OSError, ValueError) as error:
        logger.warning("The embedded index cannot be used: %s", error)
        raise _explained(error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # tantivy's own, derived from BaseException
            raise
        logger.warning("The embedded index is damaged: %s", error)
        raise IndexUnusable("The search index is damaged") from error


def _explained(error: Exception) -> EngineUnavailable:
    code = _errno(error)
    if code in (errno.EACCES, errno.EPERM):
        user = pwd.getpwuid(os.geteuid()).pw_name
        return EngineUnavailable(
            f"The search index belongs to another user: run `chown -R {user}` on its folder, SEARCH_DIR."
        )
    if code in NO_ROOM:
        return EngineUnavailable(
            "There is no room left for the search index: free some on its disk. Changes wait."
        )
    return IndexUnusable("The search index cannot be read")


def _errno(error: Exception) -> int:
    """The errno of an error; tantivy writes it in its message only: « Os { code: 13, … } »."""
    named = re.search(r"\b(?:code:|os error) (\d+)", str(error))
    return int(named[1]) if named else getattr(error, "errno", None) or 0


@contextmanager
def locked(path: Path, *, seconds: float) -> Iterator[None]:
    """Holds a file lock. Raises `BlockingIOError` when somebody else holds it for that long."""
    descriptor = take_lock(path, seconds=seconds)
    try:
        yield
    finally:
        os.close(descriptor)


def take_lock(path: Path, *, seconds: float) -> int:
    """Takes a file lock and returns the descriptor, which holds it until it is closed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                raise
            time.sleep(0.004)
        except BaseException:
            os.close(descriptor)
            raise


class OpenIndex:
    """One index folder, opened by this process."""

    def __init__(self, folder: Path, facet_names: Sequence[str]) -> None:
        self.folder = folder
        self.facet_names = frozenset(facet_names)
        self.schema = fields.build_schema(facet_names)
        self.index = tantivy.Index(self.schema, path=str(folder))
        self.index.register_tokenizer(fields.TOKENS, tantivy.TextAnalyzerBuilder(_AT_SPACES).build())
        # The default policy watches the folder with a thread; every search looks for a new commit instead.
        self.index.config_reader("manual")
        self._mutex = threading.Lock()
        self._snapshot: Snapshot | None = None

    @classmethod
    def create(cls, folder: Path) -> "OpenIndex":
        folder.mkdir(parents=True)
        names = fields.facet_names()
        (folder / ABOUT).write_text(json.dumps({"layout": fields.layout(), "facets": names}))
        return cls(folder, names)

    @classmethod
    def open(cls, folder: Path) -> "OpenIndex":
        about = json.loads((folder / ABOUT).read_text())
        if about["layout"] != fields.layout():
            raise ValueError("made by another version of the portal")
        if not tantivy.Index.exists(str(folder)):
            raise ValueError("no index in its folder")
        return cls(folder, about["facets"])

    @property
    def current(self) -> bool:
        return self.facet_names == frozenset(fields.facet_names())

    def snapshot(self) -> Snapshot:
        """The last commit."""
        # Read before the index is: a commit in between costs one more reload, and goes by no older name.
        commit = (self.folder / COMMIT).read_bytes()
        with self._mutex:
            if self._snapshot is None or self._snapshot.commit != commit:
                self.index.reload()
                self._snapshot = Snapshot(commit, self.schema, self.index.searcher())
            return self._snapshot

    def searcher(self) -> tantivy.Searcher:
        return self.snapshot().searcher

    def versions(self, document_ids: Sequence[str]) -> dict[str, int]:
        """document id → committed version, tombstones included."""
        searcher = self.searcher()
        query = tantivy.Query.term_set_query(self.schema, "id", list(document_ids))
        hits = searcher.search(query, limit=len(document_ids), count=False).hits
        addresses = [address for _score, address in hits]
        versions = dict(
            zip(
                searcher.fast_field_values("key", addresses),
                searcher.fast_field_values("version", addresses),
                strict=True,
            )
        )
        keys = {document_id: fields.key_of(document_id) for document_id in document_ids}
        return {document_id: versions[key] for document_id, key in keys.items() if key in versions}  # type: ignore[misc]

    def count(self) -> int:
        searcher = self.searcher()
        deleted = tantivy.Query.range_query(
            self.schema, "deleted_at", tantivy.FieldType.Unsigned, lower_bound=0
        )
        return searcher.num_docs - searcher.search(deleted, limit=1).count


def apply(
    opened: OpenIndex, writer: tantivy.IndexWriter, changes: Sequence[Change], pending: dict[str, int]
) -> list[RejectedDocument]:
    """Adds changes to a writer, but no older states. Returns rejected documents.

    `pending`: document id → version of changes that are not committed yet; updated here.
    """
    refusals = []
    known = opened.versions([c.document_id for c in changes]) if changes else {}
    known.update(pending)
    for change in changes:
        if change.version < known.get(change.document_id, 0):
            continue
        try:
            doc = (
                fields.entry(change.document, change.version, opened.facet_names)
                if change.document
                else fields.tombstone(change.document_id, change.version)
            )
        except (UnknownFacetError, TypeError, ValueError, OverflowError) as error:
            refusals.append(RejectedDocument(change.document_id, str(error)))
            continue
        if change.document_id in known:
            writer.delete_documents_by_term("id", change.document_id)
        writer.add_document(doc)
        known[change.document_id] = pending[change.document_id] = change.version
    return refusals


def forget_old_tombstones(opened: OpenIndex, writer: tantivy.IndexWriter) -> None:
    before = int(time.time()) - TOMBSTONE_SECONDS
    writer.delete_documents_by_query(
        tantivy.Query.range_query(
            opened.schema, "deleted_at", tantivy.FieldType.Unsigned, lower_bound=0, upper_bound=before
        )
    )


class Store:
    """The folder of one portal's indexes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._mutex = threading.Lock()
        self._opened: OpenIndex | None = None
        self._seen: tuple[int, int] | None = None

    def live(self) -> OpenIndex:
        """The live index, opened again after a swap or damage. Raises OSError or ValueError."""
        stat = (self.root / POINTER).stat()
        seen = (stat.st_ino, stat.st_mtime_ns)
        with self._mutex:
            if self._opened is None or seen != self._seen:
                self._opened = OpenIndex.open(self.root / self.pointer()["live"])
                self._seen = seen
            return self._opened

    def pointer(self) -> dict[str, str]:
        return json.loads((self.root / POINTER).read_text())

    @contextmanager
    def writing(self) -> Iterator[None]:
        try:
            with locked(self.root / "write.lock", seconds=WRITE_LOCK_SECONDS):
                yield
        except BlockingIOError as error:
            raise EngineUnavailable("Another process keeps writing to the search index.") from error

    def new_folder(self) -> Path:
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
        return self.root / f"{stamp}-{fields.layout()}"

    def swap(self, folder: Path) -> None:
        """Makes `folder` live and keeps the one before; atomic for every other process."""
        with self.writing():
            try:
                previous = self.pointer()["live"]
            except (OSError, ValueError, KeyError):
                previous = ""
            temporary = self.root / f"{POINTER}.new"
            with temporary.open("w") as file:
                json.dump({"live": folder.name, "previous": previous}, file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.root / POINTER)
            _sync(self.root)
        self.tidy()

    def is_named(self, folder: Path) -> bool:
        """Whether readers may be using this folder."""
        try:
            return folder.name in self.pointer().values()
        except (FileNotFoundError, ValueError):
            return False

    def tidy(self) -> None:
        """Removes folders that are neither live nor the one before (a killed rebuild's)."""
        for folder in self.root.iterdir():
            if folder.is_dir() and not self.is_named(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def remove(self) -> None:
        with self._mutex:
            self._opened = None
            shutil.rmtree(self.root, ignore_errors=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
