"""Pages that editors put first: marked, once, on the first page, for those who may read them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from home.factories import StandardPageFactory
from jobs.factories import JobPageFactory
from news.factories import NewsPageFactory
from search.models import PromotedPage, Promotion

pytestmark = pytest.mark.django_db
SELECTION = "Sélection de la rédaction"


@pytest.fixture
def pages(site, index):
    made = {
        "found": JobPageFactory(title="Gériatrie de nuit", professions=["infirmier"]),
        "chosen": NewsPageFactory(title="Le guide du vieillissement"),
        "reserved": NewsPageFactory(
            title="Réservé aux pharmaciens", audience="professions", professions=["pharmacien"]
        ),
    }
    index()
    return made


def promote(query: str, *pages) -> Promotion:
    promotion = Promotion.objects.create(query=query)
    for position, page in enumerate(pages):
        PromotedPage.objects.create(promotion=promotion, page=page, sort_order=position)
    return promotion


def shown(client: Client, address: str) -> tuple[list[int], list[int], int]:
    """Pks of the selection, pks of the results, total."""
    html = client.get(address).content.decode()
    rows = r'<article class="result" data-kind="\w+" data-id="(\d+)"'
    picked = re.search(r'<section class="picked".*?</section>', html, re.DOTALL)
    chosen = re.findall(rows, picked[0]) if picked else []
    rest = re.findall(rows, html.replace(picked[0], "") if picked else html)
    assert (SELECTION in html) == bool(picked)
    return [*map(int, chosen)], [*map(int, rest)], int(re.search(r'data-total="(\d+)"', html)[1])


def test_a_selection_stands_above_the_results_and_is_not_counted(pages):
    promote("gériatrie", pages["chosen"])
    assert shown(Client(), "/recherche/?q=gériatrie") == ([pages["chosen"].pk], [pages["found"].pk], 1)


@pytest.mark.parametrize("typed", ["GERIATRIE", "gériatrie !", " «gériatrie» "])
def test_case_accents_and_punctuation_do_not_matter(pages, typed):
    promote("Gériatrie", pages["chosen"])
    assert shown(Client(), f"/recherche/?q={typed}")[0] == [pages["chosen"].pk]


def test_what_is_found_anyway_is_shown_once(pages):
    promote("gériatrie", pages["found"])
    assert shown(Client(), "/recherche/?q=gériatrie") == ([pages["found"].pk], [], 1)


def test_it_is_shown_to_those_who_may_read_it_only(pages, make_user, client_of):
    promote("gériatrie", pages["reserved"], pages["chosen"])
    both = [pages["reserved"].pk, pages["chosen"].pk]
    assert shown(client_of(make_user("pharmacien")), "/recherche/?q=gériatrie")[0] == both
    for reader in (Client(), client_of(make_user()), client_of(make_user("infirmier"))):
        assert shown(reader, "/recherche/?q=gériatrie")[0] == both[1:]


def test_a_page_that_is_withdrawn_is_shown_to_nobody(pages):
    promote("gériatrie", pages["chosen"])
    pages["chosen"].unpublish()
    assert shown(Client(), "/recherche/?q=gériatrie")[0] == []


@pytest.mark.parametrize("rest", ["&region=bretagne", "&type=job"])
def test_a_narrowed_list_has_none(pages, rest):
    promote("gériatrie", pages["chosen"])
    assert shown(Client(), f"/recherche/?q=gériatrie{rest}")[0] == []


def test_a_list_of_one_kind_shows_that_kind_only(pages):
    promote("gériatrie", pages["chosen"], pages["found"])
    assert shown(Client(), "/emplois/?q=gériatrie")[0] == [pages["found"].pk]


def test_a_change_and_a_deletion_count_at_once(pages):
    promotion = promote("gériatrie", pages["chosen"])
    promotion.query = "passerelle"
    promotion.save()
    assert shown(Client(), "/recherche/?q=gériatrie")[0] == []
    assert shown(Client(), "/recherche/?q=passerelle") == ([pages["chosen"].pk], [], 0)
    promotion.delete()
    assert shown(Client(), "/recherche/?q=passerelle")[0] == []


def test_a_selection_costs_no_query_of_its_own(pages, django_assert_max_num_queries):
    promote("gériatrie", pages["chosen"])
    Client().get("/recherche/?q=gériatrie")
    with django_assert_max_num_queries(16):
        Client().get("/recherche/?q=gériatrie")


def form(query: str, *pages) -> dict:
    rows = [{"page": page.pk, "ORDER": number + 1} for number, page in enumerate(pages)]
    return nested_form_data({"query": query, "pages": inline_formset(rows)})


ADD = "wagtailsnippets_search_promotion:add"


@pytest.fixture
def desk(site, editor, client_of):
    return client_of(editor)


def test_an_editor_chooses_pages(desk, editor):
    page = NewsPageFactory()
    assert desk.get(reverse(ADD)).status_code == 200
    desk.post(reverse(ADD), form("  Mal de  Dos ", page))
    promotion = Promotion.objects.get()
    assert (promotion.query, promotion.key, promotion.author) == ("Mal de Dos", "mal de dos", editor)
    assert [row.page_id for row in promotion.pages.all()] == [page.pk]


@pytest.mark.parametrize("query", ["", "…", "MAL DE DOS"])
def test_what_was_typed_is_something_and_has_no_selection_yet(desk, query):
    promote("mal de dos", NewsPageFactory())
    response = desk.post(reverse(ADD), form(query, NewsPageFactory()))
    assert response.context["form"].errors["query"]
    assert Promotion.objects.count() == 1


def test_a_page_that_search_does_not_find_is_refused(desk):
    desk.post(reverse(ADD), form("mentions", StandardPageFactory()))
    assert not Promotion.objects.exists()


def test_a_selection_needs_a_page(desk):
    desk.post(reverse(ADD), form("mal de dos"))
    assert not Promotion.objects.exists()
