"""Many processes, killed and racing, on one database and a real engine: in the end the index agrees."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from .conftest import ONE_SERVER, server_url

pytestmark = [pytest.mark.django_db, pytest.mark.full_on_sqlite]

STORM = ("-m", "search.tests.storm")


@pytest.fixture(scope="session")
def template(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[str]:
    """A copy of the test database as it is before any test: a file's path, or a name on the server."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            path = tmp_path_factory.mktemp("storm") / "template.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(path)])
            yield str(path)
            return
        connection.close()  # a database that somebody is connected to is no template
        with _copy_on_server(connection.settings_dict["NAME"]) as name:
            yield name


@pytest.fixture
def database(tmp_path: Path, template: str) -> Iterator[str]:
    """Address of a database of the test's own, for other processes."""
    if connection.vendor == "sqlite":
        path = shutil.copy(template, tmp_path / "storm.sqlite3")
        yield f"sqlite:///{path}"
        return
    with _copy_on_server(template) as name:
        config = connection.settings_dict
        user = ":".join(filter(None, (config["USER"], config["PASSWORD"])))
        yield f"postgres://{user}@{config['HOST']}:{config['PORT']}/{name}"


@contextmanager
def _copy_on_server(template: str) -> Iterator[str]:
    name = f"storm_{uuid.uuid4().hex}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=ONE_SERVER)
def storm(request, tmp_path: Path, database: str):
    """Runs one storm to its end, returns what it says."""
    url = "" if request.param == "embedded" else server_url(request.param)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": database,
        "DATA_DIR": str(tmp_path / "data"),
        "SEARCH_URL": url,
        "SEARCH_KIND": request.param,
        "SEARCH_INDEX": f"storm-{uuid.uuid4().hex}",
        "SEARCH_DRAIN": "worker",
        "SEARCH_TIMEOUT": "10",
    }

    def run(*command: str, **more: str) -> dict:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=environment | more,
            capture_output=True,
            text=True,
            timeout=150,
        )
        assert done.returncode == 0, done.stdout + done.stderr[-5000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


AGREED = {"clean": True, "drift": [], "rows": 0, "doubled": 0}


def end(result: dict) -> dict:
    """How index and database differ at the end."""
    return {name: result[name] for name in AGREED}


def test_fifty_drains_killed_at_any_point_lose_nothing(storm):
    result = storm(*STORM, "kill")
    assert end(result) == AGREED
    assert result["killed"] == 50, result


def test_drains_that_lose_their_database_at_any_query_lose_nothing(storm):
    result = storm(*STORM, "lost")
    assert end(result) == AGREED
    assert result["codes"].count(1) >= 8, result  # later ones were through before


def test_drains_at_once_neither_lose_nor_double(storm):
    result = storm(*STORM, "drains")
    assert end(result) == AGREED
    assert set(result["codes"]) == {0}, result


def test_nothing_that_is_written_during_a_rebuild_is_lost(storm):
    result = storm(*STORM, "rebuild")
    assert end(result) == AGREED
    assert set(result["codes"]) == {0}, result
    assert result["replayed"] > 0, result


def test_a_rebuild_killed_before_any_of_its_steps_does_no_harm(storm):
    result = storm(*STORM, "steps")
    assert {step for step, done in result["steps"].items() if done != [True, True]} == set(), result
    assert end(result) == AGREED


def test_of_two_hosts_that_rebuild_at_once_one_does(storm):
    result = storm(*STORM, "hosts")
    assert end(result) == AGREED
    assert all(codes in ([0, 0, 0], [0, 0, 3]) for codes in result["codes"]), result
    assert [0, 0, 3] in result["codes"], result


def test_a_worker_that_is_asked_to_end_finishes_its_batch_and_leaves_the_rest(storm):
    result = storm(*STORM, "sigterm")
    assert end(result) == AGREED
    assert (result["codes"], result["claimed"]) == ([0], 0), result
    assert result["left"] > 0 and result["seconds"] < 3, result


def test_many_write_and_search_while_the_index_is_rebuilt(storm, request):
    """A third of a minute of `make bench-storm`, by fewer people: this machine does other things as well."""
    drain = "commit" if "embedded" in request.node.name else "worker"
    crowd = ("--writers", "10", "--searchers", "4", "--minutes", "0.33")
    result = storm("bench/storm.py", *crowd, SEARCH_DRAIN=drain)
    assert end(result) == AGREED
    assert (result["errors"], result["codes"]) == ([], [0]), result
    assert result["saves"] > 10 and result["searches"] > 10, result
