"""The road to a search server: answers in time or none, and OpenSearch made to look like Elasticsearch."""

import dataclasses
import http.client
import io
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from typing import Any

from elastic_transport import ConnectionTimeout, HttpHeaders, NodeConfig, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT

from ..waiting import deadline

_ELASTIC_TYPES = "application/vnd.elasticsearch+"

# When the request at hand must be answered in whole (`time.monotonic`).
_due: ContextVar[float] = ContextVar("search_due")


class _BoundedReads(io.RawIOBase):
    """Bytes of a socket until their request is due."""

    def __init__(self, sock: Any, due: float) -> None:
        self._sock, self._due = sock, due
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._due - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer came too slowly")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedSocket:
    """What `http.client` wants of a socket to read an answer from it."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def makefile(self, *_: Any) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReads(self._sock, _due.get()))


class _BoundedResponse(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(_BoundedSocket(sock), *args, **options)


class _BoundedConnection:
    """Part of an urllib3 connection: its name is looked up, and its answers are read, until they are due."""

    response_class = _BoundedResponse

    def _new_conn(self) -> socket.socket:
        """Connects in a thread: nothing but the system itself ends the look-up of a name."""
        made: Future[socket.socket] = Future()
        threading.Thread(target=_connect, args=(super()._new_conn, made), daemon=True).start()  # type: ignore[misc]
        try:
            return made.result(_due.get() - time.monotonic())
        except TimeoutError:
            if made.cancel():
                raise
            return made.result()


def _connect(connect: Callable[[], socket.socket], made: Future[socket.socket]) -> None:
    try:
        sock = connect()
    except Exception as error:
        if made.set_running_or_notify_cancel():
            made.set_exception(error)
        return
    if made.set_running_or_notify_cancel():
        made.set_result(sock)
    else:  # nobody waits any more
        sock.close()


class BoundedNode(Urllib3HttpNode):
    """Keeps the time-out of `waiting_once`, for whole answers and for the look-up of the server's name.

    urllib3's time-out is that of each read: a server that sends a byte now and then would be waited for.
    """

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self.pool.ConnectionCls = type("Bounded", (_BoundedConnection, self.pool.ConnectionCls), {})

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Any = None,
        request_timeout: Any = DEFAULT,
    ) -> Any:
        seconds = self.config.request_timeout if request_timeout is DEFAULT else request_timeout
        due = deadline(seconds)
        left = due - time.monotonic()
        if left <= 0:
            raise ConnectionTimeout("The answers came too slowly")
        token = _due.set(due)
        try:
            return super().perform_request(method, target, body, headers, left)
        finally:
            _due.reset(token)


class OpenSearchNode(BoundedNode):
    """Lets the Elasticsearch client talk to OpenSearch.

    Two things differ on the wire. The client speaks `application/vnd.elasticsearch+json; compatible-with=9`,
    which OpenSearch does not know: plain `application/json` and `application/x-ndjson` are sent instead.
    And the client wants to be told `X-Elastic-Product: Elasticsearch` before it goes on. What the portal
    puts in its requests is the part of the language that both servers share.
    """

    def perform_request(
        self, method: str, target: str, body: bytes | None = None, headers: Any = None, **options: Any
    ) -> Any:
        sent = HttpHeaders(headers or {})
        for name in ("accept", "content-type"):
            if name in sent:
                sent[name] = ",".join(_plain(part) for part in sent[name].split(","))
        response = super().perform_request(method, target, body=body, headers=sent, **options)
        received = response.meta.headers.copy()
        received["x-elastic-product"] = "Elasticsearch"
        return response._replace(meta=dataclasses.replace(response.meta, headers=received))


def _plain(media_type: str) -> str:
    name = media_type.partition(";")[0].strip()
    return name.replace(_ELASTIC_TYPES, "application/")
