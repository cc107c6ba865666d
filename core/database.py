"""What depends on which database it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

BUSY_MS = 50


@contextmanager
def brief_waits() -> Iterator[None]:
    """Within it, SQLite waits `BUSY_MS` at most for another writer: for what is counted beside the work."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = int(connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
