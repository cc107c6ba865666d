"""Engines that are absent, slow, broken or lie: one kind of error, in time, and nothing secret in it."""

import json
import logging
import os
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured

from search.engines import EngineUnavailable, get_engine, reset_engine
from search.engines.deadline import shared_deadline
from search.engines.elastic import ServerEngine
from search.engines.elastic.client import make_client
from search.engines.embedded import EmbeddedEngine

from .conftest import SERVER_ENGINES, SERVERS
from .library import index, make_document, result_ids, search

SECRET = "s3cr3t-k3y"
TIMEOUT = 0.4
PATIENT = 10.0  # where the answer is what is looked at: the machine may be busy

GOOD_HEADERS = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}
NOTHING = {
    "timed_out": False,
    "_shards": {"failed": 0},
    "hits": {"total": {"value": 0}, "hits": []},
}


def searched(**more) -> dict:
    """The answer to a search that finds nothing: its page (and `more` in it), then its counts."""
    return {"responses": [NOTHING | more, NOTHING]}


NO_HITS = searched()


@contextmanager
def server(answer, tls: ssl.SSLContext | None = None):
    """Something that listens; `answer(handler)` says what it does with a request."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self):
            self.rfile.read(int(self.headers.get("content-length", 0)))
            answer(self)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _serve  # noqa: N815 (http.server's names)

        def log_message(self, *args):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    listening.handle_error = lambda *args: None  # a client that hangs up is no news
    if tls:
        listening.socket = tls.wrap_socket(listening.socket, server_side=True)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listening.server_port}"
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def reply(handler, body: bytes, status=200, headers=GOOD_HEADERS, length=None):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


def server_engine(url: str, kind="elasticsearch", timeout=TIMEOUT) -> ServerEngine:
    return ServerEngine(kind, make_client(kind, url, api_key=SECRET, ca_certs="", timeout=timeout), "portal")


def says(status=200, body: object = NO_HITS, headers=GOOD_HEADERS):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda handler: reply(handler, content, status, headers)


def half(handler):
    reply(handler, b'{"hits": {"total"', length=5_000)
    handler.close_connection = True


def hang_up(handler):
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def too_late(handler):
    time.sleep(3 * TIMEOUT)
    hang_up(handler)


ERROR = {"error": {"type": "es_rejected_execution_exception", "root_cause": [{"reason": "full"}]}}
FAULTS = {
    "busy": says(429, ERROR),
    "broken": says(500, ERROR),
    "gateway": says(502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"}),
    "unavailable": says(503, b""),
    "refused": says(401, {"error": "no"}),
    "a web page": says(200, b"<html>Welcome</html>", {"Content-Type": "text/html"}),
    "not JSON": says(200, b"certainly {not} json"),
    "other JSON": says(200, {"hello": "world"}),
    "a list": says(200, []),
    "no index": says(404, {"error": {"type": "index_not_found_exception"}}),
    "timed out": says(200, searched(timed_out=True)),
    "some shards": says(200, searched(_shards={"failed": 1})),
    "one of two": says(200, {"responses": [NOTHING]}),
    "a part refused": says(200, {"responses": [NOTHING, {"status": 429, **ERROR}]}),
    "a part gone": says(
        200, {"responses": [NOTHING, {"status": 404, "error": {"type": "index_not_found_exception"}}]}
    ),
    "half an answer": half,
    "hangs up": hang_up,
    "too late": too_late,
}


# In answers to a search.
INCOMPLETE = ("timed out", "some shards", "one of two", "a part refused", "a part gone")


@pytest.mark.parametrize("kind", SERVERS)
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_a_server_does_is_one_error_in_time(kind, fault, caplog):
    caplog.set_level(logging.DEBUG)
    with server(FAULTS[fault]) as url:
        engine = server_engine(url, kind)
        attempts = [lambda: search(engine, "diabète de Monsieur Dupont")]
        if fault not in INCOMPLETE:
            attempts += [
                engine.status,
                engine.counts,
                lambda: list(engine.entries()),
                lambda: index(engine, make_document()),
            ]
        for attempt in attempts:
            started = time.monotonic()
            with pytest.raises(EngineUnavailable) as raised:
                attempt()
            assert time.monotonic() - started < 2 * TIMEOUT + 0.5
            assert SECRET not in str(raised.value) and "Dupont" not in str(raised.value)
        engine.client.close()
    assert SECRET not in caplog.text


def test_a_server_that_answers_slowly_each_time_is_waited_for_once():
    """Nothing found, then what else may have been meant: two requests, one time-out."""
    asked = []
    proposals = searched(suggest={"title diabète": [{"options": [{"text": "diabetes"}]}]})

    def slowly(handler):
        asked.append(handler.path)
        time.sleep(0.7 * TIMEOUT)
        says(body=proposals)(handler)

    with server(slowly) as url:
        started = time.monotonic()
        with pytest.raises(EngineUnavailable):
            search(server_engine(url), "diabète")
        assert time.monotonic() - started < 2 * TIMEOUT
    assert len(asked) == 2


def test_all_that_one_page_asks_is_waited_for_once():
    """The engine's page in the admin: four requests of status and counts, one time-out."""

    def slowly(handler):
        time.sleep(0.4 * TIMEOUT)
        body = {"portal-x": {"aliases": {}}} if "_alias" in handler.path else {"count": 1}
        reply(handler, json.dumps(body).encode())

    with server(slowly) as url:
        engine = server_engine(url)
        started = time.monotonic()
        with pytest.raises(EngineUnavailable), shared_deadline():
            with suppress(EngineUnavailable):
                engine.status()
            with suppress(EngineUnavailable):
                engine.counts()
            engine.counts()
        assert time.monotonic() - started < TIMEOUT + 0.3


def test_a_server_that_is_not_there(unused_port):
    engine = server_engine(f"http://127.0.0.1:{unused_port}")

    started = time.monotonic()
    with pytest.raises(EngineUnavailable):
        search(engine)
    with pytest.raises(EngineUnavailable):
        engine.rebuild()
    with pytest.raises(EngineUnavailable):
        engine.reset()
    assert time.monotonic() - started < 1


def test_a_server_that_comes_back_is_used_again():
    faulty = {"now": True}
    with server(lambda handler: (says(503) if faulty["now"] else says())(handler)) as url:
        engine = server_engine(url)
        with pytest.raises(EngineUnavailable):
            search(engine)
        faulty["now"] = False
        assert search(engine).total == 0
        engine.client.close()


def test_what_is_not_elasticsearch_is_not_trusted():
    with server(says(200, NO_HITS, {"Content-Type": "application/json"})) as url:
        engine = server_engine(url)
        with pytest.raises(EngineUnavailable):
            search(engine)
        assert search(server_engine(url, "opensearch")).total == 0


def test_opensearch_is_spoken_to_in_plain_json():
    seen = []

    def answer(handler):
        seen.append((handler.headers["accept"], handler.headers["content-type"]))
        reply(handler, json.dumps(NO_HITS).encode())

    with server(answer) as url:
        search(server_engine(url, "opensearch"))
        search(server_engine(url, "elasticsearch"))

    assert seen[0] == ("application/json", "application/x-ndjson")
    assert all("vnd.elasticsearch" in value for value in seen[1])


def test_credentials_travel_in_a_header_only():
    seen = []

    def answer(handler):
        seen.append((handler.headers["authorization"], handler.path))
        reply(handler, json.dumps(NO_HITS).encode())

    with server(answer) as url:
        search(server_engine(url))

    assert seen == [(f"ApiKey {SECRET}", "/portal/_msearch")]


@pytest.mark.parametrize(
    "item",
    [
        {"status": 400, "error": {"type": "document_parsing_exception", "reason": "strict"}},
        {"status": 403, "error": {"type": "cluster_block_exception", "reason": "disk usage exceeded"}},
        {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "queue"}},
    ],
)
def test_a_refused_item_of_a_bulk_is_reported_with_its_reason(item):
    answer = {
        "errors": True,
        "items": [{"index": {"_id": "job:1", "status": 201}}, {"index": {"_id": "job:2", **item}}],
    }
    with server(says(200, answer)) as url:
        refusals = index(server_engine(url, timeout=PATIENT), make_document(pk=1), make_document(pk=2))

    assert [refusal.document_id for refusal in refusals] == ["job:2"]
    assert item["error"]["reason"] in refusals[0].reason


@pytest.mark.parametrize("bare_engine", SERVER_ENGINES, indirect=True)
def test_a_full_disk_refuses_items_and_recovers(engine):
    index(engine, make_document(pk=1))
    live = engine.indexes.live()
    engine.client.indices.put_settings(index=live, settings={"index.blocks.read_only_allow_delete": True})

    refusals = index(engine, make_document(pk=2))

    assert [refusal.document_id for refusal in refusals] == ["job:2"]
    assert result_ids(engine) == [1]
    engine.client.indices.put_settings(index=live, settings={"index.blocks.read_only_allow_delete": None})
    assert index(engine, make_document(pk=2), version=2) == []
    assert set(result_ids(engine)) == {1, 2}


@pytest.mark.parametrize("bare_engine", SERVER_ENGINES, indirect=True)
def test_writing_never_makes_an_index_by_itself(bare_engine):
    with pytest.raises(EngineUnavailable, match="search_reindex"):
        index(bare_engine, make_document())

    assert not bare_engine.client.indices.exists(index=bare_engine.indexes.alias)


# --- Which engine ------------------------------------------------------------------------------------------


@pytest.fixture
def choose(settings):
    """Sets the settings and gives the engine that follows from them."""

    def chosen(**values):
        for name, value in values.items():
            setattr(settings, name, value)
        return get_engine()

    reset_engine()
    yield chosen
    reset_engine()


def test_settings_choose_the_engine(choose, tmp_path):
    embedded = choose(SEARCH_KIND="embedded", SEARCH_DIR=tmp_path, SEARCH_INDEX="p1")
    assert isinstance(embedded, EmbeddedEngine)
    assert choose() is embedded
    assert choose(SEARCH_INDEX="p2") is not embedded

    url = "http://127.0.0.1:9"
    assert choose(SEARCH_KIND="elasticsearch", SEARCH_URL=url).name == "elasticsearch"
    assert choose(SEARCH_KIND="opensearch", SEARCH_URL=url).name == "opensearch"


def test_an_unknown_engine_is_a_mistake_in_the_settings(choose):
    with pytest.raises(ImproperlyConfigured, match="SEARCH_KIND"):
        choose(SEARCH_KIND="solr")


def test_a_forked_process_makes_its_own_engine(choose, tmp_path, monkeypatch):
    mine = choose(SEARCH_KIND="embedded", SEARCH_DIR=tmp_path)

    monkeypatch.setattr(os, "getpid", lambda: -1)

    assert choose() is not mine


@pytest.fixture
def unused_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]
