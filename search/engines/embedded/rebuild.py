"""Builds a new index in a folder beside the live one."""

import os
import shutil
from collections.abc import Iterable, Sequence

import tantivy

from ..base import Change, EngineUnavailable, Rebuild, RebuildRunning, RejectedDocument
from .store import LARGE_HEAP, OpenIndex, Store, apply, take_lock, translate_errors

# Changes between two commits; it bounds the memory of a rebuild.
COMMIT_EVERY = 20_000


class EmbeddedRebuild(Rebuild):
    def __init__(self, store: Store) -> None:
        self.store = store
        try:
            self._lock = take_lock(store.root / "rebuild.lock", seconds=0)
        except BlockingIOError as error:
            raise RebuildRunning("A rebuild of the search index is already running.") from error
        self.writer: tantivy.IndexWriter | None = None
        self._pending: dict[str, int] = {}
        self.folder = store.new_folder()
        try:
            store.tidy()
            self.opened = OpenIndex.create(self.folder)
            self.writer = self.opened.index.writer(LARGE_HEAP, 1)
        except BaseException:
            self.abort()
            raise

    def add(self, changes: Iterable[Change]) -> Sequence[RejectedDocument]:
        with translate_errors():
            refusals = apply(self.opened, self._writer(), list(changes), self._pending)
            if len(self._pending) >= COMMIT_EVERY:
                self._flush()
            return refusals

    def count(self) -> int:
        with translate_errors():
            self._flush()
            return self.opened.count()

    def commit(self) -> None:
        with translate_errors():
            writer = self._writer()
            self._flush()
            self.writer = None
            writer.wait_merging_threads()
            self.store.swap(self.folder)
        self._end()

    def abort(self) -> None:
        if self._lock < 0:
            return
        self.writer = None
        try:
            if not self.store.is_named(self.folder):
                shutil.rmtree(self.folder, ignore_errors=True)
        finally:
            self._end()

    def _end(self) -> None:
        os.close(self._lock)
        self._lock = -1

    def _writer(self) -> tantivy.IndexWriter:
        if self.writer is None:
            raise EngineUnavailable("This rebuild has ended.")
        return self.writer

    def _flush(self) -> None:
        if self._pending:
            self._writer().commit()
            self._pending.clear()
