"""Many processes, killed and racing, on one database and a real engine: in the end the index agrees."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ENGINES = {"embedded": "", "elasticsearch": "ELASTICSEARCH_TEST_URL", "opensearch": "OPENSEARCH_TEST_URL"}


@pytest.fixture
def database(tmp_path: Path, django_db_setup, django_db_blocker) -> Iterator[str]:
    """Address of a copy of the test database, for other processes."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            path = tmp_path / "storm.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(path)])
            yield f"sqlite:///{path}"
            return
        name = f"storm_{uuid.uuid4().hex}"
        config = connection.settings_dict
        _on_postgresql(f'CREATE DATABASE "{name}" TEMPLATE "{config["NAME"]}"')
        user = ":".join(filter(None, (config["USER"], config["PASSWORD"])))
        yield f"postgres://{user}@{config['HOST']}:{config['PORT']}/{name}"
        _on_postgresql(f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_postgresql(statement: str) -> None:
    connection.close()  # a database that somebody is connected to is no template
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(params=ENGINES)
def storm(request, tmp_path: Path, database: str):
    """Runs one storm to its end, returns what it says."""
    url = os.environ.get(ENGINES[request.param], "")
    if ENGINES[request.param] and not url:
        pytest.skip(f"{ENGINES[request.param]} is not set")
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

    def run(name: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "search.tests.storm", name],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            timeout=150,
        )
        assert done.returncode == 0, done.stderr[-5000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


def agrees(result: dict) -> bool:
    return (result["clean"], result["rows"], result["doubled"]) == (True, 0, 0)


@pytest.mark.engine
def test_fifty_drains_killed_at_any_point_lose_nothing(storm):
    result = storm("kill")
    assert agrees(result), result
    assert result["killed"] >= 15, result


@pytest.mark.engine
def test_drains_at_once_neither_lose_nor_double(storm):
    result = storm("drains")
    assert agrees(result), result
    assert set(result["codes"]) == {0}, result


@pytest.mark.engine
def test_nothing_that_is_written_during_a_rebuild_is_lost(storm):
    result = storm("rebuild")
    assert agrees(result), result
    assert set(result["codes"]) == {0}, result
    assert result["replayed"] > 0, result
