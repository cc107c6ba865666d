"""The one faceted list, as people and machines read it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from jobs.factories import JobPageFactory
from members.models import Practice
from news.factories import NewsPageFactory
from search.engines.base import EngineUnavailable
from taxonomy.models import Department, Profession

pytestmark = pytest.mark.django_db


def total(response) -> int:
    return int(re.search(r'<output[^>]*data-total="(\d+)"', response.content.decode())[1])


def counts(response, facet: str) -> dict[str, int]:
    pattern = rf'id="f-{facet}-([^"]+)"[^>]*><span>[^<]*</span> <small>(\d+)</small>'
    return {slug: int(n) for slug, n in re.findall(pattern, response.content.decode())}


def rows(response) -> list[tuple[str, str]]:
    return re.findall(r'<article class="result" data-kind="(\w+)" data-id="(\d+)"', response.content.decode())


def job(*professions: str, **fields):
    return JobPageFactory(professions=professions, **fields)


@pytest.fixture
def offers(site, index):
    made = {
        "nurse": job("infirmier", title="Poste de nuit en gériatrie"),
        "physician": job("medecin", title="Praticien en gériatrie", postal_code="69003", town="Lyon"),
        "anyone": job(title="Bénévole en maraude", contract_slug="benevolat"),
        "news": NewsPageFactory(title="Gériatrie : le point sur les chutes"),
    }
    index()
    return made


def test_search_holds_every_kind_and_a_list_only_its_own(offers):
    assert total(Client().get("/recherche/?q=gériatrie")) == 3
    assert total(Client().get("/emplois/?q=gériatrie")) == 2


def test_a_row_has_its_kind_its_id_and_one_link(offers):
    html = Client().get("/emplois/?q=nuit").content.decode()
    article = re.search(r"<article.*?</article>", html, re.DOTALL)[0]
    assert f'data-kind="job" data-id="{offers["nurse"].pk}"' in article
    assert article.count("<a ") == 1


def test_an_item_for_no_profession_in_particular_counts_for_each(offers):
    response = Client().get("/emplois/?profession=infirmier")
    assert total(response) == 2
    assert {int(pk) for _kind, pk in rows(response)} == {offers["nurse"].pk, offers["anyone"].pk}


def test_a_facet_count_is_the_total_that_choosing_it_gives(offers):
    opened = Client().get("/emplois/")
    for param in ("profession", "region", "contrat"):
        found = counts(opened, param)
        assert found
        for slug, number in found.items():
            assert total(Client().get(f"/emplois/?{param}={slug}")) == number, (param, slug)


def test_facets_are_counted_without_their_own_filter(offers):
    assert counts(Client().get("/emplois/?profession=infirmier"), "profession")["medecin"] == 2


def test_a_chosen_value_without_result_stays_to_be_removed(offers):
    response = Client().get("/emplois/?q=maraude&region=bretagne&profession=medecin&contrat=cdd")
    assert total(response) == 0
    assert counts(response, "contrat")["cdd"] == 0
    assert "Tout effacer" in response.content.decode()


def test_lists_open_on_the_readers_profession_with_a_switch(offers, make_user, client_of):
    nurse = client_of(make_user("infirmier"))
    opened = nurse.get("/emplois/")
    assert total(opened) == 2
    assert 'href="/emplois/?profession=toutes"' in opened.content.decode()
    assert total(nurse.get("/emplois/?profession=toutes")) == 3


@pytest.mark.parametrize(
    ("address", "reset_filters"),
    [
        ("/emplois/?q=nuit&contrat=cdi", "/emplois/?q=nuit"),  # on their own profession, as the list opens
        ("/emplois/?contrat=cdi&profession=medecin", "/emplois/"),
        # « Toutes les professions » is a choice of its own.
        ("/emplois/?contrat=cdi&profession=toutes", "/emplois/?profession=toutes"),
    ],
)
def test_clear_all_leads_back_to_the_list_as_it_opens(offers, make_user, client_of, address, reset_filters):
    html = client_of(make_user("infirmier")).get(address).content.decode()
    assert f'<a class="clear" href="{reset_filters}">' in html


def test_filters_that_only_together_find_nothing_are_all_lifted(offers, make_user, client_of):
    client = client_of(make_user("infirmier"))
    html = client.get("/emplois/?q=lyon&contrat=cdd").content.decode()
    offered = re.search(r'<a href="([^"]*)">Retirer tous les filtres', html)[1]
    assert total(client.get(unescape(offered))) == 1


def test_offers_of_the_readers_region_come_first(site, index, make_user, client_of):
    far = job("infirmier", title="Poste de nuit", postal_code="69003", town="Lyon")
    near = job("infirmier", title="Poste de nuit", postal_code="22300", town="Lannion")
    type(far).objects.filter(pk=near.pk).update(published_at=far.published_at - timedelta(days=1))
    index()
    user = make_user("infirmier")
    profession, department = Profession.objects.get(slug="infirmier"), Department.objects.get(code="35")
    Practice.objects.create(user=user, profession=profession, department=department)

    mine = rows(client_of(user).get("/emplois/?q=nuit"))

    assert mine == [("job", str(near.pk)), ("job", str(far.pk))]
    assert rows(Client().get("/emplois/?q=nuit")) == mine[::-1]


def test_unknown_values_are_named_and_do_no_harm(offers):
    response = Client().get('/emplois/?profession=<b>astrologue</b>&region="&page=0&q=nuit')
    html = response.content.decode()
    assert response.status_code == 200
    assert total(response) == 1
    assert "&lt;b&gt;astrologue&lt;/b&gt;" in html
    assert "<b>astrologue" not in html


def test_a_page_beyond_the_last_leads_to_the_last(offers):
    response = Client().get("/emplois/?page=40&region=bretagne", follow=True)
    assert response.redirect_chain == [("/emplois/?region=bretagne", 302)]
    assert response.status_code == 200
    assert rows(response)
    assert "dernière" in response.content.decode()


def test_what_was_said_of_an_address_is_said_after_it_leads_to_the_last_page(offers):
    response = Client().get("/emplois/?page=1000000&region=bretagne&contrat=inconnu", follow=True)
    said = response.content.decode()
    assert "inconnu" in said and "500" in said and "dernière" in said


@pytest.mark.parametrize("page", ["1000000", "-1", "zéro", "1e9", "%00", "9" * 400])
def test_impossible_page_numbers_are_answered(offers, page):
    assert Client().get(f"/emplois/?page={page}", follow=True).status_code == 200


def test_a_visitor_is_not_offered_threads(offers):
    response = Client().get("/recherche/?type=thread&q=gériatrie")
    assert "thread" not in counts(response, "type")
    assert "professionnels vérifiés" in response.content.decode()


def test_what_the_database_refuses_is_not_shown_though_the_index_still_has_it(offers):
    offers["nurse"].unpublish()
    response = Client().get("/emplois/?q=nuit")
    assert total(response) == 0
    assert rows(response) == []


def test_filtered_lists_are_not_for_search_engines(offers):
    assert "noindex" not in Client().get("/emplois/").content.decode()
    assert "noindex" in Client().get("/emplois/?region=bretagne").content.decode()


class Broken:
    def search(self, query):
        raise EngineUnavailable("down")


@pytest.mark.parametrize("address", ["/recherche/?q=nuit", "/emplois/", "/actualites/", "/formations/"])
def test_an_engine_that_is_down_is_said_with_503(offers, monkeypatch, address):
    monkeypatch.setattr("search.results.result_page.get_engine", Broken)
    response = Client().get(address)
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "data-total" not in response.content.decode()


def test_a_list_costs_the_same_queries_whatever_it_holds(offers, index, django_assert_max_num_queries):
    for number in range(25):
        job("infirmier", title=f"Poste numéro {number}")
    index()
    Client().get("/emplois/")
    with django_assert_max_num_queries(16):
        Client().get("/emplois/")


def test_no_request_asks_the_engine_twice(offers, monkeypatch):
    from search.results import result_page

    asked = []
    engine = result_page.get_engine()

    class Counting:
        def search(self, query):
            asked.append(query)
            return engine.search(query)

    monkeypatch.setattr("search.results.result_page.get_engine", Counting)
    Client().get("/recherche/?q=gériatrie&profession=infirmier")
    assert len(asked) == 1
