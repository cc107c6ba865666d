"""What every engine does with documents, readers, facets and versions."""

from datetime import timedelta

import pytest

from search.documents import fingerprint
from search.engines.base import Change, EngineUnavailable
from search.facets import ALL_PROFESSIONS
from search.query import Sort

from .conftest import SERVERS, server_url
from .library import NOW, PUBLIC, index, make_document, result_ids, search

GROUP = frozenset({"group:4"})


@pytest.mark.engine
@pytest.mark.parametrize("name", SERVERS)
def test_every_engine_is_tested(name):
    assert server_url(name)


# --- Access ------------------------------------------------------------------------------------------------


def test_a_reader_finds_what_one_of_their_tokens_opens(engine):
    index(
        engine,
        make_document(pk=1, access=PUBLIC),
        make_document(pk=2, access=frozenset({"pro:60", "pro:10"})),
        make_document(pk=3, access=GROUP),
        make_document(pk=4, access=frozenset()),
    )

    assert set(result_ids(engine)) == {1}
    assert set(result_ids(engine, tokens=frozenset({"public", "pro", "pro:60"}))) == {1, 2}
    assert set(result_ids(engine, tokens=frozenset({"group:4"}))) == {3}
    assert result_ids(engine, tokens=frozenset({"group:44", "group"})) == []
    assert result_ids(engine, tokens=frozenset()) == []


def test_totals_and_counts_say_nothing_of_what_a_reader_may_not_see(engine):
    index(
        engine,
        make_document("news", 1, "Vaccin", profession=("infirmier",)),
        make_document(
            "thread", 2, "Vaccin", access=frozenset({"group:4"}), profession=("medecin",), theme=("douleur",)
        ),
    )

    response = search(engine, "vaccin", facets=("kind", "profession", "theme"))

    assert response.total == 1
    assert response.counts == {"kind": {"news": 1}, "profession": {"infirmier": 1}, "theme": {}}


def test_what_has_expired_is_found_by_nobody(engine):
    index(
        engine,
        make_document(pk=1, expires_in=1),
        make_document(pk=2, expires_in=-1),
        make_document(pk=3),
        make_document(pk=4, expires_in=0),
    )

    response = search(engine, facets=("kind",))

    assert {hit.pk for hit in response.hits} == {1, 3}
    assert response.counts["kind"] == {"job": 2}
    assert set(result_ids(engine, now=NOW + timedelta(days=2))) == {3}
    assert set(result_ids(engine, now=NOW - timedelta(days=2))) == {1, 2, 3, 4}


def test_kinds_of_a_list_are_the_only_ones_it_knows_of(engine):
    index(engine, make_document("job", 1), make_document("news", 2), make_document("training", 3))

    response = search(engine, kinds=("job", "news"), facets=("kind",))

    assert {hit.pk for hit in response.hits} == {1, 2}
    assert response.counts["kind"] == {"job": 1, "news": 1}
    assert result_ids(engine, kinds=("job",), filters={"kind": ("news",)}) == []


# --- Facets ------------------------------------------------------------------------------------------------


@pytest.fixture
def offers(engine):
    index(
        engine,
        make_document("job", 1, profession=("infirmier",), region=("bretagne",)),
        make_document("job", 2, profession=("infirmier", "medecin"), region=("bretagne",)),
        make_document("job", 3, profession=("medecin",), region=("corse",)),
        make_document("news", 4, region=("bretagne",)),  # addressed to every profession
        make_document("news", 5, profession=(ALL_PROFESSIONS, "medecin"), theme=("douleur", "diabete")),
    )
    return engine


def test_values_of_one_facet_add_up_and_facets_narrow_each_other(offers):
    assert set(result_ids(offers, filters={"region": ("bretagne", "corse")})) == {1, 2, 3, 4}
    assert set(result_ids(offers, filters={"region": ("bretagne", "corse"), "kind": ("news",)})) == {4}
    assert result_ids(offers, filters={"theme": ("douleur",), "region": ("corse",)}) == []
    assert set(result_ids(offers, filters={"theme": ()})) == {1, 2, 3, 4, 5}
    assert result_ids(offers, filters={"region": ("nowhere",)}) == []
    assert result_ids(offers, filters={"no-such-facet": ("x",)}) == []


def test_what_is_for_no_profession_in_particular_is_for_each(offers):
    assert set(result_ids(offers, filters={"profession": ("infirmier",)})) == {1, 2, 4, 5}
    assert set(result_ids(offers, filters={"profession": ("pharmacien",)})) == {4, 5}
    assert set(result_ids(offers, filters={"profession": (ALL_PROFESSIONS,)})) == {4, 5}


def test_each_facet_is_counted_without_its_own_filter(offers):
    response = search(
        offers, filters={"region": ("corse",), "kind": ("job",)}, facets=("region", "kind", "profession")
    )

    assert response.total == 1
    assert response.counts == {
        "region": {"bretagne": 2, "corse": 1},
        "kind": {"job": 1},
        "profession": {"medecin": 1},
    }


def test_a_count_is_the_total_that_choosing_it_alone_gives(offers):
    chosen = {"profession": ("pharmacien",)}
    counts = search(offers, facets=("profession", "region", "theme", "kind"), filters=chosen).counts

    assert counts["profession"] == {"infirmier": 4, "medecin": 4, "pharmacien": 2}
    for name, values in counts.items():
        rest = {} if name == "profession" else chosen
        for value, count in values.items():
            assert search(offers, filters={**rest, name: (value,)}).total == count


def test_counts_follow_the_words(offers):
    index(offers, make_document("job", 6, "Garde de nuit", region=("corse",)))

    assert search(offers, "nuit", facets=("region",)).counts == {"region": {"corse": 1}}


def test_counts_without_hits(offers):
    response = search(offers, filters={"region": ("corse",), "kind": ("news",)}, facets=("region", "kind"))

    assert (response.total, response.hits) == (0, [])
    assert response.counts == {"region": {"bretagne": 1}, "kind": {"job": 1}}


# --- Order and pages ---------------------------------------------------------------------------------------


def test_dates_sort_newest_first_and_ties_the_same_every_time(engine):
    same_day = [make_document(kind, pk, days_ago=3) for kind in ("job", "news") for pk in range(1, 40)]
    index(engine, make_document(pk=99, days_ago=9), *same_day, make_document(pk=98, days_ago=1))

    hits = [(hit.kind, hit.pk) for hit in search(engine, sort=Sort.DATE, limit=100).hits]

    assert hits[0] == ("job", 98) and hits[-1] == ("job", 99)
    index(engine, *reversed(same_day), version=2)
    assert [(hit.kind, hit.pk) for hit in search(engine, sort=Sort.DATE, limit=100).hits] == hits


@pytest.mark.parametrize("sort", Sort)
def test_pages_follow_each_other_without_gap_or_repetition(engine, sort):
    index(engine, *[make_document(pk=pk, title="Poste de nuit", days_ago=pk % 5) for pk in range(1, 48)])

    pages = [result_ids(engine, "nuit", sort=sort, offset=offset, limit=10) for offset in range(0, 60, 10)]

    assert [len(page) for page in pages] == [10, 10, 10, 10, 7, 0]
    assert sorted(pk for page in pages for pk in page) == list(range(1, 48))
    assert search(engine, "nuit", sort=sort, offset=50, limit=10).total == 47


def test_equal_relevance_shows_the_newest_first(engine):
    index(engine, *[make_document(pk=pk, title="Poste de nuit", days_ago=pk) for pk in (3, 1, 2)])

    assert result_ids(engine, "nuit") == [1, 2, 3]


def test_freshness_counts_a_little_for_the_kinds_that_want_it(engine):
    index(
        engine,
        make_document("news", 1, "Grippe : le point", days_ago=600),
        make_document("news", 2, "La grippe, le point dit"),
    )
    index(engine, make_document("thread", 3, "Grippe du point", days_ago=600), version=2)

    plain = {hit.pk: hit.score for hit in search(engine, "grippe").hits}
    fresh = {hit.pk: hit.score for hit in search(engine, "grippe", decaying_kinds=("news",)).hits}

    assert fresh[1] == pytest.approx(plain[1] * 0.7, rel=0.01)
    assert fresh[2] == pytest.approx(plain[2], rel=0.01)
    assert fresh[3] == pytest.approx(plain[3], rel=0.01)


@pytest.mark.parametrize("offset", [9_990, 10_000, 2_000_000_000])
def test_beyond_the_depth_of_the_servers_is_empty_and_not_an_error(engine, offset):
    index(engine, make_document(pk=1))

    response = search(engine, offset=offset, limit=20, facets=("kind",))

    assert (response.total, list(response.hits), response.counts) == (1, [], {"kind": {"job": 1}})


# --- Writing -----------------------------------------------------------------------------------------------


def test_a_write_can_be_found_on_return(engine):
    assert index(engine, make_document(pk=1, title="Avant")) == []
    assert (
        index(engine, make_document(pk=1, title="Après"), make_document("news", 1, "Autre"), version=2) == []
    )

    assert [(hit.kind, hit.pk) for hit in search(engine, "après").hits] == [("job", 1)]
    assert result_ids(engine, "avant") == []
    assert search(engine).total == 2


def test_a_deletion_removes_one_document(engine):
    index(engine, make_document("job", 1), make_document("news", 1), make_document("job", 11))

    assert engine.write([Change("job:1", 2, None), Change("job:999", 2, None)]) == []

    assert {(hit.kind, hit.pk) for hit in search(engine).hits} == {("news", 1), ("job", 11)}
    assert engine.status()["documents"] == 2


def test_an_older_state_never_replaces_a_newer_one(engine):
    index(engine, make_document(pk=1, title="Nouveau"), version=20)

    assert index(engine, make_document(pk=1, title="Ancien"), version=19) == []
    assert result_ids(engine, "nouveau") == [1]
    assert engine.write([Change("job:1", 19, None)]) == []
    assert result_ids(engine, "nouveau") == [1]
    index(engine, make_document(pk=1, title="Pareil"), version=20)
    assert result_ids(engine, "pareil") == [1]


def test_an_older_state_does_not_bring_a_deleted_document_back(engine):
    index(engine, make_document(pk=1), version=5)
    engine.write([Change("job:1", 9, None)])

    index(engine, make_document(pk=1), version=8)
    assert result_ids(engine) == []

    index(engine, make_document(pk=1), version=10)
    assert result_ids(engine) == [1]


def test_the_newest_of_several_states_in_one_write_wins(engine):
    engine.write(
        [
            Change("job:1", 7, make_document(pk=1, title="Sept")),
            Change("job:1", 9, make_document(pk=1, title="Neuf")),
            Change("job:1", 8, None),
        ]
    )

    assert result_ids(engine, "neuf") == [1]
    assert search(engine).total == 1


def test_nothing_to_write_is_fine(engine):
    assert engine.write([]) == []


def test_one_refused_document_does_not_stop_the_others(engine):
    refusals = index(engine, make_document(pk=1), make_document(pk=2, colour=("red",)), make_document(pk=3))

    assert [refusal.document_id for refusal in refusals] == ["job:2"]
    assert "colour" in refusals[0].reason
    assert set(result_ids(engine)) == {1, 3}


def test_strange_text_is_indexed(engine):
    long = "mot " * 200_000 + "aiguille"
    strange = [
        make_document(pk=1, title="nul\x00octet"),
        make_document(pk=2, title="🦷 dent"),
        make_document(pk=3, title="moitié \ud800 perdue"),
        make_document(pk=4, title="", body=long),
        make_document(pk=5, title="x" * 40_000, body="y" * 40_000, keywords="\u202e\u200b"),
        make_document(pk=6, title="e\u0301te\u0301"),
    ]

    assert index(engine, *strange) == []
    assert search(engine).total == 6
    assert result_ids(engine, "dent") == [2]
    assert result_ids(engine, "perdue") == [3]
    assert result_ids(engine, "aiguille") == [4]
    assert result_ids(engine, "été") == [6]


def test_everything_in_the_index_can_be_listed(engine):
    index(
        engine,
        *(documents := [make_document(kind, pk) for kind in ("job", "news") for pk in range(1, 30)]),
        version=3,
    )
    secret = make_document("thread", 5, access=frozenset({"group:1"}), expires_in=-9)
    index(engine, secret, version=4)
    engine.write([Change("job:1", 6, None)])

    entries = list(engine.entries())
    fingerprints = dict(engine.fingerprints())

    assert dict(entries) == {d.id: 3 for d in documents if d.id != "job:1"} | {"thread:5": 4}
    assert len(entries) == len(dict(entries))
    assert fingerprints == {d.id: fingerprint(d) for d in [*documents, secret] if d.id != "job:1"}


def test_status_tells_what_people_want_to_know(engine):
    index(engine, make_document(pk=1), make_document(pk=2))

    status = engine.status()

    assert status["engine"] == engine.name
    assert status["documents"] == 2
    assert status["current"] is True
    assert status["version"] and status["index"]


def test_documents_are_counted_by_kind(engine):
    assert engine.counts() == {}
    secret = make_document("thread", 1, access=frozenset({"group:1"}))
    index(
        engine,
        make_document("job", 1),
        make_document("job", 2),
        secret,
        make_document("news", 1, expires_in=-1),
    )
    engine.write([Change("job:2", 2, None)])

    assert engine.counts() == {"job": 1, "thread": 1, "news": 1}


def test_without_an_index_the_remedy_is_named(bare_engine):
    for attempt in (
        lambda: search(bare_engine),
        lambda: index(bare_engine, make_document()),
        lambda: list(bare_engine.entries()),
        lambda: list(bare_engine.fingerprints()),
        bare_engine.status,
        bare_engine.counts,
    ):
        with pytest.raises(EngineUnavailable, match="search_reindex"):
            attempt()
