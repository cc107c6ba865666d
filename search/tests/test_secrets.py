"""Credentials of the search server: sent to it, over verified TLS, and shown nowhere else."""

import base64
import json
import logging
import shutil
import ssl
import subprocess
import sys

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.views.debug import technical_500_response

from search import checks
from search.engines import EngineUnavailable, get_engine, reset_engine
from search.engines.elastic import ServerEngine
from search.engines.elastic.client import make_client

from .library import search
from .test_engine_faults import GOOD_HEADERS, NO_HITS, TIMEOUT, reply, server

KEY, USER, PASSWORD = "k3y-of-the-server", "portal-user", "pa55-w0rd"
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
SECRETS = (KEY, PASSWORD, BASIC)


def engine(url: str, kind: str = "elasticsearch", **credentials: str) -> ServerEngine:
    return ServerEngine(
        kind, make_client(kind, url, timeout=credentials.pop("timeout", TIMEOUT), **credentials), "p"
    )


@pytest.fixture
def logged(caplog, monkeypatch):
    """Everything that is logged, by the portal's own loggers too, which do not hand on what they get."""
    # Not the client's log of the wire, which is off unless a developer asks for it.
    loggers = [logging.getLogger(name) for name in ("search", "django", "elastic_transport.transport")]
    for logger in loggers:
        logger.addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("elastic_transport.node"), "disabled", True)
    yield caplog
    for logger in loggers:
        logger.removeHandler(caplog.handler)


def indiscreet(status: int):
    """A server, or a proxy before it, that repeats what it was sent in its errors."""

    def answer(handler):
        said = f"refused {handler.headers.get('authorization')} {KEY} {PASSWORD}"
        body = {"error": {"type": said, "reason": said, "root_cause": [{"type": "x", "reason": said}]}}
        reply(handler, json.dumps(body).encode(), status)

    return answer


@pytest.mark.parametrize("kind", ["elasticsearch", "opensearch"])
@pytest.mark.parametrize(
    ("credentials", "sent"),
    [
        ({"api_key": KEY}, f"ApiKey {KEY}"),
        ({"user": USER, "password": PASSWORD}, f"Basic {BASIC}"),
        ({}, None),
    ],
    ids=["key", "password", "none"],
)
def test_credentials_are_sent_to_the_server(kind, credentials, sent):
    seen = []

    def answer(handler):
        seen.append(handler.headers.get("authorization"))
        reply(handler, json.dumps(NO_HITS).encode())

    with server(answer) as url:
        search(engine(url, kind, **credentials))
    assert set(seen) == {sent}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
@pytest.mark.parametrize(
    "credentials", [{"api_key": KEY}, {"user": USER, "password": PASSWORD}], ids=["key", "password"]
)
def test_no_log_and_no_message_repeats_them(status, credentials, logged):
    with server(indiscreet(status)) as url:
        asked = engine(url, **credentials)
        for call in (
            lambda: search(asked, "nuit"),
            asked.status,
            asked.counts,
            lambda: list(asked.entries()),
        ):
            with pytest.raises(EngineUnavailable) as raised:
                call()
            assert not any(secret in str(raised.value) for secret in SECRETS)
    assert logged.records
    for record in logged.records:
        said = f"{record.getMessage()} {record.exc_text or ''}"
        assert not any(secret in said for secret in SECRETS), said


@pytest.fixture
def server_settings(settings):
    def use(**values):
        settings.SEARCH_KIND = "elasticsearch"
        for name, value in {"SEARCH_USER": USER, "SEARCH_PASSWORD": PASSWORD, **values}.items():
            setattr(settings, name, value)
        reset_engine()

    yield use
    reset_engine()


def test_debug_pages_hide_them(settings, server_settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setenv("SEARCH_URL", f"https://{USER}:{PASSWORD}@search.example:9200")
    server_settings(SEARCH_URL="nowhere", SEARCH_API_KEY=KEY)
    request = RequestFactory().get("/recherche/", SEARCH_URL=f"https://{USER}:{PASSWORD}@search.example:9200")
    try:
        get_engine()
    except ValueError:
        page = technical_500_response(request, *sys.exc_info()).content.decode()
    assert "make_client" in page
    assert not any(secret in page for secret in SECRETS)


@pytest.mark.django_db
def test_the_admin_page_hides_them(site, server_settings, make_user, client_of, logged):
    client = client_of(make_user(is_superuser=True))
    with server(indiscreet(403)) as url:
        server_settings(SEARCH_URL=url, SEARCH_API_KEY="")
        html = client.get(reverse("portal_search_engine")).content.decode()
        page = client.get("/recherche/?q=nuit")
    assert "403" in html
    assert page.status_code == 503
    for said in (html, page.content.decode(), *(record.getMessage() for record in logged.records)):
        assert not any(secret in said for secret in SECRETS), said[-3000:]


def make_certificate(folder) -> tuple[str, str]:
    """A certificate for 127.0.0.1 that no authority knows, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    certificate, key = str(folder / "ca.pem"), str(folder / "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key]
    subject = ["-out", certificate, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, *subject], check=True, capture_output=True)
    return certificate, key


def test_certificates_are_verified_and_an_authority_can_be_named(tmp_path):
    certificate, key = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    seen = []

    def answer(handler):
        seen.append(handler.headers.get("authorization"))
        reply(handler, json.dumps(NO_HITS).encode(), headers=GOOD_HEADERS)

    with server(answer, context) as url:
        with pytest.raises(EngineUnavailable):
            search(engine(url, api_key=KEY, timeout=5))
        assert seen == []  # the key was not sent to who knows whom
        assert search(engine(url, api_key=KEY, ca_certs=certificate, timeout=5)).total == 0
        assert seen == [f"ApiKey {KEY}"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"SEARCH_KIND": "embedded"}, set()),
        ({"SEARCH_KIND": "embedded", "SEARCH_DRAIN": "comit"}, {"search.E005"}),
        ({"SEARCH_KIND": "solr"}, {"search.E001"}),
        ({"SEARCH_DRAIN": "Worker"}, {"search.E005"}),
        ({"SEARCH_URL": "search.example"}, {"search.E002"}),
        ({"SEARCH_URL": "https://search.example:9200", "SEARCH_CA_CERTS": "/nowhere.pem"}, {"search.E003"}),
        ({"SEARCH_URL": "https://search.example:9200", "SEARCH_API_KEY": KEY}, {"search.E004"}),
        ({"SEARCH_URL": "http://search.example:9200"}, {"search.W001"}),
        ({"SEARCH_URL": "http://127.0.0.1:9200"}, set()),
        ({"SEARCH_URL": "https://search.example:9200"}, set()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, set) else None,
)
def test_a_wrong_setting_is_said_before_anybody_searches(server_settings, settings, values, expected):
    server_settings(SEARCH_URL="https://search.example:9200")
    for name, value in values.items():
        setattr(settings, name, value)
    assert {message.id for message in checks.check_search_settings()} == expected
