"""Nothing holds all the words: which one to leave out, and what that gives, on every engine."""

from dataclasses import replace

import pytest

from search.engines.query_relaxation import MAX_TRIED, relaxed_queries
from search.query import PAGE_SIZE, SearchQuery
from search.query.text import parse_text

from .conftest import SERVER_ENGINES
from .library import NOW, PUBLIC, index, make_document, search

POSTS = [
    make_document("job", 1, "Poste de nuit", region=("corse",)),
    make_document("job", 2, "Poste de nuit", region=("bretagne",)),
    make_document("job", 3, "Poste de jour à Rennes", region=("bretagne",)),
    make_document("news", 4, "Nuit blanche à Rennes", access=frozenset({"group:1"})),
]


def advice(engine, text: str, **options) -> dict[str, int]:
    return {one.part: one.total for one in search(engine, text, **options).relaxations}


def test_each_word_that_may_be_left_out_is_named_with_what_that_gives(engine):
    index(engine, *POSTS)

    response = search(engine, "poste de nuit rennes")

    assert (response.total, response.hits) == (0, [])
    assert [(one.part, one.text, one.total) for one in response.relaxations] == [
        ("rennes", "poste de nuit", 2),
        ("nuit", "poste de rennes", 1),
    ]
    for one in response.relaxations:
        assert search(engine, one.text).total == one.total


def test_only_what_the_reader_may_see_is_counted(engine):
    index(engine, *POSTS)
    member = frozenset({"public", "group:1"})

    # « blanche » stands where they may not read: leaving it out alone gives nothing
    assert advice(engine, "poste nuit rennes blanche") == {}
    assert advice(engine, "poste nuit rennes", tokens=member) == {"rennes": 2, "nuit": 1, "poste": 1}
    assert advice(engine, "poste nuit rennes") == {"rennes": 2, "nuit": 1}


def test_chosen_filters_and_kinds_hold(engine):
    index(engine, *POSTS)

    assert advice(engine, "poste nuit rennes", filters={"region": ("corse",)}) == {"rennes": 1}
    assert advice(engine, "poste nuit rennes", kinds=("news",)) == {}
    assert advice(engine, "poste nuit rennes", facets=("kind",), offset=PAGE_SIZE) == {"rennes": 2, "nuit": 1}


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ('"poste de nuit" rennes', {"rennes": 2, "poste de nuit": 1}),
        ("poste -nuit -jour", {"-nuit": 2, "-jour": 1}),
        ("poste, nuit (Rennes)", {"Rennes": 2, "nuit": 1}),
        ("nuit de de jour", {"jour": 2, "nuit": 1}),
        # what means one thing is left out as one
        ("nuit 500 mg", {"500 mg": 2}),
        ("nuit article L. 4321-1 rennes", {}),
        ("poste nuit aide soignant", {"aide soignant": 2}),
        # one is not enough
        ("nuit zythum xqzw", {}),
        ("zythum xqzw wzqx nuit", {}),
        # nothing to leave out
        ("zythum", {}),
        ("de zythum", {}),
        ("zythum -nuit", {}),
    ],
)
def test_what_may_be_left_out(engine, typed, wanted):
    index(engine, *POSTS)

    assert advice(engine, typed) == wanted


def test_what_is_found_needs_no_advice(engine):
    index(engine, *POSTS)

    assert advice(engine, "poste rennes") == advice(engine, "poste nuti") == {}
    assert search(engine, "poste nuti").corrected == "poste nuit"


def test_letter_by_letter_gets_the_same_advice(engine):
    index(engine, *POSTS)

    assert advice(engine, "poste nuti", correct=False) == {"nuti": 3}


@pytest.mark.database_free
def test_so_many_words_are_tried_and_no_more():
    typed = " ".join(f"nuit{number}" for number in range(MAX_TRIED + 3))
    query = SearchQuery(tokens=PUBLIC, now=NOW, text=parse_text(typed))

    found = relaxed_queries(query)

    assert [one.part for one in found] == typed.split()[:MAX_TRIED]
    assert relaxed_queries(replace(query, limit=0)) == []


@pytest.mark.parametrize("library", SERVER_ENGINES, indirect=True)
@pytest.mark.parametrize(
    "typed", ["infirmier montagne", "infirmier montange", "infirmier montagne foie test"]
)
def test_advice_comes_with_corrections_in_one_more_request(library, typed, monkeypatch):
    asked = []
    perform = library.client.transport.perform_request
    monkeypatch.setattr(
        library.client.transport,
        "perform_request",
        lambda *args, **options: asked.append(args) or perform(*args, **options),
    )

    search(library, typed, facets=("kind",))

    assert len(asked) == 2
