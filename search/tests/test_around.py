"""« Autour de moi »: what an address or a form says of where."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.around import USUAL_RADIUS, codes_of, codes_within, label, read
from taxonomy.places import commune

pytestmark = pytest.mark.django_db


def asked(address: str):
    return read(QueryDict(address))


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
        ("autour=", ""),
        ("rayon=50", ""),
    ],
)
def test_a_place_is_understood(address, value):
    assert (asked(address).value, asked(address).problem) == (value, "")


@pytest.mark.parametrize(
    ("address", "problem", "choice"),
    [
        ("autour=Saint-Denis", "Plusieurs communes", "saint-denis-93066-25km"),
        ("autour=Renn&rayon=10", "Aucune commune", "rennes-35238-10km"),
        ("autour=Atlantide", "Aucune commune", ""),
        ("autour=00000", "Aucune commune", ""),
        ("autour=rennes-35238-26km", "Aucune commune", ""),
        ("autour=nulle-part-99999-25km", "Aucune commune", ""),
    ],
)
def test_what_is_not_understood_is_said_with_choices(address, problem, choice):
    found = asked(address)
    assert found.value == ""
    assert found.problem.startswith(problem)
    assert choice in found.choices if choice else not found.choices


def test_labels_say_where():
    assert label("rennes-35238-25km") == "25 km autour de Rennes (35)"
    assert label("35") == "Ille-et-Vilaine et départements voisins"
    assert label("974") == "La Réunion"


def test_a_place_stands_for_codes_of_departments_and_communes():
    assert codes_within("35") == {"35", "22", "56", "44", "49", "53", "50"}
    assert "35238" in codes_within("rennes-35238-10km")


def test_what_names_no_town_is_near_the_towns_of_its_department():
    rennes = commune("35238")
    assert codes_of(["35"], [rennes]) == ("35", "35238")
    assert codes_of(["35", "22"], [rennes, None]) == ("22", "22-", "35", "35238")

    def near(value: str, department: str) -> bool:
        return not codes_within(value).isdisjoint(codes_of([department]))

    assert near("saint-malo-35288-10km", "35")
    assert not near("saint-malo-35288-10km", "22")  # though Dinard’s neighbours are over there
    assert near("paris-75056-25km", "92")
    assert near("rennes-35238-100km", "53")  # Laval and most of its towns
    assert not near("rennes-35238-100km", "50")


@given(st.text(max_size=150), st.text(max_size=10))
def test_nothing_that_is_typed_raises(text, radius):
    query = QueryDict(mutable=True)
    query.update({"autour": text, "rayon": radius})
    found = read(query)
    assert found.radius == USUAL_RADIUS or radius.strip()
    if found.value:
        assert codes_within(found.value)
