"""How a text becomes tokens, the same for documents and queries of every engine."""

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
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(not part or part == " ".join(part.split()) for part in streams(text))


@pytest.mark.parametrize("line", list(data_lines("families.tsv"))[::10])
def test_all_spellings_of_a_family_stay_in_it(line):
    names = line.split("\t")[1].split()
    written = {form for name in names for form in (name, fold(name), name.upper(), name.capitalize())}
    assert len({tuple(stems(one)) for one in written}) == 1
