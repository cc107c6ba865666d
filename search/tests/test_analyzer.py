"""How a text becomes tokens, the same for documents and queries of every engine."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import analyze, folded, stem, stems, streams, token
from search.analysis.words import data_lines, fold

pytestmark = pytest.mark.database_free


@pytest.mark.parametrize(
    ("text", "as_written"),
    [
        ("L’hôpital d'urgence, dʼété", ["hopital", "urgence", "ete"]),
        (
            "re\u0301e\u0301ducation cardio\u00adlogie in\u200bfirmier",
            ["reeducation", "cardiologie", "infirmier"],
        ),
        ("un A.V.C., l’A.V.C", ["un", "avc", "avc"]),
        ("aujourd'hui, aujourd’hui", ["aujourdhui", "aujourdhui"]),
        ("pharmacien.ne 12,5 mg/j covid-19", ["pharmacien", "ne", "12.5", "mg", "j", "covid", "19"]),
        ("Œdème snake_case\x00nul", ["oedeme", "snake", "case", "nul"]),
        ("", []),
    ],
)
def test_every_word_as_it_is_written(text, as_written):
    assert folded(text) == as_written


@pytest.mark.parametrize(
    "forms",
    [
        ("infirmier", "infirmiers", "infirmière", "Infirmières"),
        ("pharmacien", "pharmacienne", "pharmaciens"),
        ("libéral", "libérale", "libéraux"),
        ("hôpital", "hôpitaux"),
        ("œdème", "œdèmes", "oedème", "oedeme"),
    ],
)
def test_forms_share_a_stem(forms):
    assert len({stem(form) for form in forms}) == 1


def test_short_words_and_those_with_digits_stay_as_they_are():
    assert stems("ms ans B12 h1n1s") == ["ms", "ans", "b12", "h1n1s"]


def test_stop_words_leave_no_gap():
    assert stems("soins à domicile") == [stem("soins"), stem("domicile")]
    assert stem("les") == stem("aide-soignant") == stem("") == ""


@pytest.mark.parametrize("text", ["hépatite A", "Les hépatites A, B", "grippe A(H1N1)", "groupe\u00a0A"])
def test_a_letter_that_names_the_thing_counts(text):
    assert "a" in stems(text)


@pytest.mark.parametrize("text", ["A l’hôpital", "il a dit", "« A »", "Fin. A suivre", "AVC"])
def test_another_a_does_not(text):
    assert "a" not in stems(text)
    assert token("A") == "a"


def test_places_are_those_of_the_text_as_it_was_given():
    text = "L’in\u00adfirmière, à l’hépatite A"

    found = {text[one.start : one.end]: one.folded for one in analyze(text)}

    assert found == {"in\u00adfirmière": "infirmiere", "à": "a", "hépatite": "hepatite", "A": "a"}


@settings(deadline=None)
@given(st.text(max_size=200) | st.text("aàAeé.'’ʼ \u00a0\u00ad\u0301-1", max_size=60))
def test_both_streams_hold_what_is_found_in_the_text(text):
    found = list(analyze(text))

    assert stems(text) == [one.stem for one in found if one.stem]
    assert folded(text) == [one.folded for one in found]
    assert streams(text)[0].split()[: len(stems(text))] == stems(text)
    assert streams(text)[1].split() == folded(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(not part or part == " ".join(part.split()) for part in streams(text))


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Une co-infection", ["coinfection"]),
        ("La check-list et l’auto‑mesure", ["checklist", "automesure"]),
        ("L’entr’aide, le 5-FU", ["entraide", "5fu"]),
        ("Le service d’oto-rhino-laryngologie", ["otorhinolaryngologie"]),
        ("Entre 35-45 ans, covid-19", []),
        ("aujourd’hui, masseur-kinésithérapeute", []),
        ("co - infection", []),
    ],
)
def test_a_document_also_holds_its_compounds_as_one_word(text, joined):
    assert streams(text)[0].split()[len(stems(text)) :] == [stem(word) for word in joined]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("TNFα et β2", ["tnf", "alpha", "et", "beta", "2"]),
        ("de 7h30 à 12h", ["de", "7", "h", "30", "a", "12", "h"]),
        ("IIe, XXIème, XIXe, Ier", ["2e", "21eme", "19e", "1er"]),
        ("Ve République, vie, Xavier", ["5e", "republique", "vie", "xavier"]),
    ],
)
def test_signs_that_need_no_choice(text, words):
    assert folded(text) == words


@pytest.mark.parametrize("unit", ["l'", "a-", "α", "ﷺ", "é", "1,", "A ", "IV "])
def test_hostile_texts_cost_their_length_and_no_more(unit):
    short, long = (_cost(unit * (size // len(unit))) for size in (20_000, 80_000))

    assert long < 12 * short + 0.05


def _cost(text: str) -> float:
    started = time.process_time()
    streams(text)
    return time.process_time() - started


@pytest.mark.parametrize("line", list(data_lines("families.tsv"))[::10])
def test_all_spellings_of_a_family_stay_in_it(line):
    names = line.split("\t")[1].split()
    written = {form for name in names for form in (name, fold(name), name.upper(), name.capitalize())}
    assert len({tuple(stems(one)) for one in written}) == 1
