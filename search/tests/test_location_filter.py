"""« Autour de moi »: what an address or a form says of where."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.location_filter import (
    DEFAULT_RADIUS,
    LocationQuery,
    area_codes,
    label,
    location_codes,
    read_location,
)
from taxonomy.places import commune

pytestmark = pytest.mark.django_db


def location(url: str) -> LocationQuery:
    return read_location(QueryDict(url))


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("autour=Rennes&rayon=50", "rennes-35238-50km"),
        ("autour=rennes", "rennes-35238-25km"),
        ("autour=35000&rayon=10", "rennes-35238-10km"),
        ("autour=Saint-Denis+(93)", "saint-denis-93066-25km"),
        ("autour=rennes-35238-100km", "rennes-35238-100km"),
        ("autour=anything-35238-100km", "rennes-35238-100km"),
        ("autour=35", "35"),
        ("autour=2a", "2A"),
        ("autour=Ille-et-Vilaine", "35"),
        ("autour=974", "974"),
        ("autour=35&autour=Lannion", "lannion-22113-25km"),
        ("autour=35&autour=", "35"),
        ("autour=Lannio", "lannion-22113-25km"),
        ("autour=Rennes&rayon=7000", "rennes-35238-25km"),
        ("autour=bretagne", "bretagne"),
        ("autour=Corse", "corse"),
        ("autour=Saint-Denis+(La+Réunion)", "saint-denis-97411-25km"),
        ("autour=Bretagne+(région)", "bretagne"),
        ("autour=Creuse+(département)", "23"),
        ("autour=", ""),
        ("rayon=50", ""),
    ],
)
def test_a_place_is_understood(address, value):
    assert (location(address).value, location(address).problem) == (value, "")


CASES = json.loads((Path(__file__).parent / "cases" / "places.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("typed", "expected"), CASES.items())
def test_the_place_that_is_meant_is_taken_and_never_a_hamlet_of_that_name(typed, expected):
    query = location(f"autour={quote(typed)}")
    if expected == "2A+2B":
        assert area_codes(query.value) == {"2A", "2B"}
    elif "question" in expected:
        assert (query.value, query.choices[0]) == ("", "aix-en-provence-13001-25km")
    else:
        assert expected in (query.value, query.value.split("-")[-2:][0])


@pytest.mark.parametrize(
    ("typed", "taken", "offered"),
    [
        ("Creuse", "23", "creuse-80225-25km"),
        ("Évry", "evry-courcouronnes-91228-25km", "evry-89162-25km"),
        ("Mayenne", "53", "mayenne-53147-25km"),
        ("Laval", "laval-53130-25km", ""),
    ],
)
def test_other_places_of_the_name_are_offered(typed, taken, offered):
    query = location(f"autour={quote(typed)}")
    assert (query.value, query.problem) == (taken, "")
    assert offered in query.choices if offered else not query.choices
    assert bool(query.note) == bool(offered)


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("Creuse", "creuse-80225-25km"),
        ("Évry", "evry-89162-25km"),
        ("Creuse (80)", "23"),
        ("Rennes", ""),
        ("Saint-Denis (93)", ""),
    ],
)
def test_the_url_of_a_place_offers_the_others_of_its_name(typed, other):
    value = location(f"autour={quote(typed)}").value
    again = location(f"autour={value}")
    assert again.value == value
    assert other in again.choices if other else not again.choices
    assert again.note == ("D’autres lieux portent aussi ce nom :" if other else "")


@pytest.mark.parametrize(
    ("address", "problem", "choice"),
    [
        ("autour=Saint-Denis", "Plusieurs lieux", "saint-denis-93066-25km"),
        ("autour=Renn&rayon=10", "Aucun lieu", "rennes-35238-10km"),
        ("autour=Vienne", "Plusieurs lieux", "86"),
        ("autour=Clermont", "Plusieurs lieux", "clermont-ferrand-63113-25km"),
        ("autour=Pyrénées", "Aucun lieu", "64"),
        ("autour=35042", "Aucun lieu", "35"),
        ("autour=Atlantide", "Aucun lieu", ""),
        ("autour=00000", "Aucun lieu", ""),
        ("autour=rennes-35238-26km", "Aucun lieu", ""),
        ("autour=nulle-part-99999-25km", "Aucun lieu", ""),
    ],
)
def test_what_is_not_understood_is_said_with_choices(address, problem, choice):
    query = location(address)
    assert query.value == ""
    assert query.problem.startswith(problem)
    assert choice in query.choices if choice else not query.choices


def test_labels_say_where():
    assert label("rennes-35238-25km") == "25 km autour de Rennes (35)"
    assert label("35") == "Ille-et-Vilaine et départements voisins"
    assert label("974") == "La Réunion"
    assert label("bretagne") == "Bretagne"


def test_a_place_stands_for_codes_of_departments_and_communes():
    assert area_codes("35") == {"35", "22", "56", "44", "49", "53", "50"}
    assert "35238" in area_codes("rennes-35238-10km")


def test_what_names_no_town_is_near_the_towns_of_its_department():
    rennes = commune("35238")
    assert location_codes(["35"], [rennes]) == ("35", "35238")
    assert location_codes(["35", "22"], [rennes, None]) == ("22", "22-", "35", "35238")

    def near(value: str, department: str) -> bool:
        return not area_codes(value).isdisjoint(location_codes([department]))

    assert near("saint-malo-35288-10km", "35")
    assert not near("saint-malo-35288-10km", "22")  # though Dinard’s neighbours are over there
    assert near("paris-75056-25km", "92")
    assert near("rennes-35238-100km", "53")  # Laval and most of its towns
    assert not near("rennes-35238-100km", "50")


@given(st.text(max_size=150), st.text(max_size=10))
def test_nothing_that_is_typed_raises(text, radius):
    query = QueryDict(mutable=True)
    query.update({"autour": text, "rayon": radius})
    location = read_location(query)
    assert location.radius == DEFAULT_RADIUS or radius.strip()
    if location.value:
        assert area_codes(location.value)
