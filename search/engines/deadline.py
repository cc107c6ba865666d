"""The deadline that all requests of one page to an engine share."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# When the page began to wait (`time.monotonic`); None: each request has its own time-out.
_since: ContextVar[float | None] = ContextVar("search_deadline_since", default=None)


@contextmanager
def shared_deadline() -> Iterator[None]:
    """Lets the requests inside share one time-out: three requests may take no longer than one.

    Nested uses share the time-out of the outermost.
    """
    if _since.get() is not None:
        yield
        return
    token = _since.set(time.monotonic())
    try:
        yield
    finally:
        _since.reset(token)


def deadline(seconds: float) -> float:
    """The moment by which a request must be answered (`time.monotonic`); it may have passed."""
    since = _since.get()
    return (time.monotonic() if since is None else since) + seconds
