"""A portal that runs, its small world, and the browser that people use.

All of it is made once for the whole folder. The server commits into a database of its own (`database.py`):
tests make the people and things that they change, and read the rest.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from members.models import User
from search.engines import reset_engine
from search.index import outbox
from search.index.rebuild import rebuild
from tests.support import skip_or_fail

from .browser import DESKTOP, PHONE, Watch, launched, new_context, sign_in
from .database import own_database
from .world import World, make_world

_HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marked as needing a browser; the journeys of one file stay together on one parallel worker.

    A browser on a busy machine is late now and then: a journey that fails is walked once more, and the
    summary counts it. Nothing else is tried twice.
    """
    for item in items:
        if item.path.parent == _HERE:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.full_on_sqlite)
            item.add_marker(pytest.mark.flaky(reruns=1))
            item.add_marker(pytest.mark.xdist_group(f"journeys-{item.path.stem}"))


@dataclass
class Portal:
    address: str
    world: World


@pytest.fixture(scope="package")
def chromium() -> str:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        skip_or_fail("Chromium is not installed (CHROMIUM names it)")
    return path


@pytest.fixture(scope="package")
def db(chromium, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """In place of pytest-django's: one database for the whole folder, never rolled back. Gives its folder."""
    folder = tmp_path_factory.mktemp("journeys")
    with django_db_blocker.unblock(), own_database(folder):
        yield folder


@pytest.fixture(scope="package")
def portal(db) -> Iterator[Portal]:
    """The running portal."""
    engine = {"SEARCH_KIND": "embedded", "SEARCH_URL": "", "SEARCH_DIR": db / "search"}
    # Without autosave: a draft that saves itself while a test clicks « save » is refused as a second one.
    with override_settings(**engine, MEDIA_ROOT=db / "media", WAGTAIL_AUTOSAVE_INTERVAL=0):
        reset_engine()
        with outbox.deferred():  # drains that find no index yet would pause the next ones
            world = make_world()
        rebuild()
        server = LiveServer("127.0.0.1")
        yield Portal(server.url, world)
        server.stop()
    reset_engine()


@pytest.fixture(scope="package")
def browser(portal, chromium) -> Iterator[Browser]:
    """Started last: beside its event loop, this thread has other connections to the database than before."""
    with pytest.MonkeyPatch.context() as patch, launched(chromium) as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser
        connections.close_all()


@pytest.fixture
def world(portal) -> World:
    return portal.world


@pytest.fixture
def watch(portal) -> Iterator[Watch]:
    """Every page of every test: no error in the console, nothing refused, no request to anybody else."""
    watch = Watch(portal.address)
    yield watch
    assert watch.problems == []


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def size(request) -> dict:
    """Tests that ask for it run at both widths."""
    return request.param


@pytest.fixture
def context_of(browser, portal, watch) -> Iterator[Callable[..., BrowserContext]]:
    """`context_of(user, size)`: a browser of their own, signed in unless `user` is None."""
    opened = []

    def make(user: User | None = None, size: dict = DESKTOP, **options) -> BrowserContext:
        context = new_context(browser, portal.address, size, **options)
        context.on("page", watch.page)
        opened.append(context)
        if user:
            sign_in(context, portal.address, user)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page_of(context_of) -> Callable[..., Page]:
    """`page_of(user, size)`: an empty page in a browser of their own."""
    return lambda *args, **options: context_of(*args, **options).new_page()
