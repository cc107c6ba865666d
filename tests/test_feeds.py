"""Lists as Atom feeds: what everybody may read, with dates and ids that feed readers can rely on."""

import xml.etree.ElementTree as ET
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from jobs.factories import JobPageFactory
from news.factories import NewsPageFactory
from search.engines.base import EngineUnavailable

pytestmark = pytest.mark.django_db

FEED = "/recherche/flux/"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def pages(site, index):
    made = {
        "nurse": JobPageFactory(professions=["infirmier"], title="Poste de nuit <b>en gériatrie</b>"),
        "physician": JobPageFactory(professions=["medecin"], title="Praticien en gériatrie"),
        "news": NewsPageFactory(title="Chutes : le point"),
        "reserved": NewsPageFactory(title="Réservé aux professionnels", audience="verified"),
    }
    for page in made.values():
        page.save_revision().publish()
    index()
    return made


def entries(response) -> dict[str, ET.Element]:
    root = ET.fromstring(response.content)
    return {entry.findtext(f"{ATOM}title"): entry for entry in root.iter(f"{ATOM}entry")}


def test_a_feed_holds_what_its_list_holds(pages):
    response = Client().get(f"{FEED}?type=job&profession=infirmier")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert list(entries(response)) == ["Poste de nuit <b>en gériatrie</b> (H/F)"]
    title = ET.fromstring(response.content).findtext(f"{ATOM}title")
    assert "Infirmier" in title and "Offres d’emploi" in title


@pytest.mark.parametrize("query", ["", "?q=plaie&type=job", "?q=%22prise+en+charge%22&region=bretagne"])
def test_a_feed_names_itself_and_its_list_with_all_that_was_asked(pages, settings, query):
    feed = ET.fromstring(Client().get(f"{FEED}{query}").content)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": f"{settings.SITE_URL}{FEED}{query}",
        "alternate": f"{settings.SITE_URL}/recherche/{query}",
    }
    assert feed.findtext(f"{ATOM}id") == links["alternate"]


def test_a_feed_has_what_the_standard_requires(pages):
    """RFC 4287, 4.1.1 and 4.1.2: id, title, updated; an author of the feed."""
    feed = ET.fromstring(Client().get(FEED).content)
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1 and element.findtext(f"{ATOM}{name}"), name
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated")).tzinfo


def test_control_characters_that_xml_refuses_are_left_out(pages, index):
    JobPageFactory(title="Aide\x02 de nuit")
    index()
    response = Client().get(FEED, {"q": "aide\x01\x0c", "type": "job"})
    assert [title.removesuffix(" (H/F)") for title in entries(response)] == ["Aide de nuit"]


def test_a_feed_is_the_same_for_everybody(pages, make_user, client_of):
    nurse = client_of(make_user("infirmier"))
    assert "Réservé aux professionnels" in nurse.get("/actualites/").content.decode()
    seen = [client.get(FEED).content for client in (nurse, Client())]
    assert seen[0] == seen[1]
    assert "Réservé" not in seen[0].decode()
    assert len(entries(Client().get(FEED))) == 3


def test_a_feed_that_caches_may_keep_is_in_one_language(pages):
    english = Client(headers={"cookie": "django_language=en"}).get(f"{FEED}?type=job")
    assert english.content == Client().get(f"{FEED}?type=job").content


def test_entries_have_ids_that_stay_and_dates_that_are_true(pages):
    page = pages["news"]
    page.refresh_from_db()
    before = entries(Client().get(FEED))["Chutes : le point"]
    assert datetime.fromisoformat(before.findtext(f"{ATOM}published")) == page.first_published_at
    page.title, page.slug = "Chutes : du nouveau", "autre-adresse"
    page.save_revision().publish()
    after = entries(Client().get(FEED))["Chutes : du nouveau"]
    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")
    assert after.find(f"{ATOM}link").get("href").endswith("/actualites/autre-adresse/")
    updated = datetime.fromisoformat(after.findtext(f"{ATOM}updated"))
    assert timezone.now() - updated < timezone.timedelta(minutes=1)


def test_a_feed_that_did_not_change_is_not_sent_again(pages):
    first = Client().get(FEED)
    again = Client().get(FEED, headers={"if-none-match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert "max-age" in first["Cache-Control"] and "Cookie" not in first.get("Vary", "")


def test_a_list_names_the_feed_of_what_it_shows(pages, make_user, client_of):
    html = client_of(make_user("infirmier")).get("/emplois/?q=nuit").content.decode()
    assert 'type="application/atom+xml"' in html
    assert f'href="{FEED}?q=nuit&amp;type=job&amp;profession=infirmier"' in html


def test_discussions_have_no_feed(site, index, make_user, client_of):
    index()
    html = client_of(make_user("infirmier")).get("/communaute/discussions/").content.decode()
    assert "application/atom+xml" not in html
    assert f"{FEED}?" not in html  # at the foot of each page stands the feed of everything


def test_unknown_values_are_left_out_and_the_feed_still_answers(pages):
    response = Client().get(f"{FEED}?type=thread&profession=astronaute&page=99&tri=rien&q=%00")
    assert response.status_code == 200
    assert len(entries(response)) == 3


def test_feed_readers_are_asked_to_come_back_when_the_engine_is_down(pages, monkeypatch):
    def fail(*args):
        raise EngineUnavailable("down")

    monkeypatch.setattr("search.engines.embedded.EmbeddedEngine.search", fail)
    response = Client().get(FEED)
    assert (response.status_code, response["Retry-After"]) == (503, "30")


def test_a_feed_costs_few_queries(pages, django_assert_max_num_queries):
    Client().get(FEED)
    with django_assert_max_num_queries(12):
        Client().get(FEED)
