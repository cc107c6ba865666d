"""Which place is meant by what somebody types."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxonomy.areas import areas, former_regions
from taxonomy.geocoder import geocode, suggest
from taxonomy.tables import read_table

pytestmark = pytest.mark.database_free

DEPARTMENTS = {row["name"]: row["code"] for row in read_table("departments")}


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        # departments, with and without their article, number or accents
        *(
            (row["name"], row["code"])
            for row in read_table("departments")
            if row["name"] not in ("Paris", "Vienne")
        ),
        ("la Creuse", "23"),
        ("landes", "40"),
        ("département de l’Ain", "01"),
        ("dept 23", "23"),
        ("Dép. 2b", "2B"),
        ("Cotes d Armor", "22"),
        ("Val Marne", "94"),
        ("Ille Vilaine", "35"),
        ("Pays de Loire", "pays-de-la-loire"),
        ("reunion", "974"),
        # regions, former regions, what people call them
        ("Bretagne", "bretagne"),
        ("region normandie", "normandie"),
        ("Alsace", "alsace"),
        ("Nord Pas de Calais", "nord-pas-de-calais"),
        ("PACA", "provence-alpes-cote-d-azur"),
        ("idf", "ile-de-france"),
        ("Antilles", "antilles"),
        ("outre-mer", "outre-mer"),
        # towns
        ("Paris", "75056"),
        ("Paris 13", "75056"),
        ("75013", "75056"),
        ("Lyon 3e", "69123"),
        ("Rennes 35", "35238"),
        ("Rennes, 35", "35238"),
        ("35000 Rennes", "35238"),
        ("Rennes 35700", "35238"),
        ("35042 Rennes Cedex", "35238"),
        ("Vienne (Isère)", "38544"),
        ("Vienne (86)", "86"),
        ("Saint-Denis, Réunion", "97411"),
        ("Bicêtre", "94043"),
        ("Salon", "13103"),
        ("Évry 91", "91228"),
    ],
)
def test_a_place_is_meant(typed, place):
    found = geocode(typed).place
    if place in ("978", "977"):
        assert found is None  # towns are called Saint-Martin and Saint-Barthélemy, too
    else:
        assert getattr(found, "key", None) == place or getattr(found, "code", None) == place


@pytest.mark.parametrize("typed", ["Aix", "Vienne", "Saint-Denis", "Clermont", "Villeneuve", "Saint-Martin"])
def test_what_may_be_several_is_asked_about_the_largest_first(typed):
    match = geocode(typed)
    assert match.place is None and match.named
    people = [place.population for place in match.others]
    assert people == sorted(people, reverse=True)


def test_areas_hold_the_departments_of_their_regions():
    assert areas()["corse"].departments == {"2A", "2B"}
    assert areas()["alsace"].departments == {"67", "68"}
    assert areas()["region-parisienne"].departments == areas()["ile-de-france"].departments
    assert "la-reunion" not in areas() and areas()["974"].name == "La Réunion"
    assert len(list(former_regions())) > 15


def test_suggestions_name_departments_and_regions_and_are_understood():
    assert str(suggest("creus", 8)[0]) == "Creuse (département)"
    assert str(suggest("bret", 8)[0]) == "Bretagne (région)"
    for begun in ("mayen", "vien", "reun", "la r", "st m", "2230", "evr"):
        for place in suggest(begun, 8):
            assert geocode(str(place)).place == place


@settings(deadline=None)  # the first one reads all towns
@given(st.text(max_size=80))
def test_nothing_that_is_typed_raises(text):
    geocode(text)
    suggest(text, 8)
