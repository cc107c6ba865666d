"""A portal that was saved and restored on an empty machine answers every address as before."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import override_settings

from portal import backups
from search.engines import reset_engine
from search.index import outbox
from search.index.rebuild import rebuild

from .addresses import addresses
from .journeys.database import ALIAS, own_database
from .leaks.world import World, make_world
from .support import browser_of, skip_or_fail

VIEWERS = ("visitor", "nurse", "editor", "manager")
# What differs from one answer to the next: keys of forms, the time of a feed, minutes since.
PASSING = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|"csrfToken": *"[^"]*"|\b[0-9a-f]{32}\b|<updated>[^<]*<|'
    + "à l’instant|il y a.{1,3}[0-9]+.{1,3}min".encode()
)


@pytest.fixture
def db(tmp_path, django_db_setup, django_db_blocker) -> Iterator[Path]:
    """In place of pytest-django's: a database, media, private files and an index that nobody else uses."""
    if connections[ALIAS].vendor == "postgresql" and not shutil.which("pg_dump"):
        skip_or_fail("pg_dump is not installed")
    engine = {"SEARCH_KIND": "embedded", "SEARCH_URL": "", "SEARCH_DIR": tmp_path / "search"}
    with (
        django_db_blocker.unblock(),
        own_database(tmp_path),
        override_settings(**engine),
        own_files(tmp_path / "files of other tests"),
    ):
        reset_engine()
        yield tmp_path
        reset_engine()


@contextmanager
def own_files(aside: Path) -> Iterator[None]:
    """The portal's folders of files are empty, and hold afterwards what they held before."""
    aside.mkdir()
    for name, root in backups.file_roots().items():
        root.mkdir(parents=True, exist_ok=True)
        shutil.move(root, aside / name)
    yield
    for name, root in backups.file_roots().items():
        shutil.rmtree(root, ignore_errors=True)
        shutil.move(aside / name, root)


@pytest.fixture
def machine(db) -> Path:
    """The folder of what the test makes."""
    return db


@pytest.fixture
def world(machine) -> World:
    with outbox.deferred():
        made = make_world()
    rebuild()
    return made


@contextmanager
def new_machine(folder: Path) -> Iterator[None]:
    """An empty database and empty folders, whose processes know nothing."""
    for root in backups.file_roots().values():
        if root.exists():
            root.rename(folder / f"lost-{root.name}")
    shutil.rmtree(settings.SEARCH_DIR)
    connection = connections[ALIAS]
    wanted, before = connection.settings_dict, connection.settings_dict["NAME"]
    connection.close()
    name = f"{before}_restored" if connection.vendor == "postgresql" else str(folder / "restored.sqlite3")
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"')
    wanted["NAME"] = name
    reset_engine()
    try:
        yield
    finally:
        connection.close()
        wanted["NAME"] = before
        if connection.vendor == "postgresql":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def crawl(world: World, paths: list[str]) -> dict[tuple[str, str], tuple[int, bytes]]:
    found = {}
    for viewer in VIEWERS:
        client = browser_of(world.people[viewer])
        for path in paths:
            response = client.get(path)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            found[viewer, path] = (response.status_code, PASSING.sub(b"", body))
    return found


def files() -> dict[str, tuple[bytes, int]]:
    """path → (content, permissions) of all files of the portal."""
    return {
        f"{name}/{path.relative_to(root)}": (path.read_bytes(), path.stat().st_mode)
        for name, root in backups.file_roots().items()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_what_was_saved_answers_as_before(machine, world, capsys):
    paths = [path for found in addresses(world).values() for path in found]
    paths.append("/recherche/?q=common")
    crawl(world, paths)  # writes what a first visit writes
    before, kept = crawl(world, paths), files()
    assert {status for status, _body in before.values()} >= {200, 404}
    assert {name.split("/")[0] for name in kept} == {"media", "private"}
    call_command("backup", machine / "backups")
    saved = Path(capsys.readouterr().out.strip())
    with new_machine(machine):
        call_command("restore", saved)
        assert "The index agrees with the database." in capsys.readouterr().out
        assert files() == kept
        after = crawl(world, paths)
    assert {key for key in before if before[key] != after[key]} == set()


def test_nothing_is_written_over(machine, world, capsys):
    call_command("backup", machine / "backups")
    saved = Path(capsys.readouterr().out.strip())
    with pytest.raises(CommandError, match="is not empty: move it away"):
        call_command("restore", saved)
    for root in backups.file_roots().values():
        root.rename(machine / f"moved-{root.name}")
    with pytest.raises(CommandError, match="The database is not empty"):
        call_command("restore", saved)
    (saved / "media.tar").write_bytes(b"cut short")
    with new_machine(machine), pytest.raises(CommandError, match=r"media\.tar is damaged"):
        call_command("restore", saved)


def test_only_the_newest_are_kept_and_nobody_else_reads_them(machine, capsys, monkeypatch):
    for day in ("01", "02", "03"):
        (machine / "backups" / f"{backups.PREFIX}202601{day}T000000Z").mkdir(parents=True)
    call_command("backup", machine / "backups", keep=2)
    saved = Path(capsys.readouterr().out.strip())
    assert [path.name for path in sorted((machine / "backups").iterdir())] == [
        f"{backups.PREFIX}20260103T000000Z",
        saved.name,
    ]
    assert {path.stat().st_mode & 0o077 for path in [saved, *saved.iterdir()]} == {0}
