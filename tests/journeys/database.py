"""A database of the journeys' own: a copy of the test database, in which a server may commit.

Nothing has to be rolled back or emptied, and the tests of the same process before and after see none of it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections

ALIAS = "default"


@contextmanager
def own_database(folder: Path) -> Iterator[None]:
    """All threads of this process work on a copy of the test database until the end of the block."""
    original = connections[ALIAS]
    settings, name = original.settings_dict, original.settings_dict["NAME"]
    copy = (_sqlite_copy if original.vendor == "sqlite" else _postgresql_copy)(folder)
    with copy as copied:
        settings["NAME"] = copied
        connections[ALIAS] = connections.create_connection(ALIAS)
        try:
            yield
        finally:
            connections[ALIAS].close()
            settings["NAME"] = name
            connections[ALIAS] = original


@contextmanager
def _sqlite_copy(folder: Path) -> Iterator[str]:
    # The original lives in memory, for as long as its connection is open: a file serves several threads.
    connection = connections[ALIAS]
    connection.ensure_connection()
    path = folder / "journeys.sqlite3"
    with sqlite3.connect(path) as target:
        connection.connection.backup(target)
    target.close()
    yield str(path)


@contextmanager
def _postgresql_copy(folder: Path) -> Iterator[str]:
    connection = connections[ALIAS]
    original = connection.settings_dict["NAME"]
    copied = f"{original}_journeys"
    connection.close()  # nobody may use what is copied
    with connection._nodb_cursor() as cursor:
        # A thread of an earlier test may have left its connection open.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [original]
        )
        cursor.execute(f'DROP DATABASE IF EXISTS "{copied}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{copied}" TEMPLATE "{original}"')
    try:
        yield copied
    finally:
        connection.settings_dict["NAME"] = original
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{copied}" WITH (FORCE)')
