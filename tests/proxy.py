"""A search server whose line can be cut: a proxy on 127.0.0.1 that does to answers what the world does."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

# What is done with one request: `send` gives bytes to the client, `forward` asks the server for its answer.
Send = Callable[[bytes], None]
Forward = Callable[[], bytes]
Fault = Callable[[Send, Forward], None]


class Proxy:
    """`fault` is what happens to each request; None: nothing does. Threads end with their connections."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.fault: Fault | None = None
        self.asked = 0
        self._connections: set[socket.socket] = set()
        self._listening: socket.socket | None = None
        self._port = 0
        self.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        """Listens (again), always on the same port."""
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def cut(self) -> None:
        """Nobody listens any more, and what was open is closed."""
        if self._listening:
            self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None
        for connection in list(self._connections):
            _hang_up(connection)

    def close(self) -> None:
        self.cut()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _address = listening.accept()
            except OSError:
                return
            self._connections.add(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = http.client.HTTPConnection(self.upstream, timeout=60)
        try:
            with client, client.makefile("rb") as asked:
                while request := _request(asked):
                    self.asked += 1
                    fault = self.fault or pass_on
                    fault(client.sendall, lambda request=request: _answer(server, *request))
        except (OSError, Hangup):
            pass
        finally:
            self._connections.discard(client)
            server.close()


class Hangup(Exception):  # noqa: N818 (what a fault does)
    """The line breaks off here."""


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _request(asked) -> tuple[str, str, dict[str, str], bytes] | None:
    line = asked.readline().decode()
    if not line.strip():
        return None
    method, target, _version = line.split()
    headers = http.client.parse_headers(asked)
    body = asked.read(int(headers.get("content-length", 0)))
    return method, target, dict(headers.items()), body


def _answer(
    server: http.client.HTTPConnection, method: str, target: str, headers: dict[str, str], body: bytes
) -> bytes:
    server.request(method, target, body, headers)
    found = server.getresponse()
    content = found.read()
    kept = [(name, value) for name, value in found.getheaders() if name.lower() not in _FRAMING]
    return answer(found.status, content, kept, length=found.getheader("Content-Length"))


_FRAMING = ("transfer-encoding", "content-length", "connection")


def answer(status: int, content: bytes, headers=(), *, length: str | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} {http.client.responses[status]}"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += [f"Content-Length: {length or len(content)}", "", ""]
    return "\r\n".join(lines).encode() + content


# --- What the world does ------------------------------------------------------------------------------------

ELASTIC = (("Content-Type", "application/json"), ("X-Elastic-Product", "Elasticsearch"))


def pass_on(send: Send, forward: Forward) -> None:
    send(forward())


def dies_unheard(send: Send, forward: Forward) -> None:
    """Before the server heard of it."""
    raise Hangup


def dies_unanswered(send: Send, forward: Forward) -> None:
    """The server did it, and nobody hears of it."""
    forward()
    raise Hangup


def half(send: Send, forward: Forward) -> None:
    found = forward()
    send(found[: len(found) - len(found.split(b"\r\n\r\n", 1)[1]) // 2 - 1])
    raise Hangup


def late(seconds: float) -> Fault:
    def fault(send: Send, forward: Forward) -> None:
        time.sleep(seconds)
        send(forward())

    return fault


def says(status: int, content: bytes, headers=ELASTIC) -> Fault:
    """Instead of the server, which hears nothing."""
    return lambda send, forward: send(answer(status, content, headers))


@contextmanager
def proxy(upstream: str) -> Iterator[Proxy]:
    found = Proxy(upstream)
    try:
        yield found
    finally:
        found.close()
