"""Typing errors, as readers meet them: what was searched instead, and the way back to what was typed."""

import re

import pytest
from django.test import Client

from community.factories import GroupFactory, MemberFactory, MembershipFactory, ThreadFactory
from community.models import Group
from news.factories import NewsPageFactory

from .test_listing import rows, total

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles(site, index):
    made = [NewsPageFactory(title=f"Kinésithérapie respiratoire {number}") for number in range(12)]
    made.append(NewsPageFactory(title="Une respirattoire raconte"))
    index()
    return made


def said(response) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", re.search(r'<p class="corrected".*?</p>', response, re.DOTALL)[0])


def test_what_was_searched_instead_is_said_with_the_way_back(articles):
    html = Client().get("/recherche/?q=kinésithérapei").content.decode()
    assert "Résultats pour « kinésithérapie »" in " ".join(said(html).split())
    back = re.search(r'class="corrected".*?href="([^"]+)"', html, re.DOTALL)[1].replace("&amp;", "&")
    exact = Client().get(back)
    assert total(exact) == 0
    assert 'class="corrected"' not in exact.content.decode()


def test_accents_are_those_of_what_is_shown(articles):
    html = Client().get("/recherche/?q=kinesitherapei").content.decode()
    assert "« kinésithérapie »" in said(html)


def test_what_was_typed_is_an_address_that_can_be_shared(articles):
    shared = "/recherche/?q=kinésithérapei&tel_quel=kinésithérapei"
    response = Client().get(f"{shared}&type=news")
    assert total(response) == 0
    assert 'name="tel_quel" value="kinésithérapei"' in response.content.decode()
    other = Client().get("/recherche/?q=respiratiore&tel_quel=kinésithérapei")
    assert total(other) == 12, "other words are corrected again"


def test_who_finds_something_gets_that(articles):
    response = Client().get("/recherche/?q=respirattoire")
    assert total(response) == 1
    assert 'class="corrected"' not in response.content.decode()


def test_a_secret_word_corrects_nobody_elses_search(site, index, client_of):
    member, other = (MemberFactory(professions=["infirmier"]) for _number in range(2))
    group = GroupFactory(visibility=Group.Visibility.SECRET)
    MembershipFactory(group=group, user=member)
    thread = ThreadFactory(group=group, title="Protocole zopiclonade", text="Le protocole.")
    index()
    inside = client_of(member).get("/recherche/?q=zopiclonide&profession=toutes")
    assert rows(inside) == [("thread", str(thread.pk))]
    assert "zopiclonade" in said(inside.content.decode())
    for reader in (client_of(other), Client()):
        outside = reader.get("/recherche/?q=zopiclonide&profession=toutes")
        assert total(outside) == 0
        assert "zopiclonade" not in outside.content.decode()


def test_a_secret_word_keeps_nobodys_error_from_being_corrected(site, index, client_of):
    """Else typing it would tell whether it exists."""
    ThreadFactory(group=GroupFactory(visibility=Group.Visibility.SECRET), title="Maraudagge", text="Le nom.")
    NewsPageFactory(title="Maraudage : une nuit avec l’équipe")
    index()
    html = Client().get("/recherche/?q=maraudagge").content.decode()
    assert "maraudage" in said(html)
