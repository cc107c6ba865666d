"""Neighbours of the files in `tests/cases`: other ways in which the same kinds of cells go wrong."""

import io
import json

import pytest

from imports.lines import UnreadableError, looks_misread
from imports.markup import rich_text
from imports.record_file import RecordFile
from imports.record_reader import RecordReader
from imports.values import UnreadableValueError, as_day, as_hours, as_number, as_postal_code
from jobs.imports import COLUMNS
from jobs.imports_criteria import forbidden_criteria
from jobs.validation import without_gender_mark

pytestmark = pytest.mark.database_free

NAMES = "reference;titre;contrat;code_postal;description"


def read(content: str | bytes) -> RecordFile:
    content = content.encode() if isinstance(content, str) else content
    return RecordFile(io.BytesIO(content), COLUMNS, ("reference", "title", "contract", "postal_code"))


def cell(name: str, value: object) -> RecordReader:
    return RecordReader({name: (name, value)})


@pytest.mark.parametrize("declared", ["SEP=;", "sep = ;", "sep=;;;;", '"sep=;";;;', "sep=,"])
def test_an_instruction_for_excel_is_no_line_of_the_table(declared):
    file = read(f"{declared}\n{NAMES}\nA;Infirmier;cdi;35000;Jour\n")
    assert not file.notices and [record.data["reference"][1] for record in file] == ["A"]


def test_a_line_above_the_header_that_cannot_be_read_is_told():
    file = read(f'"Offres du mois\n{NAMES}\nA;Infirmier;cdi;35000;Jour\n')
    assert "Offres du mois" in file.notices[0]


@pytest.mark.parametrize(
    "title", ["Intitulé de l'offre", "Titre de l’annonce", '"Titre\r\n\r\nde l’offre *"']
)
def test_columns_are_named_in_words(title):
    [record] = read(f"{NAMES.replace('titre', title)}\nA;Infirmier;cdi;35000;Jour\n")
    assert record.data["title"][1] == "Infirmier"


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ('"dit "oui" ici"', 'dit "oui" ici'),
        ('"Poste" de jour', '"Poste" de jour'),
        ('Écran 24" et "jour"', 'Écran 24" et "jour"'),
        ('"deux ""mots"" et "trois"', 'deux "mots" et "trois'),
    ],
)
def test_quotation_marks_that_were_not_doubled_stay(cells, text):
    [record] = read(f"{NAMES}\nA;Infirmier;cdi;35000;{cells}\n")
    assert record.data["body"][1] == text


@pytest.mark.parametrize("content", ["<html><table>", "<?xml version='1.0'?><offres/>"])
def test_a_web_page_with_another_name_is_one_sentence(content):
    with pytest.raises(UnreadableError, match="xlsx"):
        read(content)


@pytest.mark.parametrize(
    "envelope",
    [
        lambda one, two: {"offres": [one, two], "total": 2},
        lambda one, two: {"@graph": [one, two]},
        lambda one, two: {"@type": "ItemList", "itemListElement": [{"item": one}, {"item": two}]},
        lambda one, two: [[one, two]],
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_objects_come_out_of_their_envelope(envelope, indent):
    one, two = {"title": "A", "description": "x"}, {"title": "B", "description": "y"}
    assert [record.data for record in read(json.dumps(envelope(one, two), indent=indent))] == [one, two]


def test_lines_of_json_between_commas_are_read():
    assert [record.data for record in read('{"title": "A"},\n{"title": "B"},\n')] == [
        {"title": "A"},
        {"title": "B"},
    ]


# --- Cells ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["#REF!", "#N/A", "#VALEUR!", "#NOM?", "#DIV/0!", "########", "Err:502"])
def test_errors_of_spreadsheets_are_no_text(value):
    reader = cell("title", value)
    assert reader.text("title", limit=80) == "" and reader.problems


@pytest.mark.parametrize("value", ["#12", "#infirmier", "N/A"])
def test_signs_that_people_type_are_text(value):
    assert cell("title", value).text("title", limit=80) == value


@pytest.mark.parametrize(("value", "reference"), [("126.0", "126"), ("127,0", "127"), ("1.5", "1.5")])
def test_references_that_became_numbers(value, reference):
    assert cell("reference", value).reference("reference", limit=80) == reference


@pytest.mark.parametrize("value", ["1,23E+12", "1.23457E+11", "N/A", "null", "-", "#REF!"])
def test_what_names_no_record_is_refused(value):
    reader = cell("reference", value)
    reader.reference("reference", limit=80, required="manque")
    assert reader.problems


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("M&amp;eacute;decin", "Médecin"),
        ("M&amp;amp;eacute;decin", "Médecin"),
        ("M&amp;#233;decin", "Médecin"),
        ("R&amp;amp;D", "R&D"),
        ("a &notanentity; b", "a &notanentity; b"),
        ("poids &lt; 50 kg", "poids < 50 kg"),
    ],
)
def test_entities_however_often_they_were_escaped(value, title):
    assert cell("title", value).text("title", limit=80) == title


def test_breaks_of_pages_and_cells_do_not_join_words():
    assert cell("body", "un\x0bdeux\x0ctrois").long_text("body", limit=80) == "un\ndeux\ntrois"


@pytest.mark.parametrize("value", ["M\ufffddecin", "M?decin g?n?raliste", "MÃ©decin"])
def test_lost_accents_are_seen(value):
    assert looks_misread(value)


@pytest.mark.parametrize("value", ["Médecin ?", "https://x.example/?page=2", "Oui? Non", "À côté"])
def test_questions_are_no_lost_accents(value):
    assert not looks_misread(value)


@pytest.mark.parametrize(
    ("read_value", "value"),
    [
        (as_number, "10²"),
        (as_number, "²350"),
        (as_number, "½"),
        (as_number, "< 2350"),
        (as_day, "15/01/2027 25:00"),
        (as_day, "15/01/2027 12:75"),
        (as_hours, "1.400 h"),
        (as_hours, "< 0,5"),
        (as_postal_code, "1000 Bruxelles"),
        (as_postal_code, "3500²"),
    ],
)
def test_values_that_would_be_another_are_refused(read_value, value):
    with pytest.raises(UnreadableValueError):
        read_value(value)


# --- Texts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("si DFG<limite et K>5", "<p>si DFG&lt;limite et K&gt;5</p>"),
        ("<p>< 0,5 et 5<6 et Na<K</p>", "<p>&lt; 0,5 et 5&lt;6 et Na&lt;K</p>"),
        ("2<s>5</s>3", "<p>2 [barré\u00a0: 5] 3</p>"),
        ("<p>a<o:p></o:p></p><my-tag>b</my-tag>", "<p>a</p><p>b</p>"),
        ("x<math><msup><mi>y</mi><mn>2</mn></msup></math>", "<p>xy<sup>2</sup></p>"),
    ],
)
def test_signs_are_no_tags(source, expected):
    assert rich_text(source) == expected


@pytest.mark.parametrize(
    "mark",
    [
        *["(m/w/d)", "homme ou femme", "H.F.", "(HF)", "(H.F.)", "H\\F", "H&F", "{H/F}", "«H/F»", "_H/F"],
        *["(tous genres)", "(F ou H)", "H/F/X"],
    ],
)
def test_other_gender_marks(mark):
    assert without_gender_mark(f"Infirmier {mark}") == "Infirmier"


def test_words_around_a_gender_mark_do_not_touch():
    assert without_gender_mark("Infirmier(H/F)de nuit") == "Infirmier de nuit"


@pytest.mark.parametrize(
    "text",
    [
        "Diplôme de moins de 35 ans",
        "Véhicule de moins de 15 ans",
        "Autorisation d'exercice de moins de 35 ans",
        "Titre de moins de 10 ans",
        "Service dédié aux femmes de plus de 50 ans",
        "Accueil de sujets de moins de 40 ans",
        "Bâtiment de moins de 30 ans",
    ],
)
def test_ages_of_things_and_of_patients_are_no_criterion(text):
    assert not forbidden_criteria(text)


@pytest.mark.parametrize(
    "text",
    [
        "Le service recherche un infirmier de moins de 35 ans",
        "Femme de moins de 30 ans",
        "Candidat de moins de 35 ans",
        "Formation au bloc. Vous avez moins de 30 ans",
    ],
)
def test_ages_of_those_wanted_are_one(text):
    assert forbidden_criteria(text)
