"""Fixtures of the whole suite: the site and its people, made without any app's services."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.template.backends.jinja2 import Template
from django.test import Client
from django.test.signals import template_rendered

from members.access import Viewer
from members.models import COMMUNITY_MANAGERS, EDITORS, User, Verification
from members.viewers import viewer_for
from taxonomy.models import Profession

# CI draws the same examples each time: what lands does not depend on luck. Elsewhere they are new ones.
hypothesis.settings.register_profile("repeatable", derandomize=True, database=None)
if os.environ.get("REQUIRE_ALL") == "1":
    hypothesis.settings.load_profile("repeatable")

PASSWORD = "correct horse battery staple"  # noqa: S105


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Decides what runs once, and what waits for `make ci-full` (CONTRIBUTING.md, « What runs where »).

    A test without a database runs once. Nobody deploys a search server beside SQLite.
    """
    sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    for item in items:
        if not item.get_closest_marker("django_db") and "django_db_setup" not in item.fixturenames:
            item.add_marker("database_free")
            continue
        on_server = item.get_closest_marker("engine") and "embedded" not in item.callspec.params.values()
        if sqlite and (on_server or item.get_closest_marker("full_on_sqlite")):
            item.add_marker("full")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Tests reach servers on this machine and nobody else."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not address[0].startswith(("127.", "::1", "localhost")):
            raise RuntimeError(f"A test wanted to reach {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_folder() -> None:
    """Exists, though empty: whitenoise warns when it does not, and warnings are errors here."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session", autouse=True)
def _rendered_contexts() -> Iterator[None]:
    """Test clients know the context of Jinja2 templates too (`response.context`)."""
    render = Template.render

    def told(self: Template, context: dict | None = None, request: HttpRequest | None = None) -> str:
        context = {} if context is None else context
        html = render(self, context, request)
        template_rendered.send(sender=self, template=self, context=context)
        return html

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", told)
        yield


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_modify_db_settings, django_db_createdb, django_db_blocker) -> None:
    """pytest-django's, from a copy of the migrated database; `--create-db` migrates anew."""
    from tests.migrated import template_database

    with django_db_blocker.unblock(), template_database() as template:
        if template.exists() and not django_db_createdb:
            with template.copied():
                request.getfixturevalue("django_db_setup")
        else:
            request.getfixturevalue("django_db_setup")
            template.save()
        _make_site()


def _make_site() -> None:
    """The site that the fixture `site` names: made once, there for every test."""
    from portal.site_setup import ensure_site
    from search.index import outbox
    from search.models import OutboxRow

    with outbox.deferred():
        ensure_site()
    OutboxRow.objects.all().delete()


@pytest.fixture
def site(db):
    """The site with its home page, lists and standard pages, and the roles."""
    from wagtail.models import Site

    return Site.objects.get(is_default_site=True)


@pytest.fixture
def make_user(db) -> Callable[..., User]:
    """`make_user("infirmier", groups=["editors"])`: an account, verified for these professions (slugs)."""
    numbers = iter(range(1, 10_000))

    def make(*professions: str, groups: tuple[str, ...] = (), **fields) -> User:
        fields.setdefault("email", f"person{next(numbers)}@pairs.example")
        user = User.objects.create_user(password=PASSWORD, **fields)
        for slug in professions:
            Verification.objects.create(
                user=user,
                profession=Profession.objects.get(slug=slug),
                state=Verification.State.VERIFIED,
                method=Verification.Method.DOCUMENT,
            )
        user.groups.set([Group.objects.get_or_create(name=name)[0] for name in groups])
        return user

    return make


@pytest.fixture
def make_viewer(make_user) -> Callable[..., Viewer]:
    """The `Viewer` of a new account: `make_viewer("infirmier")`, `make_viewer(groups=["editors"])`."""
    return lambda *professions, **fields: viewer_for(make_user(*professions, **fields))


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A signed-in test client."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def editor(make_user) -> User:
    from home.roles import ensure_roles

    ensure_roles()
    return make_user(groups=(EDITORS,), first_name="Édith")


@pytest.fixture
def manager(make_user) -> User:
    return make_user(groups=(COMMUNITY_MANAGERS,), first_name="Maïwenn")


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Cached labels, site roots and synonyms do not outlive the rolled-back test that made them."""
    from django.core.cache import caches

    from search import facets
    from search.analysis import synonyms
    from search.assist import curation

    for cache in caches.all(initialized_only=True):
        cache.clear()
    facets.forget_labels()
    curation.forget()
    synonyms.use(())
    yield


@pytest.fixture
def index(settings, tmp_path) -> Iterator[Callable[[], None]]:
    """An empty embedded index; call it to fill it with what the database holds."""
    from search.engines import reset_engine
    from search.index.rebuild import rebuild

    settings.SEARCH_KIND, settings.SEARCH_URL = "embedded", ""
    settings.SEARCH_DIR = tmp_path / "search"
    reset_engine()
    yield lambda: rebuild() and None
    reset_engine()


@pytest.fixture
def told(db) -> Callable[[], set[tuple[str, str]]]:
    """told(): what the worker does with events; then whom it ever told of what, as (address, kind)."""
    from notifications.models import Notification
    from notifications.telling import tell_waiting

    def tell() -> set[tuple[str, str]]:
        tell_waiting()
        return set(Notification.objects.values_list("recipient__email", "kind"))

    return tell


@pytest.fixture
def mails(told, mailoutbox, django_capture_on_commit_callbacks) -> Callable[[], list]:
    """mails(): what leaves now about what happened."""
    from notifications.sending import hand_over

    def leave() -> list:
        mailoutbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            told()
            hand_over()
        return list(mailoutbox)

    return leave
