"""From typed words to what is looked for, in no engine's language."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.synonyms import CAPITALS_ONLY, synonyms
from search.analysis.words import STOP_WORDS, fold, is_stop_word, key, tokens, typed_tokens
from search.engines.correction import allowed_errors, closest
from search.query.plan import Plan, build_plan, capital_acronyms
from search.query.text import parse_text


def plan(text: str) -> Plan:
    return build_plan(parse_text(text))


def only_term(text: str):
    (term,) = plan(text).terms
    return term


# --- Words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("l’hôpital d'État", ["hôpital", "État"]),
        ("L'HÔPITAL qu’elle", ["HÔPITAL", "elle"]),
        ("aujourd’hui", ["aujourdhui"]),
        ("aide-soignante, 12,5 mg/j", ["aide", "soignante", "12.5", "mg", "j"]),
        ("pharmacien.ne", ["pharmacien", "ne"]),
        ("", []),
    ],
)
def test_words_of_a_text(text, words):
    assert tokens(text) == words


@pytest.mark.parametrize(
    "typed",
    ["infirmier·ère", "infirmier·ère·s", "infirmier(e)s", "infirmier(ère)", "infirmier.e.s", "infirmier/ère"],
)
def test_inclusive_writing_is_its_first_form(typed):
    assert typed_tokens(typed) == ["infirmier"]


@pytest.mark.parametrize("typed", ["12.5", "rendez-vous", "M.A.S", "covid-19", "bi-hebdomadaire"])
def test_other_signs_are_left_alone(typed):
    assert typed_tokens(typed) == tokens(typed)


def test_an_article_without_its_apostrophe():
    assert typed_tokens("l hopital d urgence") == ["hopital", "urgence"]
    assert typed_tokens("hépatite c et vitamine d") == ["hépatite", "c", "et", "vitamine", "d"]


@pytest.mark.parametrize(
    ("word", "folded"), [("Œdème", "oedeme"), ("ÉTÉ", "ete"), ("aiguë", "aigue"), ("abc", "abc"), ("Æ", "ae")]
)
def test_folding(word, folded):
    assert fold(word) == folded


def test_forms_of_a_word_share_a_key():
    assert key("infirmiers") == key("infirmière") == key("infirmiere") == key("INFIRMIER")
    assert key("anesthésistes") == key("anesthesiste")
    assert key("kinés") == key("kine")
    assert key("infirmier") != key("infirme")


def test_stop_words_leave_seasons_and_single_letters():
    assert {"le", "du", "à", "a", "as"} <= STOP_WORDS
    assert not {"été", "c", "d", "k"} & STOP_WORDS
    assert is_stop_word("Les")


# --- Plans -------------------------------------------------------------------------------------------------


def test_words_and_stop_words():
    assert [term.words for term in plan("le soin de la plaie").terms] == [("soin",), ("plaie",)]
    assert not plan("le de la")
    assert not plan("")


def test_phrases_and_exclusions():
    found = plan('"soins à domicile" -ehpad -"de nuit" kiné')

    assert found.phrases == ("soins à domicile",)
    assert found.excluded == ("ehpad", "de nuit")


def test_an_abbreviation_stands_for_its_long_form_and_back():
    assert (
        only_term("HTA").synonym_phrases == only_term("hta").synonym_phrases == ("hypertension artérielle",)
    )
    assert only_term("hypertensions artérielles").synonyms == ("HTA",)
    assert only_term("hypertension arterielle").words == ("hypertension", "arterielle")


def test_long_forms_hold_stop_words():
    assert only_term("hospitalisation à domicile").synonyms == ("HAD",)


def test_abbreviations_of_one_long_form_stand_for_each_other():
    assert "MK" in only_term("kiné").synonyms
    assert "kinésithérapeute" in only_term("kiné").synonyms


def test_the_longest_rule_wins():
    assert [term.words for term in plan("infirmier anesthésiste Rennes").terms] == [
        ("infirmier", "anesthésiste"),
        ("Rennes",),
    ]


@pytest.mark.parametrize("acronym", sorted(CAPITALS_ONLY))
def test_ambiguous_acronyms_count_in_capitals_only(acronym):
    typed = only_term(f"{acronym}")

    assert typed.acronyms == (acronym,) and typed.synonym_phrases + typed.synonyms and not typed.words
    assert all(not term.acronyms for term in plan(f"{acronym.lower()} repos").terms)


def test_a_stop_word_alone_is_the_acronym():
    """Found by what « AS » finds; among other words « as » asks for nothing, and is likely to mean it."""
    assert plan("as").terms == plan("AS").terms
    assert plan("du").terms == plan("DU").terms
    assert plan("de la").terms == ()
    assert [term.words for term in plan("as nuit").terms] == [("nuit",)]
    assert plan("as nuit").optional_acronyms == plan("AS").terms
    assert plan("plaies du pied").optional_acronyms == ()


def test_who_shouts_uses_no_acronyms():
    assert [term.words for term in plan("OFFRE DU JOUR").terms] == [("OFFRE",), ("JOUR",)]
    assert plan("OFFRE AS NUIT").terms[1].words == ("NUIT",)
    assert plan("DU plaies").terms[0].acronyms == ("DU",)


def test_a_long_form_finds_the_acronym_in_capitals():
    assert only_term("diplôme universitaire").acronyms == ("DU",)
    assert capital_acronyms("Un DU de douleur, du temps", "AS", "pr PR") == ["AS", "DU", "PR"]


def test_brands_and_substances():
    assert only_term("Doliprane").synonyms == ("paracetamol",)
    assert "doliprane" in only_term("paracétamol").synonyms
    assert "efferalgan" not in only_term("Doliprane").synonyms
    assert len(only_term("paracétamol").synonyms) < 80


def test_common_words_are_no_rules():
    for word in (
        "service",
        "poste",
        "nuit",
        "douleur",
        "centre",
        "médecin",
        "soins",
        "jour",
        "patient",
        "eau",
    ):
        assert only_term(word).correctable, word


def test_what_a_rule_knows_is_not_corrected():
    assert not only_term("Doliprane").correctable
    assert not only_term("HTA").correctable


def test_the_same_word_twice_is_one_term():
    assert len(plan("nuit nuit nuit").terms) == 1


def test_rules_are_read_once_and_bounded():
    rules = synonyms()

    assert rules is synonyms()
    assert len(rules.by_words) > 2_000
    assert 3 <= rules.longest <= 12


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("hépatite A", ("hépatite", "A")),
        ("hépatites a", ("hépatites", "A")),
        ("grippe A H1N1", ("grippe", "A")),
        ("vitamine D", ("vitamine", "D")),
        ("stade 3", ("stade", "3")),
        ("facteur V", ("facteur", "5")),
        ("classe II", ("classe", "2")),
        ("covid 19", ("covid", "19")),
    ],
)
def test_a_letter_or_number_that_completes_a_word_is_one_term_with_it(typed, words):
    assert plan(typed).terms[0].words == words


@pytest.mark.parametrize("typed", ["poste 2 jours", "type 2024", "vitamine B 12", "groupe aa"])
def test_other_numbers_are_words_of_their_own(typed):
    assert len(plan(typed).terms[0].words) == 1


@pytest.mark.parametrize("typed", ["Soins A domicile", "il a mal", "A l’hôpital"])
def test_an_accent_that_was_left_out_names_nothing(typed):
    assert all("A" not in term.words for term in plan(typed).terms)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_a_plan(text):
    for term in plan(text).terms:
        assert term.words or term.acronyms


# --- Typing errors -----------------------------------------------------------------------------------------


def test_short_words_and_numbers_are_not_corrected():
    assert [allowed_errors(word) for word in ("IDE", "nuit", "infirmier", "covid19")] == [0, 1, 2, 0]


@pytest.mark.parametrize(
    ("typed", "text", "meant"),
    [
        ("kinsithérapeute", "le kinésithérapeute reçoit", "kinésithérapeute"),
        ("infimrier", "infirmier infirmière", "infirmier"),
        ("doze", "douze doses dose dose", "douze"),
        ("nuir", "nuit cuir", "nuit"),
        ("xyzt", "rien de tel", ""),
        ("soins", "soins", ""),
        ("mot", "", ""),
    ],
)
def test_the_closest_word_is_meant(typed, text, meant):
    assert closest(typed, text.split())[:1] == [meant] * bool(meant)
