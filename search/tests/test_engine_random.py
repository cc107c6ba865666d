"""Random documents and questions: every engine answers what a plain Python filter does."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.query import Sort

from .conftest import EVERY_ENGINE, make_engine, removed
from .library import NOW, index, make_document, search

TOKENS = ("public", "pro", "pro:60", "group:1", "group:2")
PROFESSIONS = ("infirmier", "medecin", "pharmacien")
REGIONS = ("bretagne", "corse")

documents = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("job", "news", "thread")),
        "access": st.sets(st.sampled_from(TOKENS)),
        "profession": st.sets(st.sampled_from(PROFESSIONS)).map(tuple),
        "region": st.sets(st.sampled_from(REGIONS)).map(tuple),
        "days_ago": st.integers(0, 400),
        "expires_in": st.none() | st.integers(-3, 3),
        "title": st.sampled_from(("nuit", "jour")),
    }
)
questions = st.fixed_dictionaries(
    {
        "tokens": st.sets(st.sampled_from(TOKENS)),
        "kinds": st.sets(st.sampled_from(("job", "news"))),
        "word": st.sampled_from(("", "nuit", "jour")),
        "profession": st.sets(st.sampled_from(PROFESSIONS)),
        "region": st.sets(st.sampled_from(REGIONS)),
        "sort": st.sampled_from(list(Sort)),
    }
)


def passes(document, question, *, ignoring=None) -> bool:
    """What search means, said once more in plain Python."""
    own = set(document.facets["profession"])
    checks = {
        "profession": not question["profession"] or not own or bool(own & question["profession"]),
        "region": not question["region"] or bool(set(document.facets["region"]) & question["region"]),
    }
    return (
        bool(document.access & question["tokens"])
        and (not question["kinds"] or document.kind in question["kinds"])
        and (document.expires_at is None or document.expires_at > NOW)
        and question["word"] in ("", document.title)
        and all(passed for name, passed in checks.items() if name != ignoring)
    )


@pytest.fixture(scope="module", params=EVERY_ENGINE)
def shelf(request, tmp_path_factory):
    """An engine shared by examples: each example's tokens are its own, so none sees another's documents."""
    engine = make_engine(request.param, tmp_path_factory.mktemp("shelf"))
    engine.rebuild().commit()
    yield engine, iter(range(10**6))
    removed(engine)


EXAMPLES = int(os.environ.get("ENGINE_EXAMPLES", "25"))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(documents, max_size=15), questions=st.lists(questions, min_size=1, max_size=4))
def test_the_engine_finds_and_counts_what_a_plain_filter_does(shelf, drawn, questions):
    engine, numbers = shelf
    example = next(numbers)
    shelved = [
        make_document(
            pk=1000 * example + pk, **{**one, "access": frozenset(f"{example}:{t}" for t in one["access"])}
        )
        for pk, one in enumerate(drawn)
    ]
    index(engine, *shelved)
    for asked in questions:
        question = {**asked, "tokens": {f"{example}:{token}" for token in asked["tokens"]}}
        response = search(
            engine,
            question["word"],
            tokens=frozenset(question["tokens"]),
            kinds=tuple(question["kinds"]),
            filters={name: tuple(question[name]) for name in ("profession", "region")},
            facets=("profession", "region"),
            sort=question["sort"],
        )
        expected = {d.id for d in shelved if passes(d, question)}
        assert {f"{hit.kind}:{hit.pk}" for hit in response.hits} == expected
        assert response.total == len(expected)
        regions = [r for d in shelved if passes(d, question, ignoring="region") for r in d.facets["region"]]
        assert response.counts["region"] == {region: regions.count(region) for region in set(regions)}
        for profession, count in response.counts["profession"].items():
            alone = {**question, "profession": {profession}}
            assert count == sum(passes(d, alone) for d in shelved)
