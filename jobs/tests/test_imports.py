"""Importing job offers, as of 2026-11-23: files, runs and what becomes of the pages."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import PageLogEntry, Revision

from home.access import Audience
from jobs.models import JobIndexPage, JobPage
from members.access import VISITOR
from search.models import OutboxRow
from taxonomy.models import Theme

from .partner import SAMPLES, offer, posting, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


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
    assert page.body[0].value.source == "<p>Poste de jour</p><p>voir</p>"


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


def test_many_lines_take_few_queries_each(send, django_assert_max_num_queries):
    send(*[posting(f"R-{n}") for n in range(60)])
    with django_assert_max_num_queries(40):
        send(*[posting(f"R-{n}") for n in range(60)])


def test_the_index_follows_in_the_end(send, client):
    send(posting())
    assert not OutboxRow.objects.filter(done=False, error="").exclude(kind="job").exists()
