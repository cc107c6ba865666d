"""The one engine of this process, chosen by the settings."""

import os
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .base import Engine, EngineUnavailable, RebuildRunning

__all__ = ["Engine", "EngineUnavailable", "RebuildRunning", "get_engine", "reset_engine"]

EMBEDDED = "embedded"
SERVERS = ("elasticsearch", "opensearch")

# An engine holds open files, locks and connections: a forked process makes its own.
_engines: dict[tuple, Engine] = {}


def get_engine() -> Engine:
    """The engine that the settings name. Making it touches neither the index nor the network."""
    key = (os.getpid(), settings.SEARCH_KIND, settings.SEARCH_URL, settings.SEARCH_INDEX, settings.SEARCH_DIR)
    engine = _engines.get(key)
    if engine is None:
        engine = _engines[key] = _make(settings.SEARCH_KIND)
    return engine


def reset_engine() -> None:
    """Forgets what was opened; the next `get_engine` reads the settings again (tests)."""
    _engines.clear()


def _make(kind: str) -> Engine:
    if kind == EMBEDDED:
        from .embedded import EmbeddedEngine

        return EmbeddedEngine(Path(settings.SEARCH_DIR) / settings.SEARCH_INDEX)
    if kind in SERVERS:
        from .elastic import ServerEngine

        return ServerEngine.from_settings(kind)
    raise ImproperlyConfigured(f"SEARCH_KIND must be {EMBEDDED}, {' or '.join(SERVERS)}, not « {kind} ».")
