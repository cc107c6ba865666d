"""Suggestions while typing: what they lead to, whom they tell what, what they cost."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from community.factories import GroupFactory, MemberFactory, MembershipFactory, ThreadFactory
from jobs.factories import JobPageFactory
from news.factories import NewsPageFactory
from search.engines import base
from trainings.factories import TrainingPageFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/recherche/suggestions/"


def options(response) -> dict[str, str]:
    """label → address, in the order of the list."""
    found = re.findall(
        r'role="option"[^>]* href="([^"]*)"><span>(.*?)</span>', response.content.decode(), re.DOTALL
    )
    return {unescape(label): unescape(address) for address, label in found}


def suggested(text: str, client: Client | None = None, **more) -> dict[str, str]:
    response = (client or Client()).get(ADDRESS, {"q": text, **more})
    assert response.status_code == 200
    return options(response)


@pytest.fixture
def nurse_client(client_of):
    return client_of(MemberFactory(first_name="Maïwenn", last_name="Le Goff", professions=["infirmier"]))


@pytest.fixture
def content(site, index):
    """One thing of each kind, and what must not be suggested."""
    writer = MemberFactory(first_name="Gérald", professions=["pharmacien"])
    made = {
        "news": NewsPageFactory(title="Gériatrie : prévenir les chutes"),
        "job": JobPageFactory(title="Gérontologue de jour", town="Brest"),
        "training": TrainingPageFactory(title="Gérer la douleur"),
        "reserved": NewsPageFactory(title="Géré entre nous", audience="verified"),
        "thread": ThreadFactory(title="Gériatrie et chute : quel bilan ?", author=writer),
        "group": GroupFactory(name="Gérontologie du littoral"),
        "secret": GroupFactory(name="Gérance confidentielle", visibility="secret"),
    }
    ThreadFactory(title="Gérance : notre secret", group=made["secret"], author=writer)
    index()
    return made


def test_titles_of_every_kind_lead_to_what_they_name(content, nurse_client):
    found = suggested("gér", nurse_client)
    assert found[content["job"].display_title] == content["job"].url
    assert found["Gériatrie : prévenir les chutes"] == content["news"].url
    assert found["Gérer la douleur"] == content["training"].url
    assert found[content["thread"].title] == content["thread"].get_absolute_url()
    assert found["Gérontologie du littoral"] == content["group"].get_absolute_url()
    assert re.fullmatch(r"/communaute/membres/\d+/", found["Gérald N."])
    assert found["Géré entre nous"] == content["reserved"].url


def test_a_visitor_is_told_of_public_pages_only(content, client_of):
    public = {"Gériatrie : prévenir les chutes", content["job"].display_title, "Gérer la douleur"}
    unverified = client_of(MemberFactory(first_name="Gérard"))
    for client in (Client(), unverified):
        found = suggested("gér", client)
        assert {label for label, address in found.items() if "?" not in address} == public


def test_a_secret_group_is_suggested_to_its_members_only(content, nurse_client, client_of):
    member = MembershipFactory(group=content["secret"]).user
    assert not any("Gérance" in label for label in suggested("géran", nurse_client))
    assert set(suggested("géran", client_of(member))) == {"Gérance confidentielle", "Gérance : notre secret"}


def test_the_database_has_the_last_word(content, nurse_client):
    assert "Gérontologie du littoral" in suggested("géronto", nurse_client)
    type(content["group"]).objects.filter(pk=content["group"].pk).update(visibility="secret")
    content["news"].unpublish()
    found = suggested("gér", nurse_client)
    assert "Gérontologie du littoral" not in found
    assert "Gériatrie : prévenir les chutes" not in found


@pytest.mark.parametrize(
    ("typed", "label", "query"),
    [
        ("infirm", "Infirmier", {"profession": ["infirmier"]}),
        ("INFIRMIÈ", "Infirmier", {"profession": ["infirmier"]}),
        ("l’infirmiers", "Infirmier", {"profession": ["infirmier"]}),
        ("soignant aide", "Aide-soignant", {"profession": ["aide-soignant"]}),
        ("bret", "Bretagne", {"region": ["bretagne"]}),
        ("finis", "Finistère", {"departement": ["finistere"]}),
        ("cotes d'ar", "Côtes-d'Armor", {"departement": ["cotes-d-armor"]}),
        ("escarre", "Plaies et cicatrisation", {"theme": ["plaies-et-cicatrisation"]}),
    ],
)
def test_words_of_the_vocabulary_lead_to_the_list_that_they_filter(site, index, typed, label, query):
    index()
    found = {name.replace("’", "'"): address for name, address in suggested(typed).items()}
    address = urlsplit(found[label])
    assert (address.path, parse_qs(address.query)) == ("/recherche/", query)


@pytest.mark.parametrize(
    ("typed", "towns"),
    [
        ("renn", ["Rennes (35)"]),
        ("BREST", ["Brest (29)"]),
        ("saint malo", ["Saint-Malo (35)"]),
        ("35200", ["Rennes (35)"]),
        ("plaie", []),  # what only small towns begin with is a word
        ("re", []),
        ("infirmier renn", []),
    ],
)
def test_towns_lead_to_what_is_around_them(site, index, typed, towns):
    index()
    found = {label: address for label, address in suggested(typed).items() if "autour=" in address}
    assert list(found) == [f"25 km autour de {town}" for town in towns]
    for address in found.values():
        assert Client().get(address).context["listing"].state.location.value in address


def test_a_small_town_is_offered_to_who_names_it(site, index):
    index()
    assert "25 km autour de Paimpol (22)" in suggested("Paimpol")
    assert not any("Paimpol" in label for label in suggested("paimp"))


def test_towns_are_not_offered_in_lists_without_places(content, nurse_client):
    assert any("autour=" in address for address in suggested("rennes", nurse_client, type="job").values())
    assert not any(
        "autour=" in address for address in suggested("rennes", nurse_client, type="thread").values()
    )


@pytest.mark.parametrize(
    ("typed", "label", "said"),
    [
        ("plaq", "Neurologie", "sclérose en plaques"),
        ("escar", "Plaies et cicatrisation", "escarre"),
        ("35", "Ille-et-Vilaine", "35"),
        ("neuro", "Neurologie", ""),
        ("infirmiers", "Infirmier", ""),  # other forms of the label need no word
    ],
)
def test_what_is_found_by_another_name_says_that_name(site, index, typed, label, said):
    index()
    html = Client().get(ADDRESS, {"q": typed}).content.decode()
    detail = re.search(rf"<span>{label}</span>(?: <small>(.*?)</small>)?", html)
    assert (detail[1] or "") == said


def test_what_is_found_by_its_label_comes_before_what_is_found_by_another_name(site, index):
    index()
    themes = [label for label, address in suggested("enfa").items() if "theme=" in address]
    assert themes == ["Protection de l’enfance", "Pédiatrie"]


def test_a_list_suggests_its_own_kind_and_its_own_filters(content, nurse_client):
    assert set(suggested("géront", nurse_client, type="job")) == {content["job"].display_title, "Gériatrie"}
    assert suggested("géria", nurse_client, type="job") == {"Gériatrie": "?theme=geriatrie"}
    assert suggested("bretagne", nurse_client, type="group") == {}
    assert suggested("gér", type="thread") == {}
    assert suggested("gér", type="nothing") == {}


def test_a_shared_title_leads_to_all_that_have_it(site, index):
    for _number in range(2):
        JobPageFactory(title="Poste de nuit")
    index()
    (address,) = suggested("poste de n").values()
    assert parse_qs(urlsplit(address).query) == {
        "q": ['"Poste de nuit (H/F)"'],
        "type": ["job"],
        "profession": ["toutes"],
    }
    assert 'data-total="2"' in Client().get(address).content.decode()


@pytest.mark.parametrize("typed", ["", "g", " é ", "-", "💊💊", "\x00g", "\ud800", "zzzz" * 5000])
def test_too_little_or_too_strange_is_answered_with_nothing(content, typed):
    response = Client().get(ADDRESS, {"q": typed.encode("utf-8", "replace").decode()})
    assert (response.status_code, response.content.strip()) == (200, b"")


def test_markup_in_a_title_is_text(site, index):
    NewsPageFactory(title="Gérer <script>alert(1)</script>")
    index()
    html = Client().get(ADDRESS, {"q": "gérer"}).content.decode()
    assert "<script>" not in html
    assert "Gérer <script>alert(1)</script>" in options(Client().get(ADDRESS, {"q": "gérer"}))


def test_an_engine_that_is_down_is_said_without_a_page(site, monkeypatch):
    def down():
        raise base.EngineUnavailable("no answer")

    monkeypatch.setattr("search.assist.suggestions.get_engine", down)
    response = Client().get(ADDRESS, {"q": "gériatrie"})
    assert (response.status_code, response.content) == (503, b"")


def test_nobody_types_that_fast(content, settings):
    settings.RATE_LIMITS = {"suggestions": (3, 3, 60)}
    assert [Client().get(ADDRESS, {"q": "gér"}).status_code for _number in range(5)] == [200] * 3 + [429] * 2


def test_answers_are_kept_by_nobody(content):
    assert "no-store" in Client().get(ADDRESS, {"q": "gér"})["Cache-Control"]


def test_the_number_of_questions_to_the_database_is_bounded(
    content, nurse_client, django_assert_max_num_queries
):
    for number in range(3):
        GroupFactory(name=f"Gérontologie {number}")
    suggested("gér", nurse_client)
    with django_assert_max_num_queries(24):
        suggested("gér", nurse_client)
    with django_assert_max_num_queries(12):
        suggested("gér")


@pytest.mark.parametrize(
    ("path", "field"), [("/", "q"), ("/recherche/", "q-liste"), ("/emplois/", "q-liste")]
)
def test_search_fields_know_where_suggestions_are(content, path, field):
    html = Client().get(path).content.decode()
    tag = re.search(rf'<input id="{field}"[^>]*>', html)[0]
    assert f'data-suggestions="{ADDRESS}"' in tag
    assert "/static/js/suggest" in tag
    assert ("data-kinds" in tag) == (path == "/emplois/")
