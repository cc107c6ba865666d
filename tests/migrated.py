"""The migrated database that every test process starts from a copy of.

Migrating takes 17 seconds of a core, copying a fraction of one. The template is a file in `.pytest_cache`, or
a database on the PostgreSQL server; it is made anew when a migration, the vocabulary or a package changes.
"""

import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

FOLDER = Path(settings.BASE_DIR) / ".pytest_cache" / "databases"
# What a migrated database depends on: migrations, the vocabulary that they load, versions of packages.
SOURCES = ("*/migrations/*.py", "taxonomy/*.py", "taxonomy/data/*", "requirements*.txt")


@contextmanager
def template_database() -> Iterator["SQLiteTemplate | PostgreSQLTemplate"]:
    """The template, which no other process makes or replaces meanwhile."""
    template = SQLiteTemplate() if connection.vendor == "sqlite" else PostgreSQLTemplate()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{connection.vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if template.exists():
            fcntl.flock(lock, fcntl.LOCK_SH)  # any number of processes may copy it
        yield template


class SQLiteTemplate:
    """A file, named by the fingerprint of its sources."""

    def __init__(self) -> None:
        self.path = FOLDER / f"{_fingerprint()}.sqlite3"

    def exists(self) -> bool:
        return self.path.exists()

    @contextmanager
    def copied(self) -> Iterator[None]:
        """The database in memory that Django calls the test database holds the template's rows."""
        # A database in memory lives for as long as a connection to it is open.
        with closing(sqlite3.connect(connection.creation._get_test_db_name(), uri=True)) as target:
            with closing(sqlite3.connect(self.path)) as source:
                source.backup(target)
            yield

    def save(self) -> None:
        for old in FOLDER.glob("*.sqlite3"):
            old.unlink()
        unfinished = self.path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(unfinished)])
        unfinished.rename(self.path)


class PostgreSQLTemplate:
    """A database beside the one that the settings name; its comment is the fingerprint of its sources."""

    def __init__(self) -> None:
        self.name = f"{settings.DATABASES[connection.alias]['NAME']}_test_template"

    def exists(self) -> bool:
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
                [self.name],
            )
            return cursor.fetchone() == (_fingerprint(),)

    @contextmanager
    def copied(self) -> Iterator[None]:
        """Django creates the test database from the template."""
        connection.settings_dict["TEST"]["TEMPLATE"] = self.name
        yield

    def save(self) -> None:
        migrated = connection.settings_dict["NAME"]
        connection.close()  # PostgreSQL copies no database that somebody is connected to
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self.name}"')
            cursor.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{migrated}"')
            cursor.execute(f"COMMENT ON DATABASE \"{self.name}\" IS '{_fingerprint()}'")


def _fingerprint() -> str:
    """Changes whenever a newly migrated database would."""
    root, digest = Path(settings.BASE_DIR), hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in root.glob(pattern) if path.is_file()):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:32]
