"""What every engine completes: titles, by their words, for who may see them."""

import pytest

from search.engines import EngineUnavailable
from search.engines.elastic import ServerEngine
from search.engines.elastic.client import make_client
from search.query import SuggestQuery

from .conftest import EVERY_ENGINE, SERVER_ENGINES, make_engine, removed
from .library import NOW, PUBLIC, SECRET, index, make_document

KINDS = ("news", "job", "training", "thread")

NIGHT, OLD_NURSE, SCHOOL, OXYGEN, HEART, HANDS, HEPATITIS, EXPIRED, HIDDEN, CARER, HOSPITAL = range(1, 12)

TITLES = [
    make_document("job", NIGHT, "Poste de nuit pour infirmier·ère", days_ago=1),
    make_document("job", OLD_NURSE, "Infirmière de bloc", days_ago=400),
    make_document("news", SCHOOL, "Santé à l’école : les infirmières scolaires", days_ago=3),
    make_document("training", OXYGEN, "Oxygénothérapie à domicile"),
    make_document("news", HEART, "Œdème pulmonaire : repérer tôt"),
    make_document("training", HANDS, "Masseur-kinésithérapeute : rééducation de la main"),
    make_document("news", HEPATITIS, "Hépatite C : dépister", keywords="foie zymotique", body="zymotique"),
    make_document("job", EXPIRED, "Infirmier remplaçant", expires_in=-1),
    make_document("thread", HIDDEN, "Infirmier : protocole zopiclonade", access=SECRET),
    make_document("job", CARER, "Aide-soignant de nuit", days_ago=2),
    make_document("job", HOSPITAL, "L’hôpital de jour recrute"),
]


@pytest.fixture(scope="module", params=EVERY_ENGINE)
def titles(request, tmp_path_factory):
    engine = make_engine(request.param, tmp_path_factory.mktemp("titles"))
    engine.rebuild().commit()
    index(engine, *TITLES)
    yield engine
    removed(engine)


def suggested(engine, text: str, *, tokens=PUBLIC, kinds=KINDS, limit=5) -> dict[str, list[int]]:
    query = SuggestQuery(tokens=tokens, now=NOW, text=text, kinds=kinds, limit=limit)
    return {kind: list(pks) for kind, pks in engine.suggest(query).items()}


@pytest.mark.parametrize(
    ("typed", "pk"),
    [
        ("ox", OXYGEN),
        ("OXYG", OXYGEN),
        ("oxygéno", OXYGEN),
        ("oxygenotherapie a dom", OXYGEN),
        ("oxygénothérapie domicile", OXYGEN),
        ("domi", OXYGEN),  # a word in the middle
        ("kinési", HANDS),
        ("masseur-ki", HANDS),
        ("masseur kine", HANDS),
        ("main", HANDS),
        ("oed", HEART),
        ("œdème p", HEART),
        ("l’oed", HEART),
        ("d'oed", HEART),
        ("hépatite c", HEPATITIS),
        ("hepatites dép", HEPATITIS),  # a whole word in another form
        ("l hop", HOSPITAL),
        ("hôp", HOSPITAL),
        ("aide-s", CARER),
        ("nuit aide", CARER),  # in any order
    ],
)
def test_titles_are_completed_as_french_is_typed(titles, typed, pk):
    found = suggested(titles, typed)
    assert pk in [one for pks in found.values() for one in pks]


def test_kinds_stand_apart_and_none_is_empty(titles):
    assert suggested(titles, "infirmi") == {"job": [OLD_NURSE, NIGHT], "news": [SCHOOL]}
    assert suggested(titles, "infirmi", kinds=("news", "training")) == {"news": [SCHOOL]}
    assert suggested(titles, "infirmi", limit=1) == {"job": [OLD_NURSE], "news": [SCHOOL]}


def test_what_begins_a_title_comes_first_then_the_newest(titles):
    # The older offer begins with the word; the newer one only holds it.
    assert suggested(titles, "infirm")["job"] == [OLD_NURSE, NIGHT]
    assert suggested(titles, "nuit")["job"] == [NIGHT, CARER]


@pytest.mark.parametrize("typed", ["", " ", "-", "« »", '"', "💊", "*", "infirmier*zz", "zymo", "x" * 3000])
def test_what_no_title_holds_completes_nothing(titles, typed):
    assert suggested(titles, typed) == {}


def test_only_what_the_reader_may_see_is_completed(titles):
    assert suggested(titles, "zopi") == {}
    assert suggested(titles, "infirmi", kinds=("thread",)) == {}
    assert suggested(titles, "zopi", tokens=PUBLIC | SECRET) == {"thread": [HIDDEN]}
    assert suggested(titles, "infirmi", tokens=frozenset()) == {}


def test_what_expired_is_not_completed(titles):
    assert suggested(titles, "rempl") == {}


def test_a_change_shows_at_once(engine):
    index(engine, make_document("news", 1, "Première version"))
    assert suggested(engine, "prem") == {"news": [1]}
    index(engine, make_document("news", 1, "Autre chose"), version=2)
    assert suggested(engine, "prem") == {}


def test_no_index_is_no_empty_answer(bare_engine):
    with pytest.raises(EngineUnavailable, match="search_reindex"):
        suggested(bare_engine, "infirmier")


def test_a_server_that_is_away_is_unavailable():
    client = make_client("opensearch", "http://127.0.0.1:9", api_key="", ca_certs="", timeout=1.0)
    with pytest.raises(EngineUnavailable):
        suggested(ServerEngine("opensearch", client, "nothing"), "infirmier")


@pytest.mark.parametrize("titles", SERVER_ENGINES, indirect=True)
def test_a_server_is_asked_once(titles, monkeypatch):
    asked = []
    perform = titles.client.transport.perform_request
    monkeypatch.setattr(
        titles.client.transport, "perform_request", lambda *a, **k: asked.append(a) or perform(*a, **k)
    )
    assert suggested(titles, "infirmi")
    assert len(asked) == 1
