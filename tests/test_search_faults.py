"""Engines that fail in each way that engines do: the portal goes on, says so, loses nothing, heals."""

import json
import shutil
import time
import uuid
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from core.background import execute
from jobs.factories import JobPageFactory
from jobs.models import JobPage
from search.engines import get_engine, reset_engine
from search.engines.elastic import engine as server_engine
from search.engines.elastic.mapping import index_body
from search.index import jobs as index_jobs
from search.index.drain import drain
from search.index.drift import compare
from search.index.outbox import waiting
from search.index.rebuild import rebuild
from search.models import OutboxRow
from search.tests.conftest import SERVER_ENGINES, server_url
from search.tests.test_embedded_faults import DAMAGES

from . import proxy as lines
from .test_listing import total

pytestmark = pytest.mark.django_db

SOON = 2.0  # seconds until a page says that the engine does not answer
ERROR = b'{"error": {"type": "es_rejected_execution_exception", "reason": "full"}, "status": 429}'
ABSENT = "absent"
FAULTS = {
    ABSENT: None,
    "dies before it heard": lines.dies_unheard,
    "dies before it answers": lines.dies_unanswered,
    "half a body": lines.half,
    "late": lines.late(10),
    "429": lines.says(429, ERROR),
    "500": lines.says(500, ERROR),
    "not JSON": lines.says(200, b"certainly {not} json"),
    "a web page": lines.says(200, b"<html>Welcome</html>", (("Content-Type", "text/html"),)),
}


@pytest.fixture(params=SERVER_ENGINES)
def line(request, site, settings):
    """The line to a server that holds one offer; the portal searches over it."""
    with lines.proxy(server_url(request.param)) as line:
        settings.SEARCH_KIND, settings.SEARCH_URL = request.param, line.url
        settings.SEARCH_INDEX, settings.SEARCH_DRAIN = f"test-{uuid.uuid4().hex[:12]}", "worker"
        reset_engine()
        JobPageFactory(title="Poste de nuit")
        try:
            rebuild()
            yield line
        finally:
            line.fault = None
            get_engine().reset()
            get_engine().client.close()
            reset_engine()


@pytest.fixture
def offer(line) -> JobPage:
    return JobPage.objects.get()


def publish(offer: JobPage, title: str) -> None:
    offer.title = title
    offer.save_revision().publish()


def timed(path: str):
    started = time.monotonic()
    response = Client().get(path)
    assert time.monotonic() - started < SOON, path
    return response


def is_away() -> None:
    """Search says so in time, and everything else works."""
    response = timed("/recherche/?q=nuit&page=3")
    assert response.status_code == 503
    assert response["Retry-After"]
    ready = timed("/readyz")
    assert (ready.status_code, json.loads(ready.content)["search"]) == (200, "down")  # degraded, not unready
    for path in ("/", JobPage.objects.get().url):
        assert timed(path).status_code == 200


def is_whole(words: str) -> None:
    """Nothing waits, the index says what the database says, and the words are found."""
    assert waiting().rows == 0
    assert compare().clean
    assert total(Client().get(f"/emplois/?q={words}")) == 1
    assert json.loads(Client().get("/readyz").content)["search"] == "ok"


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_server_does_is_said_and_heals_by_itself(line, offer, fault):
    line.fault = FAULTS[fault]
    if fault == ABSENT:
        line.cut()

    is_away()
    publish(offer, "Poste de jour")
    assert drain().unavailable
    assert waiting().rows == 1

    line.fault = None
    if fault == ABSENT:
        line.open()
    assert drain().written == 1
    is_whole("jour")


def test_a_server_that_was_away_when_the_portal_started(line, offer):
    line.cut()
    get_engine().client.close()
    reset_engine()

    is_away()
    line.open()

    is_whole("nuit")


def test_a_document_that_the_server_refuses_does_not_hold_the_others_up(line, offer, monkeypatch):
    other = JobPageFactory(title="Poste du soir")
    honest = server_engine.entry

    def strange(document, version):
        return honest(document, version) | ({"colour": "red"} if document.pk == offer.pk else {})

    monkeypatch.setattr(server_engine, "entry", strange)
    publish(offer, "Poste de jour")
    report = drain()
    assert (report.refused, report.written) == (1, 1)
    assert "strict_dynamic_mapping" in OutboxRow.objects.get().error
    assert total(Client().get("/emplois/?q=soir")) == 1
    assert not compare().clean

    monkeypatch.undo()
    assert drain().written == 0  # its next attempt is not due yet
    call_command("search_drain", stdout=StringIO())
    is_whole("jour")
    assert other.live


def test_a_full_disk_under_the_server(line, offer):
    """The servers set this block themselves, and lift it when there is room again."""
    engine = get_engine()
    block = {"index.blocks.read_only_allow_delete": True}
    engine.client.indices.put_settings(index=engine.indexes.live(), settings=block)
    publish(offer, "Poste de jour")

    drain()
    assert waiting().rows == 1
    assert total(Client().get("/emplois/?q=nuit")) == 1

    engine.client.indices.put_settings(index=engine.indexes.live(), settings=dict.fromkeys(block))
    drain(force=True)
    is_whole("jour")


def test_a_server_without_the_index_names_the_command_that_makes_it(line, offer, caplog):
    engine = get_engine()
    engine.client.indices.delete(index=engine.indexes.live())
    is_away()
    publish(offer, "Poste de jour")
    assert "manage.py search_reindex" in drain().unavailable
    assert "manage.py search_reindex" in caplog.text

    call_command("search_reindex", "--if-needed", stdout=StringIO(), stderr=StringIO())
    is_whole("jour")


def test_an_index_of_another_version_names_the_command_that_replaces_it(line, offer, caplog):
    engine = get_engine()
    old = index_body()
    for name in ("session", "start"):
        del old["mappings"]["properties"][name]
    name = f"{engine.indexes.alias}-00000000-20260101000000000000"
    engine.client.indices.create(index=name, **old)
    engine.indexes.swap(name)

    assert json.loads(timed("/readyz").content)["search"] == "rebuild due"
    assert timed("/formations/?tri=session").status_code == 503
    assert "manage.py search_reindex" in caplog.text
    publish(offer, "Poste de jour")
    assert drain().refused == 1

    call_command("search_reindex", "--if-needed", stdout=StringIO(), stderr=StringIO())
    is_whole("jour")


# A process that reads where a file was cut short is ended by the system; the one after it is « restarted ».
DEADLY = {"truncated", "with empty segments"}


@pytest.mark.parametrize(
    ("damage", "restarted"),
    [(damage, restarted) for damage in [*DAMAGES, "deleted"] for restarted in {True, damage in DEADLY}],
)
def test_a_damaged_embedded_index_is_made_anew_by_the_worker(site, index, damage, restarted):
    JobPageFactory(title="Poste de nuit")
    index()
    engine = get_engine()
    DAMAGES.get(damage, lambda engine: shutil.rmtree(engine.store.root))(engine)
    if restarted:
        reset_engine()
    is_away()
    publish(JobPage.objects.get(), "Poste de jour")
    assert "manage.py search_reindex" in drain().unavailable

    execute(index_jobs.self_heal())
    is_whole("jour")
