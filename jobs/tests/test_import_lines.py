"""What a line of a partner's file says: read, or refused with the field's name."""

from datetime import date
from decimal import Decimal

import pytest

from jobs.models import JobPage
from members.access import VISITOR

from .partner import offer, posting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


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
    assert offer().title == "Infirmier de nuit 🌙 \u200fليل"


def test_the_address_of_a_page_is_its_own_even_without_letters(send):
    assert send(posting("№1", title="夜班护士"), posting("№2", title="夜班护士")) == 0
    assert len({page.slug for page in JobPage.objects.all()}) == 2
