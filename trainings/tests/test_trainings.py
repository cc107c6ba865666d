"""Trainings: sessions, what is current, what a reader sees."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from members.access import VISITOR
from trainings.factories import TrainingPageFactory, TrainingSessionFactory
from trainings.models import TrainingPage, TrainingSession
from trainings.presentation import hours_text, price_text, session_dates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def is_visible(page: TrainingPage) -> bool:
    return TrainingPage.objects.visible_to(VISITOR).filter(pk=page.pk).exists()


# --- Validation ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["1234", "9999260010a", "999926001011", "٩٩٩٩٢٦٠٠١٠١"])
def test_an_action_number_has_eleven_digits(number):
    with pytest.raises(ValidationError) as refusal:
        TrainingPageFactory(action_number=number)
    assert "action_number" in refusal.value.message_dict


def test_an_unknown_funding_is_refused():
    with pytest.raises(ValidationError) as refusal:
        TrainingPageFactory(funding=["andpc", "loterie"])
    assert "funding" in refusal.value.message_dict


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"starts_on": date(2027, 1, 2), "ends_on": date(2027, 1, 1)}, "ends_on"),
        ({"postal_code": "00000"}, "postal_code"),
        ({"price": Decimal("-1")}, "price"),
    ],
)
def test_an_inconsistent_session_is_refused(fields, wrong):
    session = TrainingSessionFactory(page=TrainingPageFactory(), **fields)
    with pytest.raises(ValidationError) as refusal:
        session.full_clean()
    assert wrong in refusal.value.message_dict


def test_a_session_lasts_one_day_and_knows_its_department():
    page = TrainingPageFactory(
        sessions=[TrainingSession(starts_on=date(2030, 1, 2), postal_code="44000", town="Nantes")]
    )
    session = TrainingPage.objects.get(pk=page.pk).sessions.get()
    assert session.ends_on == date(2030, 1, 2)
    assert session.department.code == "44"


# --- What is current -------------------------------------------------------------------------------------


def test_a_course_without_sessions_is_always_current():
    assert is_visible(TrainingPageFactory())


def test_a_course_with_a_coming_session_is_current():
    sessions = [TrainingSessionFactory(in_days=-20), TrainingSessionFactory(in_days=20)]
    assert is_visible(TrainingPageFactory(sessions=sessions))


def test_a_course_whose_sessions_are_over_is_gone_and_says_so_with_current_ones(client):
    over = TrainingPageFactory(sessions=[TrainingSessionFactory(in_days=-20)], professions=["infirmier"])
    current = TrainingPageFactory(professions=["infirmier"])
    response = client.get(over.url)
    assert not is_visible(over)
    assert response.status_code == 410
    assert current.url in response.content.decode()
    assert b"ld+json" not in response.content


def test_a_course_is_current_until_the_end_of_its_last_session(client):
    page = TrainingPageFactory(sessions=[TrainingSessionFactory(starts_on=date(2026, 11, 29), days=2)])
    with time_machine.travel("2026-11-30T23:59:00+01:00", tick=False):
        assert is_visible(page)
        assert client.get(page.url).status_code == 200
    with time_machine.travel("2026-12-01T00:00:00+01:00", tick=False):
        assert not is_visible(page)
        assert client.get(page.url).status_code == 410


# --- Pages -----------------------------------------------------------------------------------------------


def test_sessions_are_a_table_without_the_past_ones(client):
    page = TrainingPageFactory(
        sessions=[
            TrainingSessionFactory(in_days=-20, town="Le Passé"),
            TrainingSessionFactory(in_days=40, town="Le Plus Loin"),
            TrainingSessionFactory(in_days=20, town="Le Prochain", seats=12),
        ]
    )
    text = client.get(page.url).content.decode()
    assert "Le Passé" not in text
    assert text.index("Le Prochain") < text.index("Le Plus Loin")
    assert '<td class="num">12</td>' in text


def test_structured_data_is_a_course_with_its_coming_sessions(client):
    page = TrainingPageFactory(
        action_number="99992600101",
        hours=Decimal("10.5"),
        price=Decimal(0),
        professions=["infirmier"],
        sessions=[TrainingSessionFactory(in_days=-20), TrainingSessionFactory(in_days=20)],
    )
    text = client.get(page.url).content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])
    assert data["@type"] == "Course"
    assert data["courseCode"] == "99992600101"
    assert data["timeRequired"] == "PT10.5H"
    assert data["offers"]["category"] == "Free"
    assert len(data["hasCourseInstance"]) == 1
    assert data["hasCourseInstance"][0]["courseMode"] == "Onsite"


def test_a_session_goes_into_people_s_calendars(client):
    page = TrainingPageFactory(
        title="Plaies, escarres ; ulcères " + "é" * 60,
        sessions=[TrainingSessionFactory(starts_on=timezone.localdate() + timedelta(days=5), days=2)],
    )
    session = page.sessions.get()
    response = client.get(f"{page.url}agenda/{session.pk}/")
    content = response.content.decode()
    assert response["Content-Type"].startswith("text/calendar")
    assert f"DTSTART;VALUE=DATE:{session.starts_on:%Y%m%d}" in content
    assert f"DTEND;VALUE=DATE:{session.ends_on + timedelta(days=1):%Y%m%d}" in content
    assert "SUMMARY:Plaies\\, escarres \\; ulcères" in content
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))


def test_the_calendar_of_a_reserved_course_is_reserved(client):
    page = TrainingPageFactory(audience="verified", sessions=[TrainingSessionFactory(in_days=5)])
    assert client.get(f"{page.url}agenda/{page.sessions.get().pk}/").status_code == 403


@pytest.mark.parametrize("tail", ["agenda/999999999/", "agenda/0/", "agenda/x/", "agenda/٣/", "agenda/1/2/"])
def test_no_such_session_is_not_found(client, tail):
    page = TrainingPageFactory(sessions=[TrainingSessionFactory(in_days=5)])
    assert client.get(page.url + tail).status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2027, 1, 21), date(2027, 1, 21), "21 January 2027"),
        (date(2027, 1, 21), date(2027, 1, 22), "from 21 to 22 January 2027"),
        (date(2027, 1, 30), date(2027, 2, 1), "from 30 January to 1 February 2027"),
        (date(2026, 12, 30), date(2027, 1, 2), "from 30 December 2026 to 2 January 2027"),
    ],
)
def test_dates_of_a_session_are_said_shortly(first, last, text):
    with translation.override("en"):
        assert session_dates(TrainingSession(starts_on=first, ends_on=last)) == text


def test_prices_and_hours_are_said_as_people_read_them():
    with translation.override("en"):
        assert [price_text(None), price_text(Decimal(0)), price_text(Decimal(1450))] == ["", "free", "€1,450"]
        assert [hours_text(TrainingPage(hours=Decimal(h))) for h in ("14.0", "3.5")] == ["14 h", "3.5 h"]
