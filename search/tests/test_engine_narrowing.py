"""Orders and filters that depend on time, and advice when nothing is found, on every engine."""

from datetime import timedelta

import pytest

from search.query import SINCE, Sort

from .library import NOW, index, make_document, result_ids, search

SPANS = {"day": NOW - timedelta(days=1), "week": NOW - timedelta(days=7), "month": NOW - timedelta(days=30)}


def pages(engine, sort: Sort) -> list[int]:
    return [pk for offset in range(0, 40, 7) for pk in result_ids(engine, sort=sort, offset=offset, limit=7)]


def test_what_closes_first_comes_first_and_what_never_closes_last(engine):
    index(
        engine,
        make_document(pk=1, days_ago=9),
        make_document(pk=2, expires_in=20),
        make_document(pk=3, expires_in=2),
        make_document(pk=4),
    )

    assert result_ids(engine, sort=Sort.CLOSING) == [3, 2, 4, 1]


def test_what_begins_first_comes_first(engine):
    index(
        engine,
        make_document(pk=1),
        make_document(pk=2, begins_in=40),
        make_document(pk=3, begins_in=5),
        make_document(pk=4, begins_in=-1),
    )

    assert result_ids(engine, sort=Sort.SESSION) == [4, 3, 2, 1]


def test_activity_is_the_date(engine):
    index(
        engine,
        make_document(pk=1, days_ago=3),
        make_document(pk=2, days_ago=1),
        make_document(pk=3, days_ago=2),
    )

    assert result_ids(engine, sort=Sort.ACTIVITY) == result_ids(engine, sort=Sort.DATE) == [2, 3, 1]


@pytest.mark.parametrize("sort", [Sort.CLOSING, Sort.SESSION, Sort.ACTIVITY])
def test_equal_moments_keep_one_order_over_the_pages(engine, sort):
    index(
        engine, *[make_document(pk=pk, days_ago=3, expires_in=pk % 2 + 1, begins_in=1) for pk in range(1, 36)]
    )

    first = pages(engine, sort)
    index(
        engine,
        *[make_document(pk=pk, days_ago=3, expires_in=pk % 2 + 1, begins_in=1) for pk in range(35, 0, -1)],
        version=2,
    )

    assert sorted(first) == list(range(1, 36))
    assert pages(engine, sort) == first


def test_published_since_is_filtered_and_counted_by_the_date(engine):
    index(
        engine,
        *[
            make_document(pk=pk, days_ago=days, region=("corse",))
            for pk, days in enumerate([0.5, 1, 5, 20, 60])
        ],
    )
    options = {"since": SPANS, "facets": (SINCE, "region")}

    opened = search(engine, **options)
    narrowed = search(engine, **options, filters={SINCE: ("week",)})

    assert opened.counts[SINCE] == {"day": 2, "week": 3, "month": 4}
    assert set(result_ids(engine, **options, filters={SINCE: ("week",)})) == {0, 1, 2}
    assert narrowed.counts == {SINCE: {"day": 2, "week": 3, "month": 4}, "region": {"corse": 3}}
    assert search(engine, **options, filters={SINCE: ("day", "month")}).total == 4
    assert search(engine, **options, filters={SINCE: ("yesteryear",)}).total == 0


def test_nothing_found_says_what_each_filter_costs(engine):
    index(
        engine,
        make_document("job", 1, "Nuit", region=("corse",)),
        make_document("job", 2, "Nuit", region=("corse",), days_ago=90),
    )
    index(engine, make_document("news", 3, "Nuit", region=("bretagne",), access=frozenset({"group:1"})))
    filters = {"region": ("bretagne",), SINCE: ("week",)}

    response = search(engine, "nuit", filters=filters, since=SPANS, facets=("kind",))

    assert (response.total, response.without_facet_totals) == (0, {"region": 1, SINCE: 0})
    assert search(engine, "nuit", filters={"region": ("bretagne",)}).without_facet_totals == {"region": 2}
    assert search(engine, "nuit", filters={"region": ("corse",)}).without_facet_totals == {}


def test_moments_that_nobody_named_are_not_counted(library):
    assert "since" not in search(library, "infirmier", facets=("kind", "since")).counts
