"""Fixtures of the tests that cross apps."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from portal.site_setup import ensure_site
from search.engines import get_engine, reset_engine
from search.index.rebuild import rebuild
from search.models import OutboxRow
from search.tests.conftest import ONE_SERVER, TIMEOUT, server_url

from .leaks.world import World, make_world


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a module makes once for its tests is made by one parallel worker."""
    for item in items:
        if "module_database" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@contextmanager
def search_index(name: str, **settings: Any) -> Iterator[None]:
    """An index of one's own in the engine that the settings name; gone afterwards."""
    with override_settings(SEARCH_INDEX=name, **settings):
        reset_engine()
        try:
            yield
        finally:
            get_engine().reset()
            reset_engine()


@pytest.fixture(params=ONE_SERVER)
def any_index(request, tmp_path) -> Iterator[Callable[[], None]]:
    """An index on each kind of engine; call it to fill it with what the database holds."""
    kind = request.param
    url = "" if kind == "embedded" else server_url(kind)
    own = {"SEARCH_KIND": kind, "SEARCH_URL": url, "SEARCH_DIR": tmp_path, "SEARCH_TIMEOUT": TIMEOUT}
    with search_index(f"test-{uuid.uuid4().hex[:12]}", **own):
        yield index_everything


def index_everything() -> None:
    """The index holds what the database holds; nothing waits."""
    rebuild()
    assert not OutboxRow.objects.exists()


@pytest.fixture(scope="module")
def module_database(django_db_setup, django_db_blocker) -> Iterator[None]:
    """What is made once for all the tests of a module, and rolled back after the last one."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(module_database) -> Iterator[World]:
    """The world of the leak matrix: one of everything, in the database and in the index."""
    with search_index("world"):
        ensure_site()
        made = make_world()
        index_everything()
        yield made
