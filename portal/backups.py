"""Saves and restores what cannot be made again: the database, media, private files.

A backup is a folder: `database.dump` (PostgreSQL) or `database.sqlite3`, `media.tar`, `private.tar`, and
`SHA256SUMS`, which `sha256sum --check` reads too. The search index and static files are made anew.
"""

import hashlib
import os
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages
from django.core.management.base import CommandError
from django.db import connection, connections

PREFIX = "portal-"
SUMS = "SHA256SUMS"


def save(folder: Path) -> None:
    """Writes a backup into an empty folder.

    The database first: a file that is added meanwhile is one too many, none is missing.
    """
    (_dump_postgresql if _on_postgresql() else _copy_sqlite)(folder)
    for name, source in file_roots().items():
        with tarfile.open(folder / f"{name}.tar", "w") as archive:
            if source.is_dir():
                archive.add(source, arcname=".")
    files = sorted(path for path in folder.iterdir())
    (folder / SUMS).write_text("".join(f"{_sum(path)}  {path.name}\n" for path in files))


def restore(folder: Path) -> None:
    """Puts a backup back. Raises `CommandError`, before anything is written, where it cannot."""
    _check_sums(folder)
    wanted = folder / ("database.dump" if _on_postgresql() else "database.sqlite3")
    if not wanted.exists():
        raise CommandError(f"This backup has no {wanted.name}: it was made of another kind of database.")
    for target in file_roots().values():
        if target.is_dir() and any(target.iterdir()):
            raise CommandError(f"{target} is not empty: move it away first.")
    if connection.introspection.table_names():
        raise CommandError("The database is not empty: name a new one with DATABASE_URL.")
    connections.close_all()
    if _on_postgresql():
        _postgresql_tool("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", str(wanted))
    else:
        with closing(sqlite3.connect(wanted)) as source, closing(sqlite3.connect(_database_name())) as target:
            source.backup(target)
    for name, target in file_roots().items():
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(folder / f"{name}.tar") as archive:
            # Python 3.11.2, which is Debian 12's, has no such filters yet; the archive is our own.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)  # type: ignore[assignment]
            archive.extractall(target)  # noqa: S202


def file_roots() -> dict[str, Path]:
    """Name in a backup → folder of files that are kept nowhere else."""
    private = storages["private"]
    return {"media": Path(settings.MEDIA_ROOT), "private": Path(private.location)}  # type: ignore[attr-defined]


def _on_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _database_name() -> str:
    return str(connection.settings_dict["NAME"])


def _dump_postgresql(folder: Path) -> None:
    _postgresql_tool("pg_dump", "--format=custom", "--file", str(folder / "database.dump"))


def _postgresql_tool(tool: str, *arguments: str) -> None:
    """Runs pg_dump or pg_restore on the portal's database; the password is in nobody's list of processes."""
    wanted = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    account = {variable: str(wanted[name]) for variable, name in names.items() if wanted[name]}
    command = [tool, "--no-password", "--dbname", _database_name(), *arguments]
    try:
        done = subprocess.run(command, env=os.environ | account, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as error:
        raise CommandError(f"{tool} is needed (Debian: postgresql-client).") from error
    if done.returncode:
        raise CommandError(f"{tool} failed: {done.stderr.strip()}")


def _copy_sqlite(folder: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / "database.sqlite3")) as target:
        connection.connection.backup(target)


def _check_sums(folder: Path) -> None:
    try:
        lines = (folder / SUMS).read_text().splitlines()
    except OSError as error:
        raise CommandError(f"{folder} is no backup: it has no {SUMS}.") from error
    for line in lines:
        expected, _, name = line.partition("  ")
        if not (folder / name).exists() or _sum(folder / name) != expected:
            raise CommandError(f"{folder / name} is damaged or missing.")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
