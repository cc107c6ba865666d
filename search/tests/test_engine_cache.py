"""Counts that an engine keeps are those that it would find: of this reader, this question and this moment."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from search.engines.base import Change
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded import searching as embedded_searching
from search.engines.embedded import snapshot as embedded_snapshot
from search.engines.embedded.searching import Search
from search.query import SearchQuery, Sort
from search.query.text import parse_text

from .library import NOW, PUBLIC, SECRET, index, make_document, search

FACETS = ("kind", "region", "profession")
SPANS = {"week": NOW - timedelta(days=7)}
SHELVED = [
    make_document("job", 1, "Nuit calme", region=("bretagne",), profession=("infirmier",)),
    make_document("job", 2, "Nuit longue", region=("corse",), days_ago=30),
    make_document("news", 3, "Nuit blanche", region=("bretagne",), expires_in=1),
    make_document("news", 4, "Jour de fête", region=("corse",), profession=("medecin",)),
    make_document("thread", 5, "Nuit du service", region=("corse",), access=SECRET),
]
ASKED = SearchQuery(tokens=PUBLIC, now=NOW, facets=FACETS)
QUESTIONS = [
    ASKED,
    replace(ASKED, tokens=PUBLIC | SECRET),
    replace(ASKED, tokens=SECRET),
    replace(ASKED, now=NOW + timedelta(days=1)),
    replace(ASKED, now=NOW - timedelta(hours=1)),
    replace(ASKED, kinds=("job",)),
    replace(ASKED, kinds=("job", "news", "thread")),
    replace(ASKED, text=parse_text("nuit")),
    replace(ASKED, text=parse_text('"nuit calme"')),
    replace(ASKED, text=parse_text("nuit -longue")),
    replace(ASKED, filters={"region": ("bretagne",)}),
    replace(ASKED, filters={"region": ("bretagne", "corse")}),
    replace(ASKED, filters={"region": ("bretagne",), "profession": ("medecin",)}),
    replace(ASKED, filters={"kind": ("thread",)}),
    replace(ASKED, facets=("region",)),
    replace(ASKED, facets=("region", "since"), since=SPANS),
    replace(ASKED, filters={"since": ("week",)}, since=SPANS),
    replace(ASKED, filters={"since": ("week",)}, since={"week": NOW - timedelta(days=60)}),
    replace(ASKED, sort=Sort.DATE, offset=1, limit=1),
]


@pytest.fixture
def embedded(tmp_path):
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild().commit()
    return engine


def test_what_was_asked_before_changes_no_answer(embedded):
    index(embedded, *SHELVED)
    fresh = [EmbeddedEngine(embedded.store.root).search(question) for question in QUESTIONS]
    for first, second in product(range(len(QUESTIONS)), repeat=2):
        assert embedded.search(QUESTIONS[first]) == fresh[first]
        assert embedded.search(QUESTIONS[second]) == fresh[second]


def test_hits_and_counts_looked_for_at_once_are_the_same(embedded, monkeypatch):
    index(embedded, *SHELVED)
    in_turn = [EmbeddedEngine(embedded.store.root).search(question) for question in QUESTIONS]
    monkeypatch.setattr(embedded_searching, "SIDE_BY_SIDE_FROM", 0)
    assert [embedded.search(question) for question in QUESTIONS] == in_turn


def test_readers_count_only_what_they_may_read(engine):
    index(engine, *SHELVED)
    for _again in range(2):
        for tokens, total in ((PUBLIC, 4), (SECRET, 1), (PUBLIC | SECRET, 5), (frozenset(), 0)):
            response = search(engine, tokens=tokens, facets=FACETS)
            assert response.total == total
            assert sum(response.counts["kind"].values()) == total


def test_a_change_counts_at_once_for_everybody(embedded):
    """Also for a process that has counted before and did not write."""
    elsewhere = EmbeddedEngine(embedded.store.root)
    index(embedded, *SHELVED)
    for engine in (embedded, elsewhere):
        assert search(engine, facets=FACETS).counts["region"] == {"bretagne": 2, "corse": 2}
    index(embedded, make_document("job", 2, "Nuit longue", region=("bretagne",)), version=2)
    embedded.write([Change("news:4", 2, None)])
    for engine in (embedded, elsewhere):
        response = search(engine, facets=FACETS)
        assert (response.total, response.counts["region"]) == (3, {"bretagne": 3})
    embedded.write([Change("job:2", 3, replace(SHELVED[1], access=SECRET))])
    assert search(elsewhere, facets=FACETS).total == 2


def test_what_expires_is_counted_until_that_moment(engine):
    """On whole minutes, as ends of days are."""
    index(
        engine,
        *SHELVED,
        make_document("job", 6, expires_in=20 / 1440),
        make_document("job", 7, expires_in=40 / 1440),
    )
    totals = {
        minutes: search(engine, facets=FACETS, now=NOW + timedelta(minutes=minutes)).total
        for minutes in (0, 19.99, 20, 20.01, 39.99, 40, 40.01, 200, 20, 0)
    }
    assert totals == {0: 6, 19.99: 6, 20: 5, 20.01: 5, 39.99: 5, 40: 4, 40.01: 4, 200: 4}


HOSTILE = ['x"] OR kind:IN ["job', "bretagne*", '"', "\\", "x\\", "", "a b", "+kind:job", "*"]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_of_a_filter_is_an_operator(engine, value):
    index(engine, *SHELVED)
    response = search(engine, facets=FACETS, filters={"region": (value,)})
    assert (response.total, response.hits) == (0, [])
    assert response.counts["kind"] == {}
    assert response.without_facet_totals == {"region": 4}


def test_counts_are_kept_and_so_many_at_most(embedded, monkeypatch):
    index(embedded, *SHELVED)
    counted = []
    count = Search._count
    monkeypatch.setattr(Search, "_count", lambda self: counted.append(1) or count(self))
    monkeypatch.setattr(embedded_snapshot, "CACHE_SIZE", 3)
    for _again in range(2):
        search(embedded, facets=FACETS)
        search(embedded, facets=FACETS, sort=Sort.CLOSING, offset=2)
    assert len(counted) == 1
    for number in range(5):
        search(embedded, facets=FACETS, tokens=PUBLIC | {f"group:{number}"})
    assert len(embedded.store.live().snapshot()._cache) == 3
