"""The cache of each process: Django's contract, without copies."""

import pytest

from portal.caches import ProcessCache


@pytest.fixture
def cache():
    cache = ProcessCache("test-caches", {"OPTIONS": {"MAX_ENTRIES": 10}})
    yield cache
    cache.clear()


def test_what_is_got_is_what_was_set(cache):
    names = {"a": "b"}
    cache.set("names", names, 60)
    assert cache.get("names") is names
    assert cache.get_or_set("names", dict, 60) is names
    cache.delete_many(["names"])
    assert cache.get("names", "none") == "none"


def test_it_is_forgotten_in_time_and_when_there_is_too_much(cache):
    cache.set("gone", 1, 0)
    assert cache.get("gone") is None and "gone" not in cache
    for number in range(40):
        cache.set(f"n{number}", number, 60)
    assert len(cache._cache) <= 10
    assert cache.get("n39") == 39


def test_it_counts(cache):
    assert cache.add("count", 0, 60) and not cache.add("count", 5, 60)
    assert [cache.incr("count"), cache.incr("count", 2), cache.get("count")] == [1, 3, 3]
    with pytest.raises(ValueError, match="no"):
        cache.incr("another")
