"""Plain text of what editors write, as extracts show it."""

import pytest

from core.text import running_text, summary

pytestmark = pytest.mark.database_free


def test_headings_and_cells_are_set_apart_in_an_extract():
    text = "Les créneaux\nÉquipe A\nLundi.\nEt après ?\nJeudi"
    assert running_text(text) == "Les créneaux ·\nÉquipe A ·\nLundi.\nEt après ?\nJeudi"


def test_a_summary_is_cut_between_words():
    assert summary("Ce qui change\nUne réévaluation à quinze jours.", 30) == "Ce qui change · Une…"


def test_a_short_text_is_its_own_summary():
    assert summary("Rien de neuf.\n") == "Rien de neuf."
