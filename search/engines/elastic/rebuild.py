"""Builds a new index beside the live one, under a lock that one host holds at a time."""

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from elasticsearch import BadRequestError, ConflictError, Elasticsearch, NotFoundError

from ..base import Change, EngineUnavailable, Rebuild, RebuildRunning, RejectedDocument
from .client import translate_errors
from .indexes import Indexes
from .mapping import index_body

# Without a renewal for this long (its process was killed) the lock may be taken over.
LOCK_SECONDS = 120
_RENEW_SECONDS = 15
# Bulks on their way while the next one is made: the server works and so does this process.
SENDERS = 2
_LOCK_ID = "rebuild"
_LOCK_BODY: dict[str, Any] = {
    "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}},
    "mappings": {
        "dynamic": "strict",
        "properties": {"owner": {"type": "keyword"}, "until": {"type": "long"}},
    },
}

Send = Callable[..., Sequence[RejectedDocument]]


class ServerRebuild(Rebuild):
    def __init__(self, client: Elasticsearch, indexes: Indexes, send: Send) -> None:
        self.client = client
        self.indexes = indexes
        self.send = send
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="search-rebuild")
        self._sent: deque[Future[Sequence[RejectedDocument]]] = deque()
        self._lock = Lock(client, indexes.lock)
        self._lock.take()
        try:
            indexes.tidy()
            self.index = indexes.new_name()
            client.indices.create(index=self.index, **index_body())
        except BaseException:
            self._lock.release()
            raise

    def add(self, changes: Iterable[Change]) -> Sequence[RejectedDocument]:
        with translate_errors():
            self._lock.renew()
            options = {"require_alias": False, "refresh": False}
            self._sent.append(
                self._senders.submit(self.send, self.client, self.index, list(changes), **options)
            )
            return self._answers(but=SENDERS)

    def flush(self) -> Sequence[RejectedDocument]:
        with translate_errors():
            return self._answers()

    def _answers(self, *, but: int = 0) -> list[RejectedDocument]:
        """Rejected documents of the bulks, except of the last `but`; raises what one of them raised."""
        refusals: list[RejectedDocument] = []
        while len(self._sent) > but:
            refusals += self._sent.popleft().result()
        return refusals

    def _wait(self) -> None:
        """Waits until all bulks are answered, and leaves their answers to `_answers`."""
        for sent in self._sent:
            sent.result()

    def count(self) -> int:
        with translate_errors():
            self._wait()
            self._lock.renew()
            self.client.indices.refresh(index=self.index)
            return self.client.count(index=self.index)["count"]

    def commit(self) -> None:
        with translate_errors():
            self._wait()
            self._senders.shutdown()
            self._lock.renew(now=True)
            self.client.indices.put_settings(index=self.index, settings={"index": {"refresh_interval": None}})
            self.client.indices.refresh(index=self.index)
            self.indexes.swap(self.index)
            self.indexes.tidy()
            self._lock.release()

    def abort(self) -> None:
        # A bulk that comes after the index is gone would make a new one.
        self._senders.shutdown(cancel_futures=True)
        with translate_errors():
            # A swap whose answer was lost may have happened: what is live stays.
            if not self.indexes.is_named(self.index):
                self.client.options(ignore_status=404).indices.delete(index=self.index)
            self._lock.release()


class Lock:
    """A document that only one host can create, renewed while its owner lives.

    Hosts compare the expiry with their own clocks: these may differ by seconds, not by minutes.
    """

    def __init__(self, client: Elasticsearch, index: str) -> None:
        self.client = client
        self.index = index
        self.owner = secrets.token_hex(8)
        self._revision: dict[str, Any] = {}  # sequence number and term of the document as we wrote it
        self._renewed = 0.0

    def take(self) -> None:
        try:
            self.client.indices.create(index=self.index, **_LOCK_BODY)
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
        try:
            self._write(op_type="create")
        except ConflictError:
            self._take_over()

    def _take_over(self) -> None:
        """Takes the lock of an owner that fell silent."""
        running = RebuildRunning("A rebuild of the search index is already running.")
        try:
            held = self.client.get(index=self.index, id=_LOCK_ID)
            if held["_source"]["until"] > time.time():
                raise running
            self._write(if_seq_no=held["_seq_no"], if_primary_term=held["_primary_term"])
        except (ConflictError, NotFoundError) as error:
            raise running from error

    def renew(self, *, now: bool = False) -> None:
        if not now and time.monotonic() - self._renewed < _RENEW_SECONDS:
            return
        try:
            self._write(**self._revision)
        except (ConflictError, NotFoundError) as error:
            raise EngineUnavailable("Another host took this rebuild over.") from error

    def release(self) -> None:
        if self._revision:
            self.client.options(ignore_status=(404, 409)).delete(
                index=self.index, id=_LOCK_ID, **self._revision
            )
            self._revision = {}

    def _write(self, **condition) -> None:
        document = {"owner": self.owner, "until": int(time.time()) + LOCK_SECONDS}
        answer = self.client.index(index=self.index, id=_LOCK_ID, document=document, **condition)
        self._revision = {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}
        self._renewed = time.monotonic()
