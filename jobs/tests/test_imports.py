"""Importing job offers, as of 2026-11-23."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from wagtail.models import PageLogEntry, Revision

from home.access import Audience
from jobs.models import JobIndexPage, JobPage
from members.access import VISITOR
from search.models import OutboxRow
from taxonomy.models import Theme

SAMPLES = Path(__file__).parent / "samples"
NOW = "2026-11-23 10:00+01:00"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(site):
    with time_machine.travel(NOW, tick=True):
        yield


def run(file, *options) -> int:
    """The exit code."""
    try:
        call_command("import_jobs", str(file), *options)
    except SystemExit as end:
        return end.code
    except CommandError as error:
        return error.returncode
    return 0


@pytest.fixture
def send(tmp_path):
    """Imports these offers as one file of the source « baie »; returns the exit code."""

    def send(*offers: dict, options=()) -> int:
        file = tmp_path / "baie.jsonl"
        file.write_text("".join(json.dumps(offer) + "\n" for offer in offers), encoding="utf-8")
        return run(file, *options)

    return send


@pytest.fixture
def refusals(send, tmp_path):
    """The refused fields of these offers, with the reasons."""

    def refusals(*offers: dict) -> dict[str, str]:
        report = tmp_path / "report.jsonl"
        send(*offers, options=["--report", str(report)])
        rows = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
        return {row["field"]: row["reason"] for row in rows}

    return refusals


def posting(reference="R-1", **changes) -> dict:
    offer = {
        "@type": "JobPosting",
        "identifier": {"value": reference},
        "title": "Infirmier de nuit",
        "description": "<p>Service de 28 lits.</p>",
        "datePosted": "2026-11-12",
        "validThrough": "2027-01-31",
        "employmentType": ["FULL_TIME", "cdi"],
        "occupationalCategory": {"codeValue": "J1506"},
        "relevantOccupation": {"name": "Infirmier"},
        "hiringOrganization": {"name": "Centre hospitalier de la Baie"},
        "jobLocation": {"address": {"postalCode": "22000", "addressLocality": "Saint-Brieuc"}},
        "applicationContact": {"email": "rh@baie.example"},
    }
    return {name: value for name, value in (offer | changes).items() if value is not None}


def offer(reference="R-1") -> JobPage:
    return JobPage.objects.get(reference=reference)


# --- The partners' samples ------------------------------------------------------------------------------


def test_the_offers_of_a_job_board_are_all_accepted():
    assert run(SAMPLES / "offres.jsonl") == 0
    assert JobPage.objects.live().count() == 18
    page = offer("CHB-2026-0412")
    assert page.title == "Infirmier de nuit en gériatrie"
    assert page.source == "offres"
    assert [p.code for p in page.professions.all()] == ["60"]
    assert page.contract.slug == "fph_contractuel" and page.working_time == "full"
    assert (page.pay_min, page.pay_max, page.pay_unit) == (Decimal(2350), Decimal(2900), "month")
    assert (page.town, page.department.code) == ("Saint-Brieuc", "22")
    assert (page.opens_on, page.closes_on) == (date(2026, 11, 12), date(2027, 1, 31))
    assert page.apply_email == "recrutement@ch-baie.example"
    assert page.plain_text.startswith("Au sein d'un service de 28 lits")


def test_professions_places_and_pay_of_the_job_board():
    run(SAMPLES / "offres.jsonl")
    professions = {page.reference: [p.code for p in page.professions.all()] for page in JobPage.objects.all()}
    assert professions["PHA-78"] == ["39"]  # the code says two professions, the name one
    assert professions["CLI-302"] == ["60"] and professions["PUE-2"] == ["60"]
    assert professions["SEC-6"] == ["99"]  # an occupation without a profession of its own
    assert all(professions.values())
    assert offer("CHU-88").department.code == "974" and offer("SEC-6").department.code == "2A"
    assert offer("PHA-77").title == "Pharmacien adjoint"
    assert offer("PHA-77").display_title == "Pharmacien adjoint (H/F)"
    assert offer("CHB-2026-0418").retrocession == 92
    assert offer("PHA-78").pay_min == Decimal("12.90") and offer("PHA-78").pay_unit == "hour"


def test_the_spreadsheet_keeps_its_accents():
    assert run(SAMPLES / "offres-tableur.csv") == 0
    assert JobPage.objects.live().count() == 4
    first = offer("DEP-1")
    assert first.title == "Diététicien en dialyse"
    assert (first.pay_min, first.pay_max, first.pay_unit) == (Decimal(1450), Decimal(1700), "month")
    assert (first.opens_on, first.closes_on) == (date(2026, 11, 12), date(2027, 1, 31))
    assert first.working_time == "part"
    assert "1,4 M€" in offer("DEP-3").plain_text and "œuvre" in offer("DEP-4").plain_text
    assert offer("DEP-2").plain_text == "Contactologie ; samedi par roulement."
    assert [s.label for s in offer("DEP-4").specialties.all()] == ["Gériatrie"]
    assert offer("DEP-3").contract.slug == "cession"


def test_the_refused_file_gives_exactly_its_refusals(tmp_path):
    report = tmp_path / "report.jsonl"
    assert run(SAMPLES / "offres-invalides.jsonl", "--report", str(report)) == 1
    rows = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert [(row["line"], row["field"]) for row in rows] == [
        (1, "title"),
        (2, "identifier"),
        (3, "validThrough"),
        (4, "validThrough"),
        (5, "relevantOccupation"),
        (6, "jobLocation"),
        (7, "baseSalary"),
        (8, "employmentType"),
        (9, "title"),
        (10, ""),
        (11, ""),
    ]
    reasons = [row["reason"] for row in rows]
    assert all(reasons) and len(set(reasons)) == 11
    for row, quoted in ((3, "31 février"), (4, "Astrologue"), (5, "99999"), (7, "mercenaire")):
        assert quoted in reasons[row]
    page = JobPage.objects.get()
    assert page.reference == "OK-1"
    assert page.body[0].value.source == "<p>Poste de jour</p>voir"


def test_a_second_run_changes_nothing(django_assert_num_queries):
    run(SAMPLES / "offres.jsonl")
    before = list(JobPage.objects.order_by("pk").values())
    entries = PageLogEntry.objects.count()
    OutboxRow.objects.all().delete()
    assert run(SAMPLES / "offres.jsonl") == 0
    assert list(JobPage.objects.order_by("pk").values()) == before
    assert not OutboxRow.objects.exists() and Revision.objects.count() == 18
    assert PageLogEntry.objects.count() == entries


# --- Changes --------------------------------------------------------------------------------------------


def test_a_changed_line_updates_its_page_and_no_other(send):
    send(posting("R-1"), posting("R-2"))
    before = JobPage.objects.get(reference="R-2")
    assert send(posting("R-1", title="Infirmière de jour"), posting("R-2")) == 0
    assert offer("R-1").title == "Infirmière de jour" and offer("R-1").live
    after = JobPage.objects.get(reference="R-2")
    assert after.last_published_at == before.last_published_at
    assert Revision.objects.count() == 3
    assert JobPage.objects.count() == 2


def test_what_an_editor_corrected_stays_until_the_partner_changes_it(send):
    send(posting())
    page = offer()
    page.title, page.audience = "Infirmier, service de nuit", Audience.VERIFIED
    page.themes.set([Theme.objects.get(slug="geriatrie")])
    page.save_revision().publish()
    send(posting(description="<p>Service de 30 lits.</p>"))
    page = offer()
    assert page.title == "Infirmier, service de nuit"
    assert page.audience == Audience.VERIFIED
    assert [theme.slug for theme in page.themes.all()] == ["geriatrie"]
    assert page.plain_text == "Service de 30 lits."
    send(posting(title="Infirmier de jour", description="<p>Service de 30 lits.</p>"))
    assert offer().title == "Infirmier de jour"


def test_a_page_that_an_editor_took_down_stays_down(send):
    send(posting())
    offer().unpublish()
    assert send(posting(title="Infirmier de jour")) == 0
    page = offer()
    assert not page.live
    assert page.get_latest_revision_as_object().title == "Infirmier de jour"


def test_a_draft_that_an_editor_began_is_kept(send):
    send(posting())
    page = offer()
    page.employer = "Nom en cours de correction"
    page.save_revision()
    send(posting(title="Infirmier de jour"))
    page = offer()
    assert (page.title, page.employer) == ("Infirmier de jour", "Centre hospitalier de la Baie")
    assert page.has_unpublished_changes
    draft = page.get_latest_revision_as_object()
    assert (draft.title, draft.employer) == ("Infirmier de jour", "Nom en cours de correction")


def test_a_scheduled_publication_is_kept(send):
    send(posting())
    page = offer()
    page.employer = "Nom de demain"
    page.go_live_at = page.last_published_at + timedelta(days=1)
    page.save_revision().publish()
    send(posting(title="Infirmier de jour"))
    scheduled = Revision.objects.get(approved_go_live_at__isnull=False)
    assert scheduled.as_object().employer == "Nom de demain"
    assert scheduled.as_object().title == "Infirmier de jour"
    assert offer().title == "Infirmier de jour" and offer().employer != "Nom de demain"


def test_a_locked_page_is_left_alone(send, refusals, editor):
    send(posting())
    page = offer()
    page.locked, page.locked_by = True, editor
    page.save()
    assert refusals(posting(title="Infirmier de jour"))
    assert offer().title == "Infirmier de nuit"
    assert send(posting()) == 0


def test_the_same_reference_of_another_partner_is_another_offer(send):
    send(posting(), options=["--source", "baie"])
    send(posting(), options=["--source", "autre"])
    assert JobPage.objects.filter(reference="R-1").count() == 2
    assert len({page.slug for page in JobPage.objects.all()}) == 2


def test_a_reference_twice_in_a_file_is_refused_the_second_time(refusals):
    assert list(refusals(posting(), posting(title="Autre"))) == ["identifier"]
    assert offer().title == "Infirmier de nuit"


# --- Options --------------------------------------------------------------------------------------------


def test_a_dry_run_says_the_same_and_changes_nothing(send):
    send(posting("R-1"), posting("R-2"))
    before = list(JobPage.objects.order_by("pk").values())
    lines = posting("R-1", title="Autre"), posting("R-3"), posting("R-4", title="")
    assert send(*lines, options=["--dry-run", "--close-missing"]) == 1
    assert list(JobPage.objects.order_by("pk").values()) == before
    assert Revision.objects.count() == 2


def test_drafts_wait_for_an_editor(send):
    send(posting(), options=["--draft"])
    page = offer()
    assert not page.live and page.has_unpublished_changes
    send(posting(title="Infirmier de jour"))
    assert not offer().live
    revision = offer().get_latest_revision()
    assert revision.as_object().title == "Infirmier de jour"
    revision.publish()
    assert offer().live and offer().title == "Infirmier de jour"


def test_offers_that_the_file_no_longer_has_are_closed(send):
    send(posting("R-1"), posting("R-2"))
    send(posting("R-9"), options=["--source", "autre"])
    send(posting("R-1"), options=["--close-missing"])
    assert {page.reference for page in JobPage.objects.visible_to(VISITOR)} == {"R-1", "R-9"}
    assert offer("R-2").has_expired and offer("R-2").live
    closed = offer("R-2").closes_on
    send(posting("R-1"), options=["--close-missing"])
    assert offer("R-2").closes_on == closed


def test_an_offer_that_comes_back_is_open_again(send):
    send(posting("R-1"), posting("R-2"))
    send(posting("R-1"), options=["--close-missing"])
    send(posting("R-1"), posting("R-2"), options=["--close-missing"])
    assert not offer("R-2").has_expired
    assert offer("R-2").closes_on == date(2027, 1, 31)


def test_an_offer_posted_today_can_be_closed_today(send):
    send(posting("R-1"), posting("R-2", datePosted="2026-11-23"))
    send(posting("R-1"), options=["--close-missing"])
    assert offer("R-2").has_expired
    offer("R-2").full_clean()


def test_a_refused_line_does_not_close_its_offer(send):
    send(posting("R-1"), posting("R-2"))
    send(posting("R-1"), posting("R-2", title=""), options=["--close-missing"])
    assert not offer("R-2").has_expired


def test_nothing_is_closed_when_a_line_cannot_be_told(send, tmp_path):
    send(posting("R-1"), posting("R-2"))
    file = tmp_path / "baie.jsonl"
    file.write_text(json.dumps(posting("R-1")) + '\n{"identifier": {"val', encoding="utf-8")
    assert run(file, "--close-missing") == 1
    assert not offer("R-2").has_expired


def test_the_report_is_a_spreadsheet_unless_its_name_says_json(tmp_path):
    report = tmp_path / "refus.csv"
    run(SAMPLES / "offres-invalides.jsonl", "--report", str(report))
    text = report.read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 12 and text.splitlines()[3].startswith("3;validThrough;")


@pytest.mark.parametrize("content", [None, b"", b"\n\n", b"\x89PNG\x00\x01", b"nom;prenom\nA;B\n"])
def test_a_file_that_cannot_be_read_ends_with_2(tmp_path, content):
    file = tmp_path / "envoi.csv"
    if content is not None:
        file.write_bytes(content)
    assert run(file) == 2


@pytest.mark.parametrize(("name", "reason"), [("", "C’est un dossier"), ("absent.csv", "pas de fichier")])
def test_what_is_no_file_is_said_in_french(tmp_path, name, reason):
    with pytest.raises(CommandError, match=reason) as refused:
        call_command("import_jobs", str(tmp_path / name))
    assert refused.value.returncode == 2


def test_without_a_list_of_offers_the_reason_is_told(tmp_path, capsys):
    JobIndexPage.objects.get().delete()
    assert run(SAMPLES / "offres.jsonl") == 2


# --- What a line says -----------------------------------------------------------------------------------


def test_an_offer_whose_end_is_past_is_taken_and_found_by_nobody(send, client):
    assert send(posting(validThrough="2026-11-20")) == 0
    page = offer()
    assert page.has_expired and not JobPage.objects.visible_to(VISITOR).exists()
    assert client.get(page.url).status_code == 410


def test_several_mistakes_of_a_line_are_all_told(refusals):
    assert set(refusals(posting(title="", validThrough="demain", hiringOrganization={}))) == {
        "title",
        "validThrough",
        "hiringOrganization",
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Infirmière", "60"),
        ("infirmier(ère)", "60"),
        ("Infirmier·ère", "60"),
        ("Infirmiers / Infirmières", "60"),
        ("IDE", "60"),
        ("Infirmier de bloc opératoire", "60"),
        ("Sages-femmes", "50"),
        ("Masseuse-kinésithérapeute", "70"),
        ("Kiné", "70"),
        ("Pharmacienne adjointe", "21"),
        ("Préparatrice en pharmacie hospitalière", "38"),
        ("préparatrice en pharmacie", "39"),
        ("medecin", "10"),
        ("Aide soignante", "35"),
        ("Éducatrice spécialisée", "51"),
        ("chirurgien-dentiste", "40"),
        ("Diététicienne", "95"),
        ("Secrétaire assistante médico-administrative", "99"),
    ],
)
def test_professions_are_found_by_what_people_call_them(send, name, code):
    assert send(posting(occupationalCategory=None, relevantOccupation=name)) == 0
    assert [p.code for p in offer().professions.all()] == [code]


def test_the_code_decides_before_the_name(send):
    send(posting(occupationalCategory="J1404", relevantOccupation="Infirmier"))
    assert [p.code for p in offer().professions.all()] == ["70"]


def test_a_code_of_several_professions_without_a_telling_name_means_all(send):
    send(posting(occupationalCategory="J1201", relevantOccupation="Biologiste"))
    assert {p.code for p in offer().professions.all()} == {"10", "21"}


@pytest.mark.parametrize(
    ("types", "contract"),
    [
        ("cdi", "cdi"),
        (["PART_TIME", "CDD"], "cdd"),
        (["INTERN"], "stage"),
        (["OTHER", "Remplacement libéral"], "remplacement_liberal"),
        (["TEMPORARY", "interim"], "interim"),
    ],
)
def test_contracts_are_found_by_slug_label_and_the_words_of_schema_org(send, types, contract):
    assert send(posting(employmentType=types)) == 0
    assert offer().contract.slug == contract


@pytest.mark.parametrize("types", [None, [], "FULL_TIME", ["OTHER"], ["CONTRACTOR"]])
def test_an_offer_without_a_contract_is_refused(refusals, types):
    assert list(refusals(posting(employmentType=types))) == ["employmentType"]


@pytest.mark.parametrize(
    ("code", "department"),
    [("20200", "2B"), ("20000", "2A"), ("97400", "974"), ("98800", "988"), ("01000", "01"), (1000, "01")],
)
def test_places_by_postal_code(send, code, department):
    assert send(posting(jobLocation=[{"address": {"postalCode": code}}])) == 0
    assert offer().department.code == department


@pytest.mark.parametrize(
    "address",
    [
        {},
        {"postalCode": "99999"},
        {"postalCode": "2200"[:3]},
        {"postalCode": "10115", "addressCountry": "DE"},
    ],
)
def test_unknown_places_are_refused(refusals, address):
    assert list(refusals(posting(jobLocation={"address": address}))) == ["jobLocation"]


@pytest.mark.parametrize(
    ("salary", "low", "high", "unit"),
    [
        ({"value": {"value": 2350, "unitText": "MONTH"}}, 2350, 2350, "month"),
        ({"value": {"minValue": "2 350,50", "unitText": "mois"}}, "2350.50", None, "month"),
        (
            {"value": {"minValue": "2\u202f350 €", "maxValue": "2.900,00", "unitText": "MONTH"}},
            2350,
            2900,
            "month",
        ),
        ({"value": {"minValue": 0, "maxValue": 0, "unitText": "MONTH"}}, None, None, ""),
        ({"minValue": "12.9", "maxValue": "14,2", "unitText": "HOUR"}, "12.90", "14.20", "hour"),
    ],
)
def test_pay_as_partners_write_it(send, salary, low, high, unit):
    assert send(posting(baseSalary=salary)) == 0
    page = offer()
    expected = [None if amount is None else Decimal(amount) for amount in (low, high)]
    assert [page.pay_min, page.pay_max] == expected
    assert page.pay_unit == unit


@pytest.mark.parametrize(
    "salary",
    [
        {"value": {"minValue": 3000, "maxValue": 2000, "unitText": "MONTH"}},
        {"value": {"minValue": "selon profil", "unitText": "MONTH"}},
        {"value": {"minValue": 2000, "unitText": "siècle"}},
        {"value": {"minValue": 2000}},
        {"value": {"minValue": -5, "unitText": "MONTH"}},
        {"value": {"minValue": 1e30, "unitText": "MONTH"}},
        {"value": {"minValue": 99999999, "unitText": "MONTH"}},
        {"currency": "CHF", "value": {"minValue": 4000, "unitText": "MONTH"}},
    ],
)
def test_pay_that_makes_no_sense_is_refused(refusals, salary):
    assert list(refusals(posting(baseSalary=salary))) == ["baseSalary"]


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2027-01-31", date(2027, 1, 31)),
        ("31/01/2027", date(2027, 1, 31)),
        ("31.1.27", date(2027, 1, 31)),
        ("2027-01-31T23:59:59Z", date(2027, 2, 1)),  # past midnight in Paris
        ("2027-01-31T12:00", date(2027, 1, 31)),
    ],
)
def test_dates_as_partners_write_them(send, given, day):
    assert send(posting(validThrough=given)) == 0
    assert offer().closes_on == day


@pytest.mark.parametrize("given", ["31/02/2027", "0000-00-00", "9999-12-31", "bientôt", 20270131, ["x"] * 3])
def test_impossible_dates_are_refused(refusals, given):
    found = refusals(posting(validThrough=given))
    assert list(found) in (["validThrough"], []) if given == 20270131 else list(found) == ["validThrough"]


def test_how_to_apply_is_asked_for(refusals):
    assert list(refusals(posting(applicationContact=None))) == ["applicationContact"]


def test_bad_addresses_are_refused(refusals):
    assert list(refusals(posting(applicationContact={"email": "pas une adresse"}))) == ["applicationContact"]
    assert list(refusals(posting(applicationContact={"url": "javascript:alert(1)"}))) == [
        "applicationContact"
    ]


def test_an_unknown_specialty_is_left_out_not_refused(send):
    assert send(posting(medicalSpecialty="Astrologie médicale")) == 0
    assert not offer().specialties.exists()


def test_nul_bytes_surrogates_and_emoji_do_not_stop_an_import(send):
    assert send(posting(title="Infirmier\x00 de\ud800 nuit 🌙 ‏ليل")) == 0
    assert offer().title == "Infirmier de nuit 🌙 ‏ليل"


def test_the_address_of_a_page_is_its_own_even_without_letters(send):
    assert send(posting("№1", title="夜班护士"), posting("№2", title="夜班护士")) == 0
    assert len({page.slug for page in JobPage.objects.all()}) == 2


def test_many_lines_take_few_queries_each(send, django_assert_max_num_queries):
    send(*[posting(f"R-{n}") for n in range(60)])
    with django_assert_max_num_queries(40):
        send(*[posting(f"R-{n}") for n in range(60)])


def test_the_index_follows_in_the_end(send, client):
    send(posting())
    assert not OutboxRow.objects.filter(done=False, error="").exclude(kind="job").exists()
