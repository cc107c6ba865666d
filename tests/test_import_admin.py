"""Editors import a partner's file from Wagtail's admin: try, read, confirm."""

import io
import re
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from openpyxl import Workbook

from core.models import private_storage
from imports import runs
from imports.models import ImportRun
from jobs.models import JobPage

SAMPLES = Path(__file__).parents[1] / "jobs" / "tests" / "samples"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _surroundings(site):
    with time_machine.travel("2026-11-23 10:00+01:00", tick=True):
        yield


@pytest.fixture
def admin(editor, client_of):
    return client_of(editor)


def upload(client, name="offres-invalides.jsonl", content=None, **fields):
    content = (SAMPLES / name).read_bytes() if content is None else content
    data = {"kind": "job", "source": "baie", "file": SimpleUploadedFile(name, content)} | fields
    return client.post(reverse("portal_import"), data, follow=True)


def waiting() -> ImportRun:
    return ImportRun.objects.get(status=ImportRun.Status.WAITING)


def test_a_file_is_tried_before_anything_changes(admin):
    response = upload(admin)
    assert response.status_code == 200
    text = response.content.decode()
    assert len(re.findall(r"<tr>\s*<td>", text)) == 11
    assert "employmentType" in text and "mercenaire" in text
    assert not JobPage.objects.exists()


def test_a_workbook_is_tried_and_imported_as_it_is(admin):
    book, content = Workbook(), io.BytesIO()
    book.active.append(["Nos offres de novembre"])
    names = "reference titre profession employeur code_postal contrat lien horaires"
    book.active.append(names.split())
    book.active.append([7, "Infirmier", "IDE", "Clinique", 1000, "cdi", "https://x.example", "12 h"])
    book.save(content)
    response = upload(admin, "offres.xlsx", content.getvalue())
    text = response.content.decode()
    assert "Nos offres de novembre" in text and "horaires (1)" in text
    admin.post(response.redirect_chain[-1][0], {"confirm": ""}, follow=True)
    assert (JobPage.objects.get().reference, JobPage.objects.get().postal_code) == ("7", "01000")


def test_confirming_imports_the_accepted_lines_in_the_name_of_the_editor(admin, editor):
    address = upload(admin).redirect_chain[-1][0]
    response = admin.post(address, {"confirm": ""}, follow=True)
    assert response.status_code == 200
    page = JobPage.objects.get()
    assert (page.reference, page.source, page.owner) == ("OK-1", "baie", editor)
    assert page.live


def test_confirming_twice_imports_once(admin, monkeypatch):
    address = upload(admin).redirect_chain[-1][0]
    admin.post(address, {"confirm": ""})
    monkeypatch.setattr(runs, "execute", lambda run: pytest.fail("worked twice"))
    assert admin.post(address, {"confirm": ""}).status_code == 302


def test_giving_up_removes_the_file(admin, django_capture_on_commit_callbacks):
    address = upload(admin).redirect_chain[-1][0]
    run = ImportRun.objects.get()
    assert private_storage().exists(run.input_file.name) and private_storage().exists(run.output_file.name)
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(address, {"cancel": ""})
    assert admin.get(address).status_code == 404
    assert not private_storage().exists(run.input_file.name)
    assert not private_storage().exists(run.output_file.name)


def test_what_is_new_is_kept_as_drafts_when_asked(admin):
    address = upload(admin, draft="on").redirect_chain[-1][0]
    admin.post(address, {"confirm": ""})
    assert not JobPage.objects.get().live


def test_the_refusals_can_be_sent_back_to_the_partner(admin):
    address = upload(admin).redirect_chain[-1][0]
    response = admin.get(f"{address}refusals.csv")
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content).decode("utf-8-sig").count("\n") == 12


def test_the_pages_history_says_where_it_comes_from(admin):
    address = upload(admin).redirect_chain[-1][0]
    admin.post(address, {"confirm": ""})
    page = JobPage.objects.get()
    assert admin.get(reverse("wagtailadmin_pages:history", args=[page.pk])).status_code == 200


def test_a_long_file_is_left_to_the_worker(admin, monkeypatch):
    monkeypatch.setattr(runs, "TRIED_AT_ONCE", 5)
    response = upload(admin)
    assert response["Refresh"] == "3"
    call_command("background_run", str(waiting().pk))
    address = response.redirect_chain[-1][0]
    assert "Refresh" not in admin.get(address)


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PK\x03\x04\x00", b"nom;prenom\nA;B\n", b"bonjour"]
)
def test_a_file_that_cannot_be_read_keeps_the_form(admin, content):
    response = upload(admin, name="x.csv", content=content)
    assert response.status_code == 200
    assert "errors" in response.context["form"].__dict__ or response.context["form"].errors["file"]
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("content", [b"{}\n" * 60_000, b" " * (20 * 1024 * 1024 + 1)])
def test_a_file_of_too_many_lines_or_bytes_is_refused(admin, content):
    response = upload(admin, content=content)
    assert response.context["form"].errors["file"]
    assert not ImportRun.objects.exists()


def test_ten_thousand_offers_are_taken_in_by_the_worker(admin):
    response = upload(admin, content=(b'{"title": "' + b"x" * 1_500 + b'"}\n') * 10_000)
    assert response["Refresh"] == "3" and waiting()


def test_a_few_lines_of_many_bytes_are_left_to_the_worker(admin):
    upload(admin, content=(b'{"a": "' + b"x" * 900_000 + b'"}\n') * 6)
    assert waiting()


def test_nobody_sees_the_import_of_another(admin, client_of, make_user):
    address = upload(admin).redirect_chain[-1][0]
    other = client_of(make_user(groups=("editors",)))
    for path in (address, f"{address}refusals.csv"):
        assert other.get(path).status_code == 404


def test_who_may_not_add_pages_may_not_import(client_of, make_user):
    reader = client_of(make_user("infirmier"))
    assert reader.get(reverse("portal_import")).status_code == 302


def test_an_unforeseen_error_is_told_not_shown(admin, monkeypatch):
    monkeypatch.setattr("jobs.imports.JobImporter.run", lambda *args: 1 / 0)
    response = upload(admin)
    assert response.status_code == 200
    assert response.context["run"].problem
