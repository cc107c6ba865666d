"""French as professionals write it, the same on every engine."""

import pytest

from search.analysis.words import fold
from search.query import Sort

from .library import (
    AIDE,
    ANAESTHESIA,
    ANTI,
    DIALYSIS,
    HEAD,
    HEPATITIS,
    HOME,
    HYPERTENSION,
    NURSE_NIGHT,
    PARACETAMOL,
    PHARMACIST,
    PHYSIO,
    SECRET,
    SUMMER,
    UNIVERSITY,
    result_ids,
    search,
)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        # plural, feminine, inclusive
        ("infirmiers", NURSE_NIGHT),
        ("infirmières", NURSE_NIGHT),
        ("infirmier", ANAESTHESIA),
        ("infirmier·ère", ANAESTHESIA),
        ("infirmier(e)s", ANAESTHESIA),
        ("infirmier/ère anesthésiste", ANAESTHESIA),
        ("pharmacienne", PHARMACIST),
        ("pharmaciens", PHARMACIST),
        ("pharmacien.ne", PHARMACIST),
        ("directeur des soins", HEAD),
        ("masseuse kinésithérapeute", PHYSIO),
        ("patient rééducation", PHYSIO),
        # elision, both apostrophes, none
        ("l’hôpital", NURSE_NIGHT),
        ("l'hôpital", NURSE_NIGHT),
        ("l hopital", NURSE_NIGHT),
        ("d'urgence", NURSE_NIGHT),
        ("urgences", NURSE_NIGHT),
        # accents missing, ligatures
        ("hopital", NURSE_NIGHT),
        ("kinesitherapeute", PHYSIO),
        ("infirmiere anesthesiste", ANAESTHESIA),
        ("hypertension arterielle", HYPERTENSION),
        ("oedeme", ANTI),
        ("oedème", ANTI),
        ("coeur", ANTI),
        ("HÉPATITE", HEPATITIS),
        ("hepatite c", HEPATITIS),
        # hyphens and spaces
        ("aide soignant", AIDE),
        ("aide-soignants", AIDE),
        ("masseur kinésithérapeute", PHYSIO),
        ("anti-inflammatoire", ANTI),
        ("anti inflammatoire", ANTI),
        # abbreviations, both ways
        ("HTA", HYPERTENSION),
        ("hta", HYPERTENSION),
        ("kiné", PHYSIO),
        ("kine", PHYSIO),
        ("kinés", PHYSIO),
        ("IADE", ANAESTHESIA),
        ("AS", AIDE),
        ("AS", HOME),
        ("as", AIDE),
        ("aide-soignante", HOME),
        ("DU", UNIVERSITY),
        ("diplôme universitaire", UNIVERSITY),
        ("HAD", HOME),
        ("IDE", NURSE_NIGHT),
        ("infirmier", HOME),
        ("anti-inflammatoire non stéroïdien", ANTI),
        ("dialyse", DIALYSIS),
        # brand names
        ("Doliprane", PARACETAMOL),
        ("dafalgan", PARACETAMOL),
        ("paracetamol", PARACETAMOL),
        # a season is no stop word
        ("remplacement été", SUMMER),
        # each word may stand in another field
        ("HTA cardiologie", HYPERTENSION),
        ("infirmière rennes urgence", NURSE_NIGHT),
        # phrases and exclusion
        ('"plateau technique"', PHYSIO),
        ("« plateau technique »", PHYSIO),
        ('"de nuit"', NURSE_NIGHT),
        ("infirmier -nuit", ANAESTHESIA),
    ],
)
def test_is_found(library, typed, wanted):
    response = search(library, typed)

    assert wanted in [hit.pk for hit in response.hits]
    assert response.corrected == ""


@pytest.mark.parametrize(
    ("typed", "unwanted"),
    [
        ('"technique plateau"', PHYSIO),
        ('"plateaux techniques"', PHYSIO),
        ("infirmier -nuit", NURSE_NIGHT),
        ("infirmier -nuits", NURSE_NIGHT),
        ('infirmier -"de nuit"', NURSE_NIGHT),
        ("hypertension dermatologie", HYPERTENSION),
        # words in small letters that look like acronyms are stop words beside others
        ("as juridique", AIDE),
        ("du juridique", UNIVERSITY),
        ("ans juridique", HOME),
    ],
)
def test_is_not_found(library, typed, unwanted):
    assert unwanted not in [hit.pk for hit in search(library, typed).hits]


@pytest.mark.parametrize(
    ("typed", "wanted", "said"),
    [
        ("kinsithérapeute", PHYSIO, "kinésithérapeute"),
        ("hypertention", HYPERTENSION, "hypertension"),
        ("infimrier", NURSE_NIGHT, "infirmier"),
        ("cardiologei prévention", HYPERTENSION, "cardiologie prévention"),
        ("-nuit anesthésite", ANAESTHESIA, "-nuit anesthésiste"),
    ],
)
def test_a_typing_error_is_corrected_and_said(library, typed, wanted, said):
    response = search(library, typed)

    assert wanted in [hit.pk for hit in response.hits]
    assert fold(response.corrected) == fold(said)


@pytest.mark.parametrize(
    "typed", ["kinésithérapeute", "cardiologie", "gérontologie Quimper", '"infimrier"', "xqzw"]
)
def test_what_is_right_or_quoted_or_hopeless_is_not_corrected(library, typed):
    assert search(library, typed).corrected == ""


def test_a_correction_reveals_no_word_of_a_secret_group(library):
    outside = search(library, "zopiclonode")
    inside = search(library, "zopiclonode", tokens=SECRET)

    assert (outside.total, outside.corrected) == (0, "")
    assert inside.corrected == "zopiclonade"


def test_a_correction_obeys_the_filters(library):
    response = search(library, "kinsithérapeute", filters={"kind": ("news",)})

    assert (response.total, response.corrected) == (0, "")


@pytest.mark.parametrize("typed", ["", "  ", "le", "de la", "qu'", "au sein du"[:2], "🦷", "- -", '""', "…"])
def test_stop_words_and_nothing_find_everything(library, typed):
    assert search(library, typed).total == search(library).total > 10


@pytest.mark.parametrize(
    "typed",
    [
        "nul\x00octet",
        "🦷 dent",
        "\u202eédition à l’envers",
        'guillemet " seul',
        "- moins",
        "--double",
        "title:nuit AND body:* OR NOT (x~2 ^4 [a TO b] \\ / ?",
        "a" * 1_000_000,
        "mot " * 250_000,
        '"' * 301,
        "\ud800 moitié",
        "e\u0301te\u0301",
        "%' OR 1=1; --",
        '{"query": {"match_all": {}}}',
        "٣ أسنان 医療",
    ],
)
def test_whatever_is_typed_is_answered(library, typed):
    assert search(library, typed, facets=("kind", "profession")).total >= 0


@pytest.mark.parametrize("typed", ["a" * 400, '"' + "é" * 300 + '"'])
def test_a_word_longer_than_any_finds_nothing(library, typed):
    assert search(library, typed).total == 0


def test_operators_of_other_systems_are_plain_text(library):
    assert result_ids(library, "infirmier*") == result_ids(library, "infirmier")
    assert result_ids(library, "title:infirmier") == []


def test_decomposed_accents_are_accents(library):
    assert result_ids(library, "re\u0301e\u0301ducation") == result_ids(library, "rééducation") == [PHYSIO]


def test_a_word_of_the_title_ranks_first(library):
    assert result_ids(library, "paracétamol dose")[0] == PARACETAMOL
    assert result_ids(library, "infirmier")[0] in (NURSE_NIGHT, ANAESTHESIA)


def test_hits_carry_the_labels_that_they_were_found_by(library):
    assert search(library, "officine").hits[0].keywords == "Officine Quimper"


def test_words_and_dates_sort_differently(library):
    assert result_ids(library, sort=Sort.RELEVANCE) == result_ids(library, sort=Sort.DATE)
