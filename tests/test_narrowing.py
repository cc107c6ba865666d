"""Filters of lists over HTTP, on each kind of engine: what they offer, what helps when they leave nothing."""

import gzip
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from community.factories import GroupFactory, MembershipFactory, PostFactory, ThreadFactory
from jobs.factories import JobPageFactory
from news.factories import NewsPageFactory
from search.index.drain import drain
from search.index.drift import compare, enqueue_time_based_changes
from taxonomy.models import Profession
from trainings.factories import TrainingPageFactory, TrainingSessionFactory

from .test_listing import counts, rows, total

pytestmark = pytest.mark.django_db


def ways_out(response) -> dict[str, str]:
    """Link text → address, of what helps when nothing was found."""
    block = re.search(r'<div class="empty"[^>]*>.*?</div>', response.content.decode(), re.DOTALL)[0]
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', block)
    return {unescape(text).replace("\xa0", " "): unescape(address) for address, text in links}


@pytest.fixture
def offers(site, any_index):
    made = [
        JobPageFactory(professions=["infirmier"], title="Poste de nuit", postal_code="35000"),
        JobPageFactory(professions=["medecin"], title="Garde de nuit", contract_slug="cdd"),
        JobPageFactory(professions=["medecin"], title="Garde de nuit, week-end", contract_slug="cdd"),
        JobPageFactory(
            professions=["infirmier"], title="Nuit réservée", contract_slug="cdd", audience="verified"
        ),
    ]
    any_index()
    return made


def test_nothing_found_says_which_filter_to_drop_and_what_it_gives(offers):
    response = Client().get("/emplois/?q=nuit&profession=infirmier&contrat=cdd")
    ways = ways_out(response)
    assert list(ways) == [
        "Chercher dans toutes les professions : 2 offres",
        "Retirer le filtre « CDD » : 1 offre",
    ]
    for (label, address), number in zip(ways.items(), (2, 1), strict=True):
        assert total(Client().get(address)) == number, label


def test_only_filters_whose_removal_helps_are_named(offers):
    response = Client().get("/emplois/?q=nuit&profession=infirmier&contrat=cdi&region=corse")
    assert list(ways_out(response)) == ["Retirer le filtre « Corse » : 1 offre"]
    hopeless = ways_out(Client().get("/emplois/?q=nuit&region=corse&contrat=benevolat"))
    assert hopeless == {"Retirer tous les filtres": "/emplois/?q=nuit"}


def test_a_professional_is_offered_all_professions(offers, make_user, client_of):
    pharmacist = client_of(make_user("pharmacien"))
    ways = ways_out(pharmacist.get("/emplois/?q=nuit"))
    assert ways == {"Chercher dans toutes les professions : 4 offres": "/emplois/?q=nuit&profession=toutes"}
    assert total(pharmacist.get("/emplois/?q=nuit&profession=toutes")) == 4


def test_what_removing_the_kind_gives_is_counted_in_results(offers):
    ways = ways_out(Client().get("/recherche/?q=garde&type=news"))
    assert ways == {"Retirer le filtre « Actualités » : 2 résultats": "/recherche/?q=garde"}


def test_nothing_to_drop_is_said_too(offers):
    response = Client().get("/emplois/?q=zythum")
    assert ways_out(response) == {}
    assert "Rien ne correspond à ces mots." in response.content.decode()
    assert counts(response, "contrat") == {}


def test_words_to_leave_out_are_named_with_what_that_gives(offers):
    ways = ways_out(Client().get("/emplois/?q=poste+de+garde&contrat=cdd"))
    assert ways == {"Sans « poste » : 2 offres": "/emplois/?q=de+garde&contrat=cdd"}
    ways = ways_out(Client().get("/emplois/?q=poste+garde&tri=date"))
    assert list(ways) == ["Sans « poste » : 2 offres", "Sans « garde » : 1 offre"]
    for (label, address), number in zip(ways.items(), (2, 1), strict=True):
        assert "tri=date" in address
        assert total(Client().get(address)) == number, label


def test_a_search_for_nothing_but_unknown_words_says_to_try_others(offers):
    response = Client().get("/emplois/?q=zythum+quokka+wombat+poste")
    assert ways_out(response) == {}
    assert "Essayez avec moins de mots" in response.content.decode()


def test_a_word_of_a_secret_group_is_as_unknown_as_one_that_nobody_wrote(
    site, any_index, make_user, client_of
):
    group = GroupFactory(visibility="secret")
    member, other = make_user("infirmier"), make_user("infirmier")
    MembershipFactory(group=group, user=member)
    ThreadFactory(group=group, title="Protocole zopiclonade", text="Le protocole.")
    ThreadFactory(title="Maraude de nuit", text="Une autre nuit.")
    any_index()
    path = "/recherche/?profession=toutes&q=maraude+"
    inside = ways_out(client_of(member).get(f"{path}zopiclonade"))
    assert list(inside) == ["Sans « maraude » : 1 résultat", "Sans « zopiclonade » : 1 résultat"]
    outside = ways_out(client_of(other).get(f"{path}zopiclonade"))
    invented = ways_out(client_of(other).get(f"{path}zythum"))
    assert list(outside) == ["Sans « zopiclonade » : 1 résultat"]
    assert [label.replace("zopiclonade", "zythum") for label in outside] == list(invented)


# --- Offers: employer, published since -------------------------------------------------------------------


def ago(**span):
    return timezone.now() - timedelta(**span)


@pytest.fixture
def employers(site, any_index):
    for employer, published in [
        ("CHU de Rennes", ago(hours=2)),
        ("CHU de RENNES", ago(days=3)),
        ("Clinique « Océane »", ago(days=20)),
        ("Cabinet Morin", ago(days=200)),
    ]:
        JobPageFactory(employer=employer, professions=["infirmier"], published_at=published)
    JobPageFactory(employer="Hôpital discret", audience="verified", published_at=ago(hours=1))
    any_index()


def test_spellings_of_one_employer_are_one_value(employers):
    opened = Client().get("/emplois/")
    assert counts(opened, "employeur") == {"chu-de-rennes": 2, "clinique-oceane": 1, "cabinet-morin": 1}
    both = Client().get("/emplois/?employeur=chu-de-rennes&employeur=cabinet-morin")
    assert total(both) == 3
    assert counts(both, "employeur") == counts(opened, "employeur")


def test_offers_are_narrowed_by_their_age(employers):
    opened = Client().get("/emplois/")
    assert counts(opened, "depuis") == {"24h": 1, "7j": 2, "30j": 3}
    for value, number in counts(opened, "depuis").items():
        assert total(Client().get(f"/emplois/?depuis={value}")) == number
    narrowed = Client().get("/emplois/?depuis=7j&employeur=cabinet-morin")
    assert total(narrowed) == 0
    assert counts(narrowed, "employeur") == {"chu-de-rennes": 2, "cabinet-morin": 0}
    assert list(ways_out(narrowed).values()) == ["/emplois/?depuis=7j", "/emplois/?employeur=cabinet-morin"]


def test_an_employer_that_only_others_may_read_of_is_unknown(employers, make_user, client_of):
    told = client_of(make_user("infirmier")).get("/emplois/?profession=toutes&employeur=hopital-discret")
    assert (total(told), counts(told, "employeur")["hopital-discret"]) == (1, 1)
    refused, invented = (
        re.search("<main.*</main>", Client().get(f"/emplois/?employeur={slug}").content.decode(), re.DOTALL)[
            0
        ]
        for slug in ("hopital-discret", "hopital-inconnu")
    )
    assert refused.replace("hopital-discret", "hopital-inconnu") == invented
    assert "Hôpital discret" not in refused


# --- Courses: month and next session ---------------------------------------------------------------------


def course(title: str, *in_days: int):
    sessions = [TrainingSessionFactory(in_days=days) for days in in_days]
    return TrainingPageFactory(title=title, sessions=sessions)


def months(*in_days: int) -> list[str]:
    return [f"{timezone.localdate() + timedelta(days=days):%Y-%m}" for days in in_days]


def test_courses_are_narrowed_by_month_and_sorted_by_their_next_session(site, any_index):
    later, sooner, anytime = course("Plus tard", 70), course("Bientôt", 5, 70), course("Quand on veut")
    any_index()
    month, last = months(5, 70)
    opened = Client().get("/formations/?tri=session")
    assert [int(pk) for _kind, pk in rows(opened)] == [sooner.pk, later.pk, anytime.pk]
    assert counts(opened, "mois") == {month: 1, last: 2}
    assert list(counts(opened, "mois")) == [month, last]
    assert total(Client().get(f"/formations/?mois={month}")) == 1
    assert "prochaine session" in opened.content.decode()


def test_a_session_that_passed_gives_way_to_the_next_one(site, any_index):
    first, second = course("Cours qui reprend", 2, 60), course("Autre cours", 30)
    any_index()
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert enqueue_time_based_changes() == 1
        drain()
        opened = Client().get("/formations/?tri=session")
        assert [int(pk) for _kind, pk in rows(opened)] == [second.pk, first.pk]
        assert compare().clean
        assert enqueue_time_based_changes() == 0


# --- Discussions -----------------------------------------------------------------------------------------


@pytest.fixture
def threads(site, any_index):
    wards, night = GroupFactory(name="Soins en service"), GroupFactory(name="La nuit")
    secret = GroupFactory(name="Groupe zopicrate", visibility="secret")
    made = {
        "silent": ThreadFactory(group=wards, asked=["pharmacien"]),
        "answered": ThreadFactory(group=night, replies=1, asked=["medecin", "pharmacien"]),
        "solved": ThreadFactory(group=night, replies=2),
        "secret": ThreadFactory(group=secret, replies=1),
    }
    own = made["silent"]
    PostFactory(thread=own, author=own.author, profession=Profession.objects.get(slug="infirmier"))
    for name in ("answered", "solved"):
        reply = made[name].posts.get(position=2)
        reply.profession = Profession.objects.get(slug="medecin")
        reply.save()
    made["solved"].accepted_post = made["solved"].posts.get(position=2)
    made["solved"].save()
    any_index()
    return made


DISCUSSIONS = "/communaute/discussions/?profession=toutes"


def test_discussions_are_narrowed_by_replies_group_and_professions(threads, make_user, client_of):
    nurse = client_of(make_user("infirmier"))
    opened = nurse.get(DISCUSSIONS)
    groups = {threads[name].group.slug: n for name, n in (("silent", 1), ("solved", 2))}
    assert counts(opened, "groupe") == groups
    assert counts(opened, "reponses") == {"sans": 1, "avec": 2, "acceptee": 1}
    assert counts(opened, "avis") == {"pharmacien": 2, "medecin": 1}
    assert counts(opened, "repondu") == {"medecin": 2}
    for facet in ("groupe", "reponses", "avis", "repondu"):
        for value, number in counts(opened, facet).items():
            assert total(nurse.get(f"{DISCUSSIONS}&{facet}={value}")) == number, (facet, value)
    assert total(nurse.get(f"{DISCUSSIONS}&repondu=medecin&avis=pharmacien&avis=medecin")) == 1


def test_a_secret_group_is_a_value_for_its_members_only(threads, make_user, client_of):
    group = threads["secret"].group
    asked = f"{DISCUSSIONS}&groupe={group.slug}"
    stranger, member = make_user("infirmier"), make_user("infirmier")
    MembershipFactory(group=group, user=member)
    assert counts(client_of(member).get(DISCUSSIONS), "groupe")[group.slug] == 1
    assert total(client_of(member).get(asked)) == 1
    refused = client_of(stranger).get(asked)
    assert group.name not in refused.content.decode()
    assert group.slug not in counts(refused, "groupe")
    assert total(refused) == 3


def test_discussions_are_sorted_by_their_last_activity(threads, make_user, client_of):
    html = client_of(make_user("infirmier")).get(DISCUSSIONS).content.decode()
    offered = re.findall(r'<option value="(\w*)"( selected)?>([^<]+)', html)
    assert offered == [("pertinence", "", "pertinence"), ("", " selected", "dernière activité")]


# --- What lists offer ------------------------------------------------------------------------------------


def test_the_whole_search_offers_what_several_kinds_share(site, any_index):
    JobPageFactory(professions=["infirmier"])
    NewsPageFactory(professions=["infirmier"])
    any_index()
    opened = Client().get("/recherche/")
    assert counts(opened, "profession") and not counts(opened, "contrat")
    assert counts(Client().get("/recherche/?type=job"), "contrat") == {"cdi": 1}
    assert counts(Client().get("/recherche/?contrat=cdi"), "contrat") == {"cdi": 1}


def test_thousands_of_employers_do_not_make_a_page_of_thousands(site, any_index, monkeypatch):
    monkeypatch.setattr("search.results.facet_panel.MAX_VALUES", 13)
    for number in range(15):
        JobPageFactory(employer=f"Employeur {number:02}")
    any_index()
    response = Client().get("/emplois/?employeur=employeur-14")
    assert list(counts(response, "employeur")) == [f"employeur-{n:02}" for n in (*range(7), 14)]
    html = response.content.decode().replace("\xa0", " ")
    link = unescape(re.search(r'href="([^"#]+)#b-employeur"[^>]*>Voir les 6 autres', html)[1])
    assert link == "/emplois/?employeur=employeur-14&voir=employeur"
    assert "Chercher une valeur" not in html
    response = Client().get(link)
    assert len(counts(response, "employeur")) == 14
    html = response.content.decode().replace("\xa0", " ")
    assert 'aria-label="Chercher une valeur : Employeur"' in html
    assert '<input type="hidden" name="voir" value="employeur">' in html


def test_all_values_of_a_facet_are_no_other_list(offers):
    opened = Client().get(
        "/emplois/?voir=contrat&voir=nonsense", headers={"HX-Request": "true", "HX-Target": "b-contrat"}
    )
    assert "HX-Push-Url" not in opened
    chosen = Client().get(
        "/emplois/?voir=contrat&contrat=cdd", headers={"HX-Request": "true", "HX-Target": "liste"}
    )
    assert chosen["HX-Push-Url"] == "/emplois/?contrat=cdd"


# --- Budgets ---------------------------------------------------------------------------------------------

LISTS = {
    "/recherche/?profession=toutes": 20,
    "/emplois/": 11,
    "/formations/": 12,
    "/actualites/": 10,
    "/communaute/discussions/": 12,
}


@pytest.mark.full_on_sqlite
def test_a_list_with_every_filter_has_a_budget(
    site, index, make_user, client_of, django_assert_max_num_queries
):
    """Queries, and octets sent, of a first page with forty values in each filter."""
    professions = Profession.objects.exclude(slug="infirmier")[:40]
    for number in range(40):
        group = GroupFactory(name=f"Groupe {number}")
        slugs = [professions[number].slug, "infirmier"]
        ThreadFactory(group=group, asked=slugs, replies=1)
        JobPageFactory(employer=f"Employeur {number}", postal_code=f"{number + 10}000", professions=slugs)
        NewsPageFactory(professions=slugs)
        TrainingPageFactory(professions=slugs, sessions=[TrainingSessionFactory(in_days=number * 9)])
    index()
    client = client_of(make_user("infirmier"))
    for path, budget in LISTS.items():
        client.get(path)
        with django_assert_max_num_queries(budget, info=path):
            response = client.get(path)
        assert len(rows(response)) == 20, path
        assert len(gzip.compress(response.content)) < 8_000, path
