"""Whatever is typed, forged or sent by mistake: a clear answer, nothing shown raw, nothing lost, never a 500.

The forms are those that the portal's own pages show, so that a new form is tried the day it appears.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from core.text import one_line
from members.factories import practising

from .addresses import addresses, url_names
from .badinput.forms import Form, forms_of
from .badinput.values import TYPED
from .support import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.full_on_sqlite]
# Who meets the forms of an address, by how its name begins.
READERS = {
    "account": ("visitor", "unverified", "nurse"),
    "community": ("nurse", "requested", "invited", "leader", "manager"),
    "animation": ("manager",),
    "verification": ("manager",),
    "": ("visitor", "manager"),
}
VIEWERS = sorted({viewer for viewers in READERS.values() for viewer in viewers})


@pytest.fixture(scope="module")
def clients(world) -> dict[str, Client]:
    practising(world.people["unverified"], "infirmier")
    practising(world.people["nurse"], "medecin")
    return {name: browser_of(world.people[name]) for name in VIEWERS}


@pytest.fixture(scope="module")
def forms(world, clients) -> list[tuple[str, Form]]:
    """(viewer, form): each form once, of the first viewer who meets it."""
    found = {}
    for name, paths in addresses(world).items():
        for viewer in next(viewers for start, viewers in READERS.items() if name.startswith(start)):
            for path in paths:
                response = clients[viewer].get(path)
                assert response.status_code < 500, (path, response.exc_info)
                if response.status_code != 200 or "html" not in response.headers.get("Content-Type", ""):
                    continue
                for form in forms_of(response.content.decode(), path):
                    if form.method == "post":
                        found.setdefault((form.action.split("/")[1:3][-1], form.shape), (viewer, form))
    assert len(found) > 30
    return list(found.values())


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_no_address_is_forgotten(world):
    known = set(addresses(world))
    assert url_names() <= known
    assert {name for name in known if not name.startswith("page:")} <= url_names()


def send(client: Client, form: Form, data: dict) -> HttpResponse:
    return client.post(form.action, data)


def problems(client: Client, form: Form, data: dict, response: HttpResponse) -> Iterator[str]:
    what = f"{form.action} {form.button or ''} {sorted(data)}"
    if response.status_code >= 500:
        yield f"{what}: {response.status_code} {response.exc_info[1]!r}"
        return
    if response.status_code in (301, 302, 303):
        response = client.get(response["Location"])
        if response.status_code >= 500:
            yield f"{what}, then {response.request['PATH_INFO']}: {response.exc_info[1]!r}"
            return
    html = response.content.decode()
    if "<script>alert" in html or "<img src=x" in html:
        yield f"{what}: shown raw"


@pytest.mark.parametrize("value", TYPED.values(), ids=TYPED)
def test_forms_keep_what_was_typed_or_take_it(value, clients, forms):
    wrong = []
    for viewer, form in forms:
        typed = {one.name for one in form.typed()}
        if not typed:
            continue
        data = form.data() | {key: [value] for key in typed}
        with undone():
            response = send(clients[viewer], form, data)
            wrong += problems(clients[viewer], form, data, response)
            if response.status_code in (200, 422):
                wrong += lost(form, typed, value, response)
    assert not wrong, "\n".join(wrong)


def lost(form: Form, typed: set[str], value: str, response: HttpResponse) -> Iterator[str]:
    """What a form that comes back does not hold any more."""
    html = response.content.decode()
    if "errorlist" not in html and 'role="alert"' not in html:
        yield f"{form.action}: comes back without a word"
    back = [f for f in forms_of(html, form.action) if {one.name for one in f.fields} >= typed]
    kept = {one.name: one.value for f in back for one in f.typed()}
    for name in typed:
        if normal(value) and normal(kept.get(name, "")) != normal(value):
            yield f"{form.action}: {name} is lost ({kept.get(name, '')[:40]!r})"


def normal(text: str) -> str:
    return one_line(text)  # forms clean what is typed
