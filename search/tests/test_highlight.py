"""Passages: what was looked for is marked, everything else is escaped."""

import re
from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import stem
from search.query.passages import patterns_of
from search.query.plan import build_plan
from search.query.text import parse_text
from search.results.highlight import EXTRACT_LENGTH, Marks, best_extract, mark_all, marks_of

from .judged import documents

LONG = "Une phrase qui ne dit rien de spécial. " * 40


def marks(*words: str, **options) -> Marks:
    return Marks(stems=frozenset(map(stem, words)), **options)


def extract(text: str, marks: Marks) -> str:
    return best_extract(text, marks)[1]


def test_words_are_marked_by_their_stem():
    assert mark_all("Des infirmières, un INFIRMIER", marks("infirmier")) == (
        "Des <mark>infirmières</mark>, un <mark>INFIRMIER</mark>"
    )


def test_articles_stay_outside_the_mark():
    assert mark_all("à l’hôpital", marks("hopital")) == "à l’<mark>hôpital</mark>"


def test_nothing_marked_is_nothing():
    assert mark_all("texte", marks("autre")) == extract("texte", marks("autre")) == ""
    assert mark_all("texte", Marks()) == ""


def test_phrases_are_marked_where_their_words_stand_together():
    phrase = marks(phrases=[(stem("hypertension"), stem("artérielle"))], slop=2)

    assert (
        mark_all("L’hypertension artérielle", phrase) == "L’<mark>hypertension</mark> <mark>artérielle</mark>"
    )
    assert mark_all("hypertension dite artérielle", phrase).count("<mark>") == 2
    assert mark_all("artérielle, une hypertension", phrase) == ""


def test_quotes_are_marked_word_for_word():
    quote = marks(quotes=[("de", "nuit")])

    assert mark_all("nuit, poste de nuit", quote) == "nuit, poste <mark>de</mark> <mark>nuit</mark>"


def test_acronyms_are_marked_as_written():
    assert mark_all("as et AS", marks(exact=frozenset({"AS"}))) == "as et <mark>AS</mark>"


def test_markup_is_escaped_everywhere():
    text = "<script>nuit</script> & \"nuit\" <mark>faux</mark> 'x'"
    marked = mark_all(text, marks("nuit"))

    assert re.sub("</?mark>", "", marked) == escape(text)


def typed(text: str) -> Marks:
    return marks_of(build_plan(parse_text(text)))


def test_what_stands_for_a_word_is_marked():
    assert mark_all("Dépister l’hypertension artérielle", typed("HTA")) == (
        "Dépister l’<mark>hypertension</mark> <mark>artérielle</mark>"
    )
    assert "<mark>paracétamol</mark>" in mark_all("Le paracétamol", typed("Doliprane"))
    assert mark_all("Une AS, as", typed("aide-soignante")) == "Une <mark>AS</mark>, as"


SENTENCES = [text for document in documents() for text in document.body.split(". ")]


@given(typed=st.sampled_from(SENTENCES), text=st.sampled_from(SENTENCES))
def test_what_is_marked_is_found_by_the_patterns_for_the_database(typed, text):
    plan = build_plan(parse_text(typed[:120]))

    patterns = patterns_of(plan, most=100)

    found = any(re.search(one.regex, text, 0 if one.exact else re.IGNORECASE) for one in patterns)
    assert found or not marks_of(plan).spans(text)


def test_an_extract_shows_the_passage_that_says_most():
    text = f"{LONG}Un poste de nuit. {LONG}Un poste de nuit en réanimation à Brest. {LONG}"
    found = extract(text, marks("nuit", "réanimation", "Brest"))

    assert {"nuit", "réanimation", "Brest"} == set(re.findall("<mark>(.*?)</mark>", found))
    assert found.startswith("… ") and found.endswith(" …")
    assert len(re.sub("</?mark>", "", unescape(found))) <= EXTRACT_LENGTH + 20


def test_a_short_text_is_shown_whole():
    assert extract("Un poste de nuit.", marks("nuit")) == "Un poste de <mark>nuit</mark>."


@pytest.mark.parametrize("size", [10, 1_000, 1_000_000])
def test_long_texts_and_words(size):
    assert extract("x" * size + " nuit", marks("nuit")).count("<mark>") == (size < 200_000)
    assert "<mark>nuit</mark>" in extract("nuit " + "x" * size, marks("nuit"))


@given(st.text(max_size=500), st.integers(0, 500))
def test_extracts_of_any_text_are_escaped(text, place):
    found = extract(text[:place] + " nuit " + text[place:], marks("nuit"))
    rest = re.sub("</?mark>", "", found)

    assert "<mark>nuit</mark>" in found
    assert not re.search("[<>\"']", rest)
