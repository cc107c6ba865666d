"""Filters of lists over HTTP, on every engine: what they offer, and what helps when they leave nothing."""

import re
from html import unescape

import pytest
from django.test import Client

from jobs.factories import JobPageFactory

from .test_listing import counts, total

pytestmark = pytest.mark.django_db


def ways_out(response) -> dict[str, str]:
    """Link text → address, of what helps when nothing was found."""
    block = re.search(r'<div class="empty">.*?</div>', response.content.decode(), re.DOTALL)[0]
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
