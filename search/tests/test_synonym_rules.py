"""Rules of synonyms that would do harm are refused, with the reason."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from search.analysis.synonyms import EditedRule
from search.assist import synonym_rules
from search.engines.base import EngineUnavailable, SearchResponse
from search.models import SynonymRule

TEXTS = 1000
COUNTS = {"de": 940, "soins": 480, "kiné": 20, "santé": 301}


class Counting:
    """An engine that knows how often words stand in 1,000 texts."""

    asked = 0

    def search(self, query):
        assert query.tokens == {"public"}
        assert query.limit == 0
        Counting.asked += 1
        phrase = "".join(query.text.phrases)
        return SearchResponse(hits=(), total=COUNTS.get(phrase, 3) if phrase else TEXTS)


@pytest.fixture(autouse=True)
def _engine(monkeypatch):
    monkeypatch.setattr(synonym_rules, "get_engine", Counting)


def refused(*words: str, also: tuple[str, ...] = (), others: tuple[EditedRule, ...] = ()) -> str:
    with override("fr"):
        return " ".join(synonym_rules.problems_of(EditedRule(words, also), others))


@pytest.mark.parametrize(
    "words", [("mal de dos", "lombalgie"), ("AS", "auxiliaire de soins"), ("bobologie", "petits soins")]
)
def test_a_harmless_rule_is_accepted(words):
    assert refused(*words) == ""


def test_a_word_that_search_leaves_out_is_refused_with_its_share():
    said = refused("de", "depuis hier")
    assert "« de » se trouve dans 94 % des textes" in said


def test_a_word_of_a_large_share_of_the_texts_is_refused_with_an_example():
    said = refused("pansement", "soins")
    assert "« soins » se trouve dans 48 % des textes" in said
    assert "« pansement »" in said


def test_the_share_that_is_too_large_is_the_same_for_one_way_rules():
    assert "30 %" in refused("bien-être", also=("santé",))
    # Whoever types the common word finds a little more: that drowns nothing.
    assert refused("santé", also=("bien-être",)) == ""


@pytest.mark.parametrize("letter", ["c", "C", "l'a", "à"])
def test_a_single_letter_is_refused(letter):
    assert "une seule lettre" in refused(letter, "hépatite")


def test_an_ambiguous_abbreviation_is_asked_for_in_capitals():
    assert "« AS »" in refused("as", "auxiliaire de soins")


def test_a_rule_that_mixes_two_groups_is_refused():
    said = refused("HTA", "BPCO")
    assert "« HTA »" in said and "« BPCO »" in said and "mélangerait" in said


def test_a_rule_that_mixes_what_editors_made_is_refused():
    others = (EditedRule(("lombalgie", "mal de dos")), EditedRule(("entorse", "foulure")))
    assert "mélangerait" in refused("mal de dos", "foulure", others=others)
    assert refused("mal de dos", "tour de reins", others=others) == ""


@pytest.mark.parametrize(
    "words", [(), ("seul",), ("***", "étoile"), ("x" * 90, "long"), ("kiné", "Kine")], ids=range(5)
)
def test_what_is_no_rule_is_refused(words):
    assert refused(*words)


def test_too_many_lines_are_refused():
    assert refused(*(f"mot{n}" for n in range(60)))


def test_a_handful_of_texts_says_nothing_of_how_common_a_word_is(monkeypatch):
    monkeypatch.setattr("search.tests.test_synonym_rules.TEXTS", 10)
    assert refused("pansement", "soins") == ""


def form(**fields: str) -> dict[str, str]:
    return {"words": "", "also": "", "note": ""} | fields


@pytest.fixture
def desk(site, editor, client_of):
    return client_of(editor)


ADD = "wagtailsnippets_search_synonymrule:add"


def test_an_editor_adds_a_rule_and_signs_it(desk, editor):
    response = desk.post(reverse(ADD), form(words=" mal  de dos \r\n\r\nlombalgie\r\n"), follow=True)
    assert response.status_code == 200
    rule = SynonymRule.objects.get()
    assert (rule.words, rule.author) == ("mal de dos\nlombalgie", editor)
    assert "mal de dos = lombalgie" in response.content.decode()


def test_a_refused_rule_comes_back_with_the_reason_and_what_was_typed(desk):
    response = desk.post(reverse(ADD), form(words="pansement\nsoins"))
    assert not SynonymRule.objects.exists()
    html = response.content.decode()
    assert "48 % des textes" in html and "pansement" in html


def test_without_an_engine_nothing_is_saved_unchecked(desk, monkeypatch):
    class Down:
        def search(self, query):
            raise EngineUnavailable("down")

    monkeypatch.setattr(synonym_rules, "get_engine", Down)
    response = desk.post(reverse(ADD), form(words="mal de dos\nlombalgie"))
    assert not SynonymRule.objects.exists()
    assert "ne répond pas" in response.content.decode()


def test_a_rule_may_be_changed_though_it_would_clash_with_itself(desk):
    rule = SynonymRule.objects.create(words="mal de dos\nlombalgie")
    address = reverse("wagtailsnippets_search_synonymrule:edit", args=[rule.pk])
    desk.post(address, form(words="mal de dos\nlombalgie\nlumbago", note="Demande du 3 mars"))
    rule.refresh_from_db()
    assert rule.note == "Demande du 3 mars"


@pytest.mark.parametrize("text", ["\x00nul\nautre", "😀\n🎉", "<script>alert(1)</script>\nalerte"])
def test_strange_text_never_breaks(desk, text):
    response = desk.post(reverse(ADD), form(words=text), follow=True)
    assert response.status_code == 200
    assert b"<script>alert(1)" not in response.content
