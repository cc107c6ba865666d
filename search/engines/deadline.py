"""One time-out for everything that one page asks of an engine."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# When the page that asks began to wait (`time.monotonic`); None: each request has its own time-out.
_since: ContextVar[float | None] = ContextVar("search_deadline_since", default=None)


@contextmanager
def shared_deadline() -> Iterator[None]:
    """Requests inside share one time-out: a page that asks three times waits no longer than for one.

    Inside another one, it is the outer one's.
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
    """When a request that may take so long must be answered (`time.monotonic`); it may be over."""
    since = _since.get()
    return (time.monotonic() if since is None else since) + seconds
