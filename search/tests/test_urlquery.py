"""Addresses of lists: what they mean, and that nothing typed there can break a page."""

from dataclasses import dataclass

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.query import MAX_PAGE, Sort
from search.urlquery import ListState, parse

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Reader:
    tokens: frozenset[str] = frozenset({"public"})
    profession_slugs: tuple[str, ...] = ()
    region_slugs: tuple[str, ...] = ()
    department_codes: tuple[str, ...] = ()


VISITOR = Reader()
NURSE = Reader(frozenset({"public", "pro", "pro:60"}), ("infirmier",))


def state(address: str, reader: Reader = VISITOR, kinds: tuple[str, ...] = ("job",)) -> ListState:
    return parse(QueryDict(address), reader, fixed_kinds=kinds)


def test_several_values_of_a_parameter_are_all_kept():
    chosen = state("profession=infirmier&profession=medecin&region=bretagne").filters
    assert chosen == {"profession": ("infirmier", "medecin"), "region": ("bretagne",)}


def test_a_verified_professional_sees_their_profession_first():
    assert state("", NURSE).filters == {"profession": ("infirmier",)}


def test_a_visitor_sees_all_professions():
    assert state("").filters == {}


def test_toutes_lifts_the_default():
    all_professions = state("profession=toutes", NURSE)
    assert all_professions.filters == {}
    assert all_professions.all_professions


def test_a_choice_wins_over_the_default():
    assert state("profession=medecin", NURSE).filters == {"profession": ("medecin",)}


def test_toutes_beside_a_choice_changes_nothing():
    assert state("profession=toutes&profession=medecin", NURSE).filters == {"profession": ("medecin",)}


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("profession=astrologue", "astrologue"),
        ("region=atlantide", "atlantide"),
        ("tri=hasard", "hasard"),
        ("page=-3", "-3"),
        ("page=x", "x"),
        ("page=٣", "٣"),
        ("page=1000000", str(MAX_PAGE)),
        ("page=99999999999999999999", "9999999999"),
    ],
)
def test_what_is_unknown_is_said_and_the_rest_still_counts(address, word):
    read = state(f"{address}&theme=vaccination&q=grippe")
    assert any(word in notice for notice in read.notices)
    assert read.filters == {"theme": ("vaccination",)}
    assert read.text == "grippe"


def test_a_long_search_is_cut_and_says_so():
    read = state("q=" + "a" * 1_000_000)
    assert len(read.text) < 1000
    assert read.notices


def test_without_words_the_newest_come_first_and_with_words_the_closest():
    assert state("").effective_sort is Sort.DATE
    assert state("q=grippe").effective_sort is Sort.RELEVANCE
    assert state("q=grippe&tri=date").effective_sort is Sort.DATE


def test_removing_a_chip_forgets_the_page_and_keeps_the_rest():
    read = state("q=nuit&profession=infirmier&region=bretagne&page=3").without("region", "bretagne")
    assert read.query_string(has_default=False) == "?q=nuit&profession=infirmier"


def test_an_address_made_by_a_professional_reads_the_same_for_everybody():
    assert state("", NURSE).query_string(has_default=True) == "?profession=infirmier"
    assert state("profession=toutes", NURSE).query_string(has_default=True) == "?profession=toutes"


@pytest.mark.parametrize("reader", [VISITOR, NURSE])
@pytest.mark.parametrize(
    "address",
    [
        "",
        "q=nuit",
        "profession=medecin&region=bretagne&tri=date&page=2",
        "profession=toutes&departement=finistere",
    ],
)
def test_an_address_names_its_own_state(address, reader):
    read = state(address, reader)
    again = state(read.query_string(has_default=bool(reader.profession_slugs)).removeprefix("?"), reader)
    assert (again.text, again.filters, again.sort, again.page) == (
        read.text,
        read.filters,
        read.sort,
        read.page,
    )


@given(st.dictionaries(st.sampled_from(["q", "profession", "theme", "tri", "page", "contrat"]), st.text()))
def test_any_garbage_gives_a_state(values):
    address = QueryDict(mutable=True)
    address.update(values)
    read = parse(address, NURSE, fixed_kinds=("job",))
    assert 1 <= read.page <= MAX_PAGE
    assert "\x00" not in read.text
