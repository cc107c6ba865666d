"""Plain text of what editors write, as extracts show it."""

import pytest
from django.utils.text import slugify
from hypothesis import given
from hypothesis import strategies as st

from core.text import one_line, running_text, slug_of, summary

pytestmark = pytest.mark.database_free


def test_headings_and_cells_are_set_apart_in_an_extract():
    text = "Les créneaux\nÉquipe A\nLundi.\nEt après ?\nJeudi"
    assert running_text(text) == "Les créneaux ·\nÉquipe A ·\nLundi.\nEt après ?\nJeudi"


def test_a_summary_is_cut_between_words():
    assert summary("Ce qui change\nUne réévaluation à quinze jours.", 30) == "Ce qui change · Une…"


def test_a_short_text_is_its_own_summary():
    assert summary("Rien de neuf.\n") == "Rien de neuf."


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Bilan \u202egnal\u202c du jour", "Bilan gnal du jour"),
        ("\u2066Plaies\u2069 et\u200b cica\u00adtrisation\ufeff", "Plaies et cicatrisation"),
        ("Offi\u200dcine \u200d pri\u200cvée", "Officine privée"),
        ("\u200erh@tilleuls.example\u2060", "rh@tilleuls.example"),
        ("e\u0301te\u0301", "été"),
        ("a\ufe0fb 1\ufe0f", "ab 1"),
        ("Équipe 👩\u200d⚕\ufe0f et 👨\u200d👩\u200d👧", "Équipe 👩\u200d⚕\ufe0f et 👨\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("ليل\u200f 5", "ليل\u200f 5"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("مرحبا  بكم\r\nici", "مرحبا بكم ici"),
        ("a\x85b\u2028c\x00d", "a b cd"),
    ],
)
def test_a_line_holds_nothing_unseen_but_what_scripts_and_emoji_need(typed, kept):
    assert one_line(typed) == kept


@pytest.mark.parametrize(
    "spellings",
    [
        ["L’Œil", "l'oeil", "LʼOEIL", "L' œil", "l‘Œil"],
        ["Saint‑Malo", "Saint-Malo", "SAINT–MALO", "saint−malo", "Saint Malo"],
        ["Hôpital de l'Ouest", "Hopital de l’ouest", "HO\u0302PITAL DE L´OUEST"],
        ["Ex æquo", "ex aequo", "EX ÆQUO"],
        ["Bien\u00adêtre", "bienêtre", "BIENETRE"],
        ["C.H.U.", "CHU", "chu"],
    ],
)
def test_the_spellings_of_a_name_are_one_key(spellings):
    assert len({slug_of(spelling) for spelling in spellings}) == 1


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40))
def test_keys_of_ascii_names_are_those_of_django(name):
    """Keys that are stored and in URLs stay what they are, but for an apostrophe among spaces."""
    if "'" not in name and "`" not in name:
        assert slug_of(name) == slugify(name)
