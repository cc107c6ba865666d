"""Files of partners that were refused or read wrongly: `tests/cases/imports`, each with what is right.

What stands in a cell is read or refused with a reason; nothing is dropped without a word.
"""

import io
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from openpyxl import Workbook
from openpyxl.styles import numbers

from jobs.models import JobPage
from trainings.models import TrainingPage

CASES = Path(__file__).parent / "cases" / "imports"
JANUARY_15, JANUARY_31 = date(2027, 1, 15), date(2027, 1, 31)


@pytest.fixture(autouse=True)
def today(site):
    with time_machine.travel("2026-11-29 10:00+01:00", tick=True):
        yield


class Sent:
    """What became of a file: the pages by reference, the refusals by line, what was said of it."""

    def __init__(self, file: Path, tmp_path: Path, command: str, model):
        report, out = tmp_path / "report.jsonl", io.StringIO()
        self.error = ""
        try:
            call_command(command, str(file), "--source", "cases", "--report", str(report), stdout=out)
        except SystemExit:
            pass
        except CommandError as error:
            self.error = str(error)
        lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
        self.refusals = {row["line"]: (row["field"], row["reason"]) for row in map(json.loads, lines)}
        self.pages = {page.reference: page for page in model.objects.all()}
        self.said = out.getvalue()

    def __getitem__(self, reference: str):
        assert reference in self.pages, (self.refusals, self.said)
        return self.pages[reference]


@pytest.fixture
def jobs(tmp_path):
    return lambda name: Sent(
        CASES / name if isinstance(name, str) else name, tmp_path, "import_jobs", JobPage
    )


@pytest.fixture
def trainings(tmp_path):
    return lambda name: Sent(CASES / name, tmp_path, "import_trainings", TrainingPage)


# --- Which line names the columns -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("01a-sep-line.csv", "SEP-1"),
        ("01b-sep-line-bom-quoted.csv", "SEP-2"),
        ("01c-sep-comma.csv", "SEP-3"),
        ("01d-title-line-above.csv", "SEP-4"),
        ("01e-blank-separators-above.csv", "SEP-5"),
        ("02a-header-linebreak.csv", "HDR-1"),
        ("02b-header-quoted-all.csv", "HDR-2"),
        ("02c-header-linebreak-optional.csv", "HDR-3"),
        ("15b-utf16.csv", "U16-1"),
        ("15e-double-bom.csv", "BOM-1"),
    ],
)
def test_the_names_of_the_columns_are_found(jobs, name, reference):
    sent = jobs(name)
    assert list(sent.pages) == [reference] and not sent.refusals
    page = sent[reference]
    assert (page.postal_code, page.town, page.apply_email) == ("35000", "Rennes", "rh@tilleuls.example")
    assert (page.opens_on, page.closes_on) == (date(2026, 11, 20), JANUARY_31)


@pytest.mark.parametrize(
    "names",
    [
        "N° de référence;Titre du poste;Profession (IDE…);Établissement;Code postal *;Contrat;Courriel (RH)",
        "sep=;\n\nOffres\nRéf.;Intitulé;Métier;Structure;CP;Contrat;E-mail",
    ],
)
def test_columns_are_known_by_words_that_are_all_their_own(jobs, tmp_path, names):
    file = tmp_path / "offres.csv"
    file.write_text(f"{names}\nA;Infirmier;Infirmier;Clinique;35000;cdi;rh@x.example\n", encoding="utf-8")
    assert jobs(file)["A"].apply_email == "rh@x.example"


def test_a_title_above_the_columns_is_told(jobs):
    assert "Offres du mois de novembre" in jobs("01d-title-line-above.csv").said


def test_utf_16_without_a_mark_is_no_text(jobs):
    assert "CSV" in jobs("15c-utf16-nobom.csv").error


def test_damaged_accents_are_told(jobs):
    sent = jobs("15d-mojibake.csv")
    assert "MJ-1" in sent.pages and "UTF-8" in sent.said


def test_a_column_that_nobody_reads_is_told(jobs, tmp_path):
    file = tmp_path / "offres.csv"
    file.write_text(
        "reference;titre;profession;employeur;code_postal;contrat;lien;horaires\n"
        "A;Infirmier;Infirmier;Clinique;35000;cdi;https://x.example;12 h de nuit\n",
        encoding="utf-8",
    )
    assert "horaires (1)" in jobs(file).said


# --- What spreadsheet software does to cells ------------------------------------------------------------


def test_formulas_and_apostrophes_that_hold_a_text(jobs):
    assert {
        reference: page.postal_code for reference, page in jobs("03a-formula-text.csv").pages.items()
    } == {
        "00123": "01000",
        "00124": "01000",
    }
    assert jobs("03b-apostrophe.csv")["00125"].postal_code == "01000"
    floats = jobs("03c-floats.csv")
    assert [floats[reference].postal_code for reference in ("126", "127")] == ["01000", "35000"]


def test_thousands(jobs):
    sent = jobs("04-thousands.csv")
    assert {reference: page.pay_min for reference, page in sent.pages.items()} == {
        **dict.fromkeys(["TH-4", "TH-5", "TH-7", "TH-8", "TH-10", "TH-11", "TH-12"], Decimal(2350)),
        **dict.fromkeys(["TH-15", "TH-16", "TH-17"], Decimal(2350)),
        "TH-6": Decimal("2350.50"),
        "TH-9": Decimal(1234567),
        "TH-13": Decimal(2000),
    }
    assert (sent["TH-13"].pay_max, sent["TH-17"].pay_unit) == (Decimal(2500), "month")
    # « 2.350 », « 2,350 », « 35.000 », « 12,875 » may mean two things.
    assert {line: field for line, (field, _reason) in sent.refusals.items()} == dict.fromkeys(
        [2, 3, 4, 15], "salaire_min"
    )


def test_dates(jobs):
    sent = jobs("05-dates.csv")
    assert sent["DT-8"].closes_on == date(2027, 2, 1)
    others = {reference: page.closes_on for reference, page in sent.pages.items() if reference != "DT-8"}
    assert set(others.values()) == {JANUARY_15} and len(others) == 14
    refused = {f"DT-{line - 1}" for line in sent.refusals}
    assert refused == {"DT-1", "DT-2", "DT-12", "DT-18", "DT-20"}
    assert "format" in sent.refusals[2][1]


def test_postal_codes(jobs):
    sent = jobs("06-postal.csv")
    assert {reference: page.postal_code for reference, page in sent.pages.items()} == {
        "CP-1": "01000",
        "CP-2": "75001",
        "CP-9": "97410",
        "CP-11": "97500",
        **dict.fromkeys(["CP-3", "CP-4", "CP-5", "CP-6", "CP-7", "CP-12", "CP-13"], "35000"),
    }
    assert {f"CP-{line - 1}" for line in sent.refusals} == {"CP-8", "CP-10"}
    assert "CEDEX 7" in sent.said and "PARIS" in sent.said


def test_line_breaks_and_quotation_marks_in_cells(jobs):
    sent = jobs("15-linebreaks.csv")
    assert len(sent.pages) == 6 and not sent.refusals
    assert (sent["LB-2"].title, sent["LB-2"].town) == ("Infirmier de nuit", "Rennes")
    assert sent["LB-3"].plain_text == 'Taille 1,80 m ; écran 24" ; fin'
    assert sent["LB-4"].plain_text == 'Écran 24" et "poste de jour"'
    assert sent["LB-5"].plain_text == '"Poste" de jour'
    assert "soins" in sent["LB-1"].plain_text and "garde" in sent["LB-1"].plain_text


def test_empty_columns_and_rows_are_nothing(jobs):
    assert set(jobs("15f-trailing.csv").pages) == {"TR-1", "TR-2"}


def test_formulas_are_refused_and_come_back_as_text(jobs, tmp_path):
    report = tmp_path / "refus.csv"
    with pytest.raises(SystemExit):
        call_command("import_jobs", str(CASES / "15g-csv-injection.csv"), "--report", str(report))
    text = report.read_text(encoding="utf-8-sig")
    assert ";'@SUM(1)" in text
    assert all(cell[:1] not in "=+-@" for line in text.splitlines() for cell in line.split(";") if cell)


# --- Words ----------------------------------------------------------------------------------------------


def test_entities(jobs):
    sent = jobs("07-entities.csv")
    assert (sent["ENT-1"].title, sent["ENT-1"].employer) == ("Médecin généraliste", "Hôpital de l'Ouest")
    assert (sent["ENT-2"].title, sent["ENT-2"].town) == ("Soins & rééducation : infirmier", "Saint-Malo")


def test_invisible_characters(jobs):
    sent = jobs("08-invisible.csv")
    assert set(sent.pages) == {f"INV-{number}" for number in range(1, 6)}
    for page in sent.pages.values():
        for text in (page.reference, page.title, page.town, page.employer, page.apply_email):
            assert all(character.isprintable() for character in text), text
    assert (sent["INV-1"].title, sent["INV-1"].town) == ("Infirmier de jour", "Rennes")
    assert {page.apply_email for page in sent.pages.values()} == {"rh@tilleuls.example"}


def test_one_gender_mark(jobs):
    titles = {page.display_title for page in jobs("10-gender.csv").pages.values()}
    assert titles == {
        "Infirmier de nuit (H/F)",
        "IDE - EHPAD Rennes (H/F)",
        "Infirmier - CDI (H/F)",
        "Infirmier (H/F)",
    }


@pytest.mark.parametrize("title", ["Accueil de femmes et hommes victimes", "Infirmier vih-hépatites"])
def test_words_that_are_no_gender_mark_stay(title):
    from jobs.validation import without_gender_mark

    assert without_gender_mark(title) == title


def test_what_is_no_criterion_is_accepted(jobs):
    assert len(jobs("14-criteria-false-positives.csv").pages) == 12


def test_markup_of_word_processors_and_pages_keeps_words_lines_and_lists(jobs):
    sent = jobs("11-html.jsonl")
    assert len(sent.pages) == 14
    text = {reference: page.plain_text for reference, page in sent.pages.items()}
    rich = {reference: page.body[0].value.source for reference, page in sent.pages.items()}
    lines = {
        "HT-1": ["Poste de jour.", "Prime de nuit.", "Logement possible."],
        "HT-4": ["Poste de jour."],
        "HT-5": ["Poste de jour."],
        "HT-6": ["Poste de jour.", "Prime"],
        "HT-10": ["Un", "Deux", "Titre", "Suite", "Fin"],
        "HT-13": ["Poste de jour.", "Prime."],
        "HT-14": ["Voir ici et là"],
    }
    assert {reference: text[reference].splitlines() for reference in lines} == lines
    for reference, words in [
        ("HT-2", ["Lundi", "8 h", "Mardi", "14 h"]),
        ("HT-3", ["Service de bloc.", "Astreintes", "Gardes"]),
        ("HT-7", ["Horaires", "7 h à 19 h", "Repos", "deux week-ends sur trois"]),
        ("HT-8", ["Le service", "Le poste", "Une équipe", "8 h", "14 h"]),
        ("HT-9", ["Missions :", "Soins", "Transmissions", "Profil :", "Diplôme", "Contact"]),
        ("HT-11", ["Soins", "Pansements", "Perfusions", "Prélèvements"]),
        ("HT-12", ["Poste de jour.", "Missions :", "soins", "transmissions orales", "Contact : RH"]),
    ]:
        for word in words:
            assert re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text[reference]), (reference, word)
    assert "<b>" not in rich["HT-6"].replace("<b>Prime</b>", "")
    assert rich["HT-3"].endswith("<ul><li>Astreintes</li><li>Gardes</li></ul>")
    assert text["HT-2"].splitlines() == ["Lundi | 8 h", "Mardi | 14 h"]
    assert len(text["HT-12"].splitlines()) == 5


# --- JSON -----------------------------------------------------------------------------------------------


def test_the_end_of_an_offer_as_a_moment(jobs):
    ends = {reference: page.closes_on for reference, page in jobs("12-validthrough.jsonl").pages.items()}
    assert ends.pop("VT-1") == date(2027, 2, 1)  # an hour past midnight in Paris
    assert ends == {f"VT-{number}": JANUARY_31 for number in range(2, 11)}


@pytest.mark.parametrize(
    ("name", "references"),
    [
        ("13a-array-pretty.json", {"AR-1", "AR-2"}),
        ("13b-array-one-line.json", {"AR-3", "AR-4"}),
        ("13c-array-lines.json", {"AR-5", "AR-6"}),
        ("13d-graph.json", {"AR-7"}),
        ("13e-bom-crlf.jsonl", {"AR-8", "AR-9"}),
    ],
)
def test_json_however_it_is_laid_out(jobs, name, references):
    sent = jobs(name)
    assert set(sent.pages) == references and not sent.refusals


def test_a_json_text_that_was_cut_is_one_refusal(jobs, tmp_path):
    file = tmp_path / "coupe.json"
    text = (CASES / "13a-array-pretty.json").read_text(encoding="utf-8")
    file.write_text(text[: len(text) * 3 // 4], encoding="utf-8")
    sent = jobs(file)
    assert set(sent.pages) == {"AR-1"} and len(sent.refusals) == 1


def test_contracts_pay_and_places_of_job_boards(jobs, client):
    sent = jobs("13f-employment.jsonl")
    assert (sent["EM-1"].contract.slug, sent["EM-1"].working_time) == ("cdi", "full")
    assert (sent["EM-5"].contract.slug, sent["EM-5"].working_time) == ("cdi", "full")
    assert (sent["EM-9"].postal_code, sent["EM-9"].town) == ("35000", "Rennes")
    assert (sent["EM-6"].pay_min, sent["EM-6"].pay_unit) == (Decimal(2400), "month")
    assert sent["EM-8"].postal_code == "35000" and "22000" in sent.said
    assert sent["EM-10"].postal_code == "01000" and sent["EM-11"].postal_code == "35000"
    assert {f"EM-{line}" for line in sent.refusals} == {"EM-3", "EM-4", "EM-7", "EM-13"}
    assert "JobPosting" not in client.get(sent["EM-12"].url).content.decode()
    assert "JobPosting" in client.get(sent["EM-2"].url).content.decode()


# --- Trainings ------------------------------------------------------------------------------------------


def test_durations(trainings):
    sent = trainings("16-durations.csv")
    assert {reference: page.hours for reference, page in sent.pages.items()} == {
        **dict.fromkeys(["DU-1", "DU-8", "DU-9", "DU-10", "DU-11", "DU-14", "DU-22"], Decimal(14)),
        **dict.fromkeys(["DU-2", "DU-4", "DU-5", "DU-16", "DU-21"], Decimal(7)),
        **dict.fromkeys(["DU-3", "DU-20"], Decimal("3.5")),
        **dict.fromkeys(["DU-6", "DU-7", "DU-12"], Decimal("7.5")),
        **dict.fromkeys(["DU-18", "DU-19"], Decimal("1.5")),
        "DU-13": Decimal(35),
    }
    assert {f"DU-{line - 1}" for line in sent.refusals} == {"DU-15", "DU-17"}


def test_sessions_and_prices(trainings):
    sent = trainings("17-sessions.csv")
    sessions = {
        reference: [(str(s.starts_on), str(s.ends_on), s.town, s.postal_code) for s in page.sessions.all()]
        for reference, page in sent.pages.items()
    }
    january, march = ("2027-01-21", "2027-01-22"), ("2027-03-11", "2027-03-12")
    rennes = ("Rennes", "35000")
    assert sessions["SE-1"] == sessions["SE-4"] == [(*january, *rennes), (*march, *rennes)]
    assert sessions["SE-2"] == [("2027-01-21", "2027-01-21", *rennes)]
    assert sessions["SE-3"] == [(*january, *rennes), (*march, "Quimper", "29000")]
    assert {reference: page.price for reference, page in sent.pages.items() if reference > "SE-4"} == {
        "SE-5": Decimal(0),
        "SE-6": None,
        "SE-8": Decimal(300),
        "SE-9": None,
    }
    assert "Sur devis" in sent.said
    assert set(sent.refusals) == {10, 13}  # without tax; 1,2 or 1200


# --- Workbooks ------------------------------------------------------------------------------------------


@pytest.fixture
def workbook(tmp_path):
    def workbook(*rows, more=()) -> Path:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        for row in more:
            (book["Autre"] if "Autre" in book.sheetnames else book.create_sheet("Autre")).append(row)
        for row in book.active.iter_rows(min_row=2, min_col=5, max_col=5):
            row[0].number_format = "00000"
        for row in book.active.iter_rows(min_row=2, min_col=10, max_col=10):
            row[0].number_format = numbers.FORMAT_PERCENTAGE
        book.save(tmp_path / "offres.xlsx")
        return tmp_path / "offres.xlsx"

    return workbook


NAMES = (
    "reference titre profession employeur code_postal contrat expire_le salaire salaire_par retrocession lien"
)


def row(
    reference=7, closes_on: object = date(2027, 1, 15), pay: object = 2350.5, share=None, title="Infirmier"
):
    end = [closes_on, pay, "mois", share, "https://x.example"]
    return [
        reference,
        title,
        "Infirmier",
        "Clinique",
        1000,
        "cdi" if share is None else "remplacement libéral",
        *end,
    ]


def test_a_workbook_is_read_as_it_is_seen(jobs, workbook):
    sent = jobs(
        workbook(["Nos offres"], NAMES.split(), row(), row(8, pay=None, share=0.925), more=[["Notes"]])
    )
    page = sent["7"]
    assert (page.postal_code, page.closes_on, page.pay_min) == ("01000", JANUARY_15, Decimal("2350.50"))
    assert sent["8"].retrocession == Decimal("92.5")
    assert "Autre" in sent.said and "Nos offres" in sent.said


def test_cells_of_a_workbook_that_hold_no_value_are_refused(jobs, workbook):
    sent = jobs(
        workbook(NAMES.split(), row(7, "=TODAY()"), row(8, 46418), row(9, pay=12.875), row(10, title="#N/A"))
    )
    assert {line: field for line, (field, _reason) in sent.refusals.items()} == {
        2: "expire_le",
        3: "expire_le",
        4: "salaire",
        5: "titre",
    }


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 400])
def test_a_damaged_workbook_is_one_sentence(jobs, tmp_path, content):
    file = tmp_path / "offres.xlsx"
    file.write_bytes(content)
    assert ".xlsx" in jobs(file).error


def test_a_workbook_that_was_cut_is_one_sentence(jobs, workbook):
    file = workbook(NAMES.split(), row())
    file.write_bytes(file.read_bytes()[:-200])
    assert ".xlsx" in jobs(file).error
