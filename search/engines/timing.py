"""How long one request waits for its engine, all that it asks added up."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_seconds: ContextVar[float] = ContextVar("engine_seconds", default=0.0)


def timed(method: Callable[P, T]) -> Callable[P, T]:
    """Adds the time of each call, failed ones too, to what `engine_seconds` tells."""

    @wraps(method)
    def measured(*args: P.args, **kwargs: P.kwargs) -> T:
        started = time.perf_counter()
        try:
            return method(*args, **kwargs)
        finally:
            _seconds.set(_seconds.get() + time.perf_counter() - started)

    return measured


def start_timing() -> None:
    """A new request begins."""
    _seconds.set(0.0)


def engine_seconds() -> float:
    """Since `start_timing`, in this thread."""
    return _seconds.get()
