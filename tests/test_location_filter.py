"""« Autour de moi » over HTTP, on each kind of engine: offers, courses and colleagues near a place."""

import re
from html import unescape

import pytest
from django.test import Client

from jobs.factories import JobPageFactory
from members.models import Practice, Profile
from taxonomy.models import Department, Profession
from trainings.factories import TrainingPageFactory, TrainingSessionFactory

from .test_listing import counts, rows, total
from .test_narrowing import ways_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(site, any_index):
    made = {
        "lannion": JobPageFactory(postal_code="22300", town="Lannion"),
        "perros": JobPageFactory(postal_code="22700", town="Perros-Guirec"),
        "rennes": JobPageFactory(postal_code="35033", town="Rennes Cedex 7"),
        "quimper": JobPageFactory(postal_code="29000", town="Quimper"),
        "paris": JobPageFactory(postal_code="75015", town="Paris"),
        "somewhere": JobPageFactory(postal_code="", town="", contract_slug="cdd"),
    }
    any_index()
    return {str(page.pk): name for name, page in made.items()}


def near(places, query: str, client: Client | None = None) -> set[str]:
    return {places[pk] for _kind, pk in rows((client or Client()).get(f"/emplois/?{query}"))}


def test_a_distance_from_a_town_finds_what_is_that_near(places):
    assert near(places, "autour=lannion-22113-10km") == {"lannion", "perros"}
    assert near(places, "autour=Lannion&rayon=100") == {"lannion", "perros", "quimper"}
    assert near(places, "autour=75001&rayon=50") == {"paris"}


def test_a_department_brings_its_neighbours(places):
    assert near(places, "autour=22") == {"lannion", "perros", "rennes", "quimper"}
    assert near(places, "autour=35&contrat=cdd") == set()


def test_a_place_is_a_filter_like_the_others(places):
    response = Client().get(
        "/emplois/?autour=Lannion&rayon=10&contrat=cdd", headers={"HX-Request": "true", "HX-Target": "liste"}
    )
    assert response["HX-Push-Url"] == "/emplois/?autour=lannion-22113-10km&contrat=cdd"
    assert list(ways_out(response)) == [
        "Retirer le filtre « CDD » : 2 offres",
        "Retirer le filtre « 10 km autour de Lannion (22) » : 1 offre",
    ]
    html = response.content.decode()
    assert '<a href="/emplois/?contrat=cdd">10 km autour de Lannion (22)' in html
    assert counts(Client().get("/emplois/?autour=lannion-22113-10km"), "contrat") == {"cdi": 2}


def test_a_town_that_may_be_several_is_asked_about_next_to_the_field(places):
    html = Client().get("/emplois/?autour=Saint-Denis&rayon=50&contrat=cdi").content.decode()
    assert 'aria-invalid="true" aria-describedby="autour-non"' in html
    assert 'value="Saint-Denis"' in html
    assert '<a href="/emplois/?autour=saint-denis-93066-50km&amp;contrat=cdi">' in html
    lost = Client().get("/emplois/?autour=<script>").content.decode()
    assert "<script>»" not in lost and "vérifiez l’orthographe" in lost


def test_the_place_that_was_taken_is_shown_with_a_link_to_the_other(places):
    html = Client().get("/emplois/?autour=Creuse&rayon=50&contrat=cdi").content.decode()
    assert "« Creuse » a été compris comme : Creuse (département)." in html
    assert '<a href="/emplois/?autour=creuse-80225-50km&amp;contrat=cdi">' in html
    assert 'aria-invalid="true" aria-describedby="autour-non"' not in html
    again = Client().get("/emplois/?autour=23&contrat=cdi").content.decode()
    assert '<a href="/emplois/?autour=creuse-80225-25km&amp;contrat=cdi">' in again


def test_ones_own_department_is_one_tap_away(places, make_user, client_of):
    nurse = make_user("infirmier")
    assert "et départements voisins" not in client_of(nurse).get("/emplois/").content.decode()
    Practice.objects.create(
        user=nurse,
        profession=Profession.objects.get(slug="infirmier"),
        department=Department.objects.get(code="22"),
    )
    html = client_of(nurse).get("/emplois/?contrat=cdi").content.decode()
    link = re.search(r'<a href="([^"]+)">Côtes-d’Armor et départements voisins</a>', html)[1]
    assert "rennes" in near(places, unescape(link).split("?")[1], client_of(nurse))


def test_courses_are_where_their_coming_sessions_are(site, any_index):
    gone = TrainingSessionFactory(in_days=-5, postal_code="22300", town="Lannion")
    coming = TrainingSessionFactory(in_days=5, postal_code="29000", town="Quimper")
    TrainingPageFactory(sessions=[gone, coming])
    any_index()
    assert total(Client().get("/formations/?autour=Quimper&rayon=10")) == 1
    assert total(Client().get("/formations/?autour=Lannion&rayon=10")) == 0


def test_colleagues_are_found_around_their_town(site, any_index, make_user, client_of):
    colleague, reader = make_user("infirmier", first_name="Maud"), make_user("infirmier")
    Profile.objects.create(user=colleague, town="Lannion")
    Practice.objects.create(
        user=colleague,
        profession=Profession.objects.get(slug="infirmier"),
        department=Department.objects.get(code="22"),
    )
    any_index()
    near = "/recherche/?type=person&autour=Lannion&rayon=10"
    assert rows(client_of(reader).get(near)) == [("person", str(colleague.pk))]
    assert rows(Client().get(near)) == []


def test_what_names_only_a_department_is_found_around_its_towns(site, any_index, make_user, client_of):
    colleague, reader = make_user("infirmier", first_name="Maud"), make_user("infirmier")
    Practice.objects.create(
        user=colleague,
        profession=Profession.objects.get(slug="infirmier"),
        department=Department.objects.get(code="22"),
    )
    any_index()
    found = [
        rows(client_of(reader).get(f"/recherche/?type=person&autour={place}&rayon=10"))
        for place in ("Lannion", "Quimper")
    ]
    assert found == [[("person", str(colleague.pk))], []]


def test_towns_are_offered_while_one_types(db):
    response = Client().get("/recherche/communes/?q=saint-den")
    assert '<option value="Saint-Denis (93)"></option>' in response.content.decode()
    assert "public" in response["Cache-Control"]
    assert Client().get("/recherche/communes/?q=s").content == b""
    assert Client().get("/recherche/communes/", {"q": "<é%00" * 300}).status_code == 200
