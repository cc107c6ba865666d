"""Addresses, parameters, headers and bodies that no browser would send: a page or a designed refusal."""

from itertools import product

import pytest
from django.test import Client

from search.facets import facets

from .addresses import addresses
from .badinput.values import FORGED, NO_TEXT, SCRIPT, TYPED
from .support import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.full_on_sqlite]
READERS = ("visitor", "leader", "admin")
# What addresses are asked with: parameters of lists, pages, tabs, ways on.
PARAMETERS = ["q", "type", "tri", "page", "etat", "next", "profession", "language", "action"]
NAMED = {
    "a million": "1000000",
    "zero": "0",
    "minus one": "-1",
    "digits of another script": "٣",
    "half": "1.5",
    "unknown": "astrologue",
    "null": "%00",
    "control": "a%01%1b",
    "traversal": "../../../../etc/passwd",
    "script": SCRIPT,
    "quotes": "'\"`",
    "brackets": "[$ne]",
    "long": "x" * 3000,
}
PATHS = [
    "/%00",
    "/%00/",
    "/%ff/",
    "/%ed%a0%80/",
    "//",
    "//mechant.example/",
    "///communaute//",
    "/./",
    "/../../etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/\\",
    "/%0d%0aSet-Cookie:%20a=b/",
    f"/{'a' * 8000}/",
    f"/{'a/' * 400}",
    "/<script>alert(1)</script>/",
    "/actualites/%00/",
    "/actualites/<script>alert(1)</script>/",
    "/formations/%F0%9F%A9%BA/",
    f"/communaute/{'9' * 40}/",
    f"/communaute/message/{'9' * 18}/",
    f"/communaute/message/{'9' * 30}/",
    "/communaute/%00/",
    "/communaute/x/0-x/",
    f"/animation/verifications/{'9' * 30}/",
    f"/animation/signalements/{'9' * 18}/",
    f"/animation/themes/{'9' * 18}/",
    f"/compte/exercices/{'9' * 30}/retirer/",
    "/compte/adresse/lien/%F0%9F%A9%BA/",
    "/compte/adresse/lien/x:y:z/",
    f"/compte/mot-de-passe/oublie/{'z' * 40}-x/",
    "/compte/mot-de-passe/oublie/0-%00/",
    f"/documents/{'9' * 30}/x.pdf",
    "/documents/1/%00",
    "/media/%00.png",
    "/media/../settings.py",
    "/media/images/%ff.png",
    f"/media/{'a' * 3000}.png",
    "/static/%00",
    "/static/../manage.py",
    "/admin/pages/999999999999/edit/",
    f"/admin/import/{'0' * 8}-0000-0000-0000-{'0' * 12}/",
]
HEADERS = [
    {"Range": "bytes=9999999-"},
    {"Range": "bytes=-1-5,,x"},
    {"If-Modified-Since": "demain"},
    {"If-Modified-Since": "Thu, 99 Nov 9999 99:99:99 GMT"},
    {"If-None-Match": '"' + "x" * 5000},
    {"Accept-Language": ";;q=,fr-" + "x" * 2000},
    {"Accept-Language": "\xff\xfe"},
    {"Accept": "*/*;q=zéro"},
    {"Accept-Encoding": "gzip;q=x, ,"},
    {"Cookie": "sessionid=\x00; csrftoken=é; django_language=<script>; =;;"},
    {"Cookie": "sessionid=" + "x" * 5000},
    {"Cookie": "django_language=../../etc"},
    {"Host": "exa mple"},
    {"Host": "[::1"},
    {"X-Forwarded-For": "<script>, 1.2.3.4.5"},
    {"X-Request-ID": "x\ty" + "z" * 3000},
    {"HX-Request": "true", "HX-Current-URL": "http://[::1/\x00"},
    {"Referer": "http://[mechant/"},
    {"Origin": "null"},
    {"User-Agent": "\xff" * 200},
]


@pytest.fixture(scope="module")
def clients(world) -> dict[str, Client]:
    return {name: browser_of(world.people[name]) for name in READERS}


def trouble(response, asked: str) -> list[str]:
    if response.status_code >= 500:
        return [f"{asked}: {response.status_code} {getattr(response, 'exc_info', ['', ''])[1]!r}"]
    text = "" if response.streaming else response.content.decode(errors="replace")
    raw = "html" in response.headers.get("Content-Type", "") and "<script>alert" in text
    return [f"{asked}: shown raw"] if raw else []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_strange_addresses_are_answered(path, clients):
    found = []
    for client, method in product(clients.values(), ("get", "post", "head")):
        response = getattr(client, method)(path)
        found += trouble(response, method)
        assert response.status_code in (200, 301, 302, 400, 403, 404, 405)
        assert "mechant" not in response.headers.get("Location", "").split("?")[0]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("value", NAMED.values(), ids=NAMED)
def test_every_address_takes_any_parameter(value, clients, world):
    names = {*PARAMETERS, *(facet.param for facet in facets().values())}
    found = []
    for paths in addresses(world).values():
        response = clients["admin"].get(paths[0], dict.fromkeys(names, value))
        found += trouble(response, paths[0])
    assert not found, "\n".join(found)


@pytest.mark.parametrize("raw", NO_TEXT.values(), ids=NO_TEXT)
def test_bytes_that_are_no_text_are_no_reason_to_fail(raw, clients, world):
    found = []
    for name, paths in addresses(world).items():
        client = clients["admin"]
        found += trouble(client.get(paths[0], QUERY_STRING=f"q={raw}&page={raw}&type={raw}"), name)
        body = f"body={raw}&title={raw}&message={raw}&email={raw}&action={raw}"
        kind = "application/x-www-form-urlencoded"
        found += trouble(clients["leader"].post(paths[0], body, content_type=kind), f"POST {name}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: str(headers)[:50])
def test_strange_headers_are_no_reason_to_fail(headers, world):
    client = Client(raise_request_exception=False)
    known = addresses(world)
    wanted = ("page:newspage", "page:homepage", "search", "account_login", "media", "wagtaildocs_serve")
    found = []
    for name in wanted:
        response = client.get(known[name][0], headers=headers)
        found += trouble(response, name)
        assert response.status_code in (200, 206, 304, 400, 416)
    found += trouble(client.post("/compte/connexion/", {"login": "a"}, headers=headers), "sign-in")
    assert not found, "\n".join(found)


PART = b'--x\r\nContent-Disposition: form-data; name="body"'
BODIES = {
    "no boundary": ("multipart/form-data", b"--x\r\n"),
    "a broken boundary": ("multipart/form-data; boundary=\xff", b"--x\r\n"),
    "an unfinished part": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a',
    ),
    "a broken encoding": (
        "multipart/form-data; boundary=x",
        PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--x--",
    ),
    "a file for a text": (
        "multipart/form-data; boundary=x",
        PART + b'; filename="a\x00b"\r\n\r\nzz\r\n--x--',
    ),
    "an unknown charset": ("application/x-www-form-urlencoded; charset=klingon", b"body=a"),
    "JSON": ("application/json", b'{"body": '),
    "20,000 fields": ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(20_000))),
    "one field 20,000 times": ("application/x-www-form-urlencoded", b"&".join([b"themes=1"] * 20_000)),
    "6 megabytes": ("application/x-www-form-urlencoded", b"body=" + b"x" * 6_000_000),
}


@pytest.mark.parametrize(("kind", "body"), BODIES.values(), ids=BODIES)
def test_broken_bodies_are_refused_or_read(kind, body, clients, world):
    known = addresses(world)
    found = []
    for name in ("community_thread", "community_thread_new", "account_verification", "account_login"):
        response = clients["leader"].generic("POST", known[name][0], body, content_type=kind)
        found += trouble(response, name)
        answers_json = response.headers["Content-Type"] == "application/json"  # allauth's, to who sends JSON
        if response.status_code == 400 and not answers_json:
            assert '<html lang="fr">' in response.content.decode()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("value", [*FORGED, TYPED["a megabyte"]], ids=lambda value: value[:20])
def test_forged_choices_are_refused(value, clients, world):
    """Every field that pages let one choose from, and the keys of forms, with what was never offered."""
    names = ["asked", "themes", "visibility", "professions", "parent", "group", "role", "into", "method"]
    names += ["reason", "profession", "specialty", "department", "language", "key", "action", "decision"]
    found = []
    for name, paths in addresses(world).items():
        for path in paths[:1]:
            response = clients["leader"].post(path, dict.fromkeys(names, value))
            found += trouble(response, name)
    assert not found, "\n".join(found)
