"""Engines for tests: the embedded one always, the servers that the environment names."""

import os
import urllib.error
import urllib.request
import uuid

import pytest

from search.engines import Engine
from search.engines.elastic import ServerEngine
from search.engines.elastic.client import make_client
from search.engines.embedded import EmbeddedEngine

from .library import DOCUMENTS, index

SERVERS = {"elasticsearch": "ELASTICSEARCH_TEST_URL", "opensearch": "OPENSEARCH_TEST_URL"}
REQUIRED = os.environ.get("REQUIRE_ALL") == "1"
# Servers that nobody named are skipped once (`test_every_engine_is_tested`), not at each test.
NAMED = ["embedded", *(name for name, variable in SERVERS.items() if REQUIRED or os.environ.get(variable))]
EVERY_ENGINE = [pytest.param(name, marks=pytest.mark.engine) for name in NAMED]
SERVER_ENGINES = EVERY_ENGINE[1:]
# Elasticsearch and OpenSearch are one engine of ours, and each has the contract tests. Storms and whole pages
# are tried on the first of them, and on the other one in `make ci-full`.
ONE_SERVER = [
    *EVERY_ENGINE[:2],
    *(pytest.param(*one.values, marks=[*one.marks, pytest.mark.full]) for one in EVERY_ENGINE[2:]),
]
# Longer than in production: a machine that runs every test at once is slow.
TIMEOUT = 30.0


def server_url(name: str) -> str:
    """Where the test server listens; skips (or fails, with REQUIRE_ALL=1) when there is none."""
    variable = SERVERS[name]
    url = os.environ.get(variable, "")
    reason = "" if url else f"{variable} names no server"
    if url:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError) as error:
            reason = f"{variable} does not answer: {error}"
    if reason and REQUIRED:
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    return url


def make_engine(name: str, folder) -> Engine:
    """An engine with an index of its own, which does not exist yet."""
    index = f"test-{uuid.uuid4().hex[:12]}"
    if name == "embedded":
        return EmbeddedEngine(folder / index)
    client = make_client(name, server_url(name), api_key="", ca_certs="", timeout=TIMEOUT)
    return ServerEngine(name, client, index)


def removed(engine: Engine) -> None:
    engine.reset()
    if isinstance(engine, ServerEngine):
        engine.client.close()


@pytest.fixture(params=EVERY_ENGINE)
def bare_engine(request, tmp_path):
    """An engine without an index."""
    engine = make_engine(request.param, tmp_path)
    yield engine
    removed(engine)


@pytest.fixture
def engine(bare_engine):
    """An engine with an empty index."""
    bare_engine.rebuild().commit()
    return bare_engine


@pytest.fixture(scope="session", params=EVERY_ENGINE)
def library(request, tmp_path_factory):
    """An engine that holds `DOCUMENTS`, shared by every test that only reads."""
    engine = make_engine(request.param, tmp_path_factory.mktemp("library"))
    engine.rebuild().commit()
    index(engine, *DOCUMENTS)
    yield engine
    removed(engine)
