"""The portal speaks French, and English: the catalogue is complete, current and compiled."""

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

from .support import skip_or_fail

pytestmark = pytest.mark.database_free
FRENCH = Path(settings.BASE_DIR) / "locale" / "fr" / "LC_MESSAGES" / "django.po"
# Names that are the same in both languages.
PROPER_NAMES = re.compile(r"Pro Santé Connect|Annuaire Santé|Français|Saint-Barthélemy")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def french() -> polib.POFile:
    return polib.pofile(str(FRENCH))


def test_nothing_is_left_untranslated_or_fuzzy(french):
    assert [entry.msgid for entry in french.untranslated_entries()] == []
    assert [entry.msgid for entry in french.fuzzy_entries()] == []


def test_the_compiled_catalogue_is_the_one_that_people_edited(french):
    compiled = polib.mofile(str(FRENCH.with_suffix(".mo")))
    assert {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in compiled} == {
        (entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural
        for entry in french
        if not entry.obsolete
    }


def test_the_catalogue_holds_every_string_of_the_source(french, settings, monkeypatch):
    if not shutil.which("xgettext"):
        skip_or_fail("gettext is not installed")
    monkeypatch.chdir(settings.BASE_DIR)
    edited = FRENCH.read_bytes()
    try:
        call_command("makemessages", locale=["fr"], ignore_patterns=[".venv", "var"], verbosity=0)
        found = polib.pofile(str(FRENCH))
    finally:
        FRENCH.write_bytes(edited)
    keys = {(entry.msgctxt, entry.msgid) for entry in french if not entry.obsolete}
    assert {(entry.msgctxt, entry.msgid) for entry in found if not entry.obsolete} - keys == set()


def test_translations_keep_every_placeholder(french):
    for entry in french:
        wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for text in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            assert set(PLACEHOLDER.findall(text)) <= wanted, entry.msgid


def test_french_is_set_as_french_is(french):
    """Typographic apostrophes; a no-break space before double punctuation and inside « »."""
    wrong = [
        text
        for entry in french
        for text in [entry.msgstr, *entry.msgstr_plural.values()]
        if re.search(r"\w'\w|[\w»] [;:!?](?!\w)|« \b|\b »", re.sub(r"<[^>]*>|%\(\w+\)s", "x", text))
    ]
    assert wrong == []


def test_source_strings_are_english(french):
    accented = re.compile(r"[àâçéèêëîïôùûœ«»]", re.IGNORECASE)
    assert [e.msgid for e in french if accented.search(PROPER_NAMES.sub("", e.msgid))] == []
