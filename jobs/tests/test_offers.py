"""Job offers: what an editor may write, what a reader sees, what happens when time passes."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from jobs.factories import JobPageFactory
from jobs.models import JobPage
from jobs.presentation import pay_text, place_text
from jobs.validation import without_gender_mark
from members.access import VISITOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
NBSP = "\u00a0"


def days(count: int) -> date:
    return timezone.localdate() + timedelta(days=count)


def json_ld(response) -> dict | None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.S)
    return json.loads(found[1]) if found else None


# --- Validation ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"pay_min": 3000, "pay_max": 2000, "pay_unit": "month"}, "pay_max"),
        ({"pay_min": 3000}, "pay_unit"),
        ({"pay_min": -1, "pay_unit": "month"}, "pay_min"),
        ({"retrocession": 80}, "retrocession"),
        ({"retrocession": 120, "contract_slug": "remplacement_liberal"}, "retrocession"),
        ({"opens_on": date(2026, 5, 2), "closes_on": date(2026, 5, 1)}, "closes_on"),
        ({"postal_code": "99999"}, "postal_code"),
        ({"postal_code": "2200"}, "postal_code"),
        ({"apply_email": "", "apply_url": ""}, "apply_email"),
        ({"apply_url": "javascript:alert(1)"}, "apply_url"),
        ({"audience": "professions"}, "professions"),
        ({"employer": ""}, "employer"),
    ],
)
def test_an_inconsistent_offer_is_refused_and_the_field_is_named(fields, wrong):
    with pytest.raises(ValidationError) as refusal:
        JobPageFactory(**fields)
    assert wrong in refusal.value.message_dict


@pytest.mark.parametrize(
    ("postal_code", "department", "region"),
    [("22000", "22", "bretagne"), ("20200", "2B", "corse"), ("97400", "974", "la-reunion")],
)
def test_the_postal_code_gives_department_and_region(postal_code, department, region):
    offer = JobPageFactory(postal_code=postal_code, town="Ville")
    assert (offer.department.code, offer.region.slug) == (department, region)


def test_a_partner_sends_a_reference_once():
    JobPageFactory(source="ch-baie", reference="A-1")
    with pytest.raises(ValidationError):
        JobPageFactory(source="ch-baie", reference="A-1")
    JobPageFactory(source="other", reference="A-1")


def test_editors_may_repeat_a_reference():
    JobPageFactory(reference="A-1")
    JobPageFactory(reference="A-1")


def test_a_copy_does_not_pretend_to_be_the_imported_offer():
    offer = JobPageFactory(source="ch-baie", reference="A-1")
    copy = offer.copy(update_attrs={"slug": "copie", "title": "Copie"})
    alias = offer.create_alias(update_slug="alias")
    assert (copy.source, copy.reference) == ("", "")
    assert alias.specific.source == ""


# --- Words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Pharmacien adjoint",
        "Pharmacien adjoint H/F",
        "Pharmacien adjoint (H/F)",
        "Pharmacien adjoint - F/H/X",
    ],
)
def test_the_gender_mark_is_added_once(title):
    assert JobPage(title=title).display_title == "Pharmacien adjoint (H/F)"


def test_a_title_that_is_only_a_gender_mark_stays():
    assert without_gender_mark("H/F") == "H/F"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, ""),
        ({"pay_min": 2350, "pay_max": 2900, "pay_unit": "month"}, "€2,350 to €2,900 per month"),
        ({"pay_min": Decimal("12.9"), "pay_unit": "hour"}, "from €12.90 per hour"),
        ({"pay_max": 50000, "pay_unit": "year"}, "up to €50,000 per year"),
        ({"pay_min": 300, "pay_max": 300, "pay_unit": "day"}, "€300 per day"),
        ({"retrocession": Decimal("92.0")}, "retrocession 92%"),
        ({"retrocession": Decimal("72.5")}, "retrocession 72.5%"),
    ],
)
def test_pay_is_written_as_people_read_it(fields, text):
    with translation.override("en"):
        assert (
            pay_text(JobPage(**{name: Decimal(v) if name != "pay_unit" else v for name, v in fields.items()}))
            == text
        )


def test_the_place_holds_together():
    offer = JobPageFactory()
    assert place_text(offer) == f"Saint-Brieuc{NBSP}(22)"


# --- Pages -----------------------------------------------------------------------------------------------


def test_a_visitor_reads_an_offer(client):
    offer = JobPageFactory(title="Infirmier de nuit", employer="Hôpital <Nord>", closes_on=days(20))
    response = client.get(offer.url)
    page = response.content.decode()
    assert response.status_code == 200
    assert "<h1>Infirmier de nuit (H/F)</h1>" in page
    assert "Hôpital &lt;Nord&gt;" in page
    assert "Saint-Brieuc" in page


def test_structured_data_says_what_the_page_shows(client):
    offer = JobPageFactory(
        title="Infirmier </script><script>alert(1)</script>",
        pay_min=2350,
        pay_max=2900,
        pay_unit="month",
        working_time="full",
        reference="CHB-1",
        opens_on=days(-3),
        closes_on=days(20),
    )
    response = client.get(offer.url)
    data = json_ld(response)
    assert data["@type"] == "JobPosting"
    assert data["title"] == "Infirmier </script><script>alert(1)</script> (H/F)"
    assert data["hiringOrganization"]["name"] == offer.employer
    assert data["jobLocation"]["address"]["addressLocality"] == "Saint-Brieuc"
    assert data["baseSalary"]["value"] == {
        "@type": "QuantitativeValue",
        "minValue": 2350,
        "maxValue": 2900,
        "unitText": "MONTH",
    }
    assert data["employmentType"] == ["FULL_TIME"]
    assert data["datePosted"] == days(-3).isoformat()
    assert data["validThrough"].startswith(days(21).isoformat())
    assert b"<script>alert(1)" not in response.content


def test_the_contract_tells_search_engines_how_one_is_employed(client):
    offer = JobPageFactory(contract_slug="remplacement_liberal", working_time="part")
    assert json_ld(client.get(offer.url))["employmentType"] == ["PART_TIME", "CONTRACTOR"]


def test_a_closed_offer_is_gone_and_says_so_with_current_ones(client):
    closed = JobPageFactory(title="Poste pourvu", closes_on=days(-1), professions=["infirmier"])
    current = JobPageFactory(title="Poste ouvert", professions=["infirmier"])
    other = JobPageFactory(title="Autre métier", professions=["pharmacien"])
    response = client.get(closed.url)
    page = response.content.decode()
    assert response.status_code == 410
    assert "Poste pourvu" in page
    assert current.url in page
    assert other.url not in page
    assert json_ld(response) is None
    assert response["X-Robots-Tag"] == "noindex"


def test_an_offer_is_open_until_the_last_minute_of_its_last_day(client):
    offer = JobPageFactory(closes_on=date(2026, 11, 30))
    with time_machine.travel("2026-11-30T23:59:00+01:00", tick=False):
        assert client.get(offer.url).status_code == 200
        assert JobPage.objects.visible_to(VISITOR).filter(pk=offer.pk).exists()
    with time_machine.travel("2026-12-01T00:00:00+01:00", tick=False):
        assert client.get(offer.url).status_code == 410
        assert not JobPage.objects.visible_to(VISITOR).filter(pk=offer.pk).exists()


def test_an_offer_is_not_shown_before_it_is_posted(client):
    offer = JobPageFactory(opens_on=days(3))
    assert client.get(offer.url).status_code == 404
    assert not JobPage.objects.visible_to(VISITOR).filter(pk=offer.pk).exists()


def test_the_date_of_an_offer_is_the_day_it_was_posted():
    offer = JobPageFactory(opens_on=days(-10))
    assert timezone.localtime(offer.date).date() == days(-10)


def test_similar_offers_are_for_the_same_profession_and_the_nearest_first(client):
    offer = JobPageFactory(title="Ici", professions=["infirmier"])
    far = JobPageFactory(title="Loin", postal_code="13001", professions=["infirmier"])
    region = JobPageFactory(title="En région", postal_code="35000", professions=["infirmier"])
    near = JobPageFactory(title="À côté", professions=["infirmier"])
    JobPageFactory(title="Autre métier", professions=["pharmacien"])
    similar = client.get(offer.url).context["similar"]
    assert [row.pk for row in similar] == [near.pk, region.pk, far.pk]


def test_a_salaried_pay_is_said_to_be_gross(client):
    offer = JobPageFactory(pay_min=2350, pay_unit="month")
    client.cookies["django_language"] = "en"
    assert dict(client.get(offer.url).context["facts"])["Pay"] == "from €2,350 per month, gross"


@pytest.mark.parametrize("tail", ["x" * 300, "%00", "%F0%9F%98%80", "..%2f..%2f", "\u202e"])
def test_strange_addresses_are_not_found(client, tail):
    assert client.get(f"/emplois/{tail}/").status_code == 404


@pytest.mark.parametrize("contract", ["cession", "installation", "association"])
def test_a_practice_to_take_over_is_no_post(contract):
    offer = JobPageFactory(title="Cession de patientèle", contract_slug=contract)
    assert offer.display_title == "Cession de patientèle"
