"""Towns: found however they are written, and what lies around them."""

import math
from itertools import pairwise

import pytest

from taxonomy import places
from taxonomy.places import (
    beginning,
    commune,
    located,
    mostly_within,
    name_key,
    named,
    with_neighbours,
    within,
)
from taxonomy.tables import read_table

RENNES, PARIS, LANNION, SAINT_MALO = "35238", "75056", "22113", "35288"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Rennes", RENNES),
        ("RENNES CEDEX 7", RENNES),
        ("Paris 15e", PARIS),
        ("St-Malo", SAINT_MALO),
        ("saint malo", SAINT_MALO),
        ("Ste Geneviève des Bois", "91549"),
        ("L’Haÿ-les-Roses", "94038"),
        ("l'hay les roses", "94038"),
        ("Havre", "76351"),
        ("au Mans", "72181"),
        ("Boulogne s/Mer", "62160"),
        ("Villeneuve lez Avignon", "30351"),
        ("Paris XIIIe", PARIS),
        ("Paris XXème", PARIS),
        ("Paris 13ème arrt", PARIS),
        ("13e arrondissement de Paris", PARIS),
        ("Fontenay s/s Bois", "94033"),
        ("Fontenay s/Bois", "94033"),
        ("Paris 13ème arrondissement", PARIS),
        ("Lyon III", "69123"),
        ("Marseille 8e", "13055"),
    ],
)
def test_a_town_is_known_however_it_is_written(written, code):
    assert code in [town.code for town in named(written)]


def test_towns_of_one_name_are_told_apart_by_their_department():
    assert [town.department for town in named("Saint-Denis")][:2] == ["974", "93"]
    assert [town.code for town in named("Saint-Denis", "93")] == ["93066"]
    assert named("Villeneuve-nulle-part") == []


@pytest.mark.parametrize(
    ("postal_code", "town", "departments", "code"),
    [
        ("22300", "Lannion", ["22"], LANNION),
        ("35033", "Rennes Cedex 7", ["35"], RENNES),
        ("75015", "", ["75"], PARIS),
        ("", "Saint-Denis", ["93"], "93066"),
        ("", "Saint-Denis", [], None),
        ("35500", "", ["35"], None),
        ("00000", "Nulle part", ["35"], None),
        ("", "", [], None),
    ],
)
def test_an_address_is_located_only_when_that_is_certain(postal_code, town, departments, code):
    found = located(postal_code, town, departments)
    assert (found.code if found else None) == code


def test_beginnings_give_the_most_populous_first():
    assert [str(town) for town in beginning("renn", 2)] == ["Rennes (35)", "Renneville (31)"]
    assert str(beginning("2230", 1)[0]) == "Lannion (22)"
    assert list(beginning("", 5)) == list(beginning("’’", 5)) == []


def test_what_is_near_grows_with_the_distance():
    rings = [within(LANNION, radius) for radius in (10, 25, 50, 100)]
    assert LANNION in rings[0]
    assert RENNES not in rings[2]
    for inner, outer in pairwise(rings):
        assert {code for code in inner if commune(code).department not in outer} <= outer


def test_what_is_near_is_what_the_distance_says():
    """Against every commune, one by one; a whole department stands for its communes."""
    rennes = commune(RENNES)
    scale = math.cos(math.radians(rennes.latitude))
    for radius in (25, 100):
        near = within(RENNES, radius)
        for town in places._gazetteer().communes.values():
            north, east = town.latitude - rennes.latitude, (town.longitude - rennes.longitude) * scale
            flat = math.hypot(north, east) * places.KM_PER_DEGREE
            if abs(flat - radius) > 1.5:
                assert (town.code in near or town.department in near) == (flat < radius), town


def test_a_department_wholly_inside_is_named_as_one():
    assert {"75", "92", "93", "94"} <= within(PARIS, 50)
    assert "974" in within("97411", 100)


def test_a_department_is_mostly_inside_with_every_second_inhabitant():
    assert mostly_within(PARIS, 10) == {"75", "92"}
    assert mostly_within(LANNION, 10) == {"22"}


def test_departments_that_touch_touch_both_ways():
    rows = {row["code"]: row["neighbours"].split() for row in read_table("neighbours")}
    assert all(code in rows[other] for code, others in rows.items() for other in others)
    assert set(rows) == {row["code"] for row in read_table("departments") if len(row["code"]) == 2}
    assert with_neighbours("22") == {"22", "29", "35", "56"}
    assert with_neighbours("974") == {"974"}


def test_departments_with_towns_close_to_each_other_touch():
    """8 km between two communes, and no department lies between them."""
    for town in places._gazetteer().communes.values():
        if len(town.department) == 2 and town.population > 2_000:
            for code in within(town.code, 6):
                other = commune(code)
                assert (other.department if other else code) in with_neighbours(town.department), (town, code)


def test_names_are_compared_without_accents_and_signs():
    assert name_key("Saint-Œn l’Aumône") == "saint-oen-l-aumone"
