"""Sessions of courses as iCalendar: one, those of a course, those of a list."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from search.engines.base import EngineUnavailable
from trainings.factories import TrainingPageFactory, TrainingSessionFactory
from trainings.models import TrainingPage

pytestmark = pytest.mark.django_db

LIST = "/recherche/agenda/"


def calendar(response) -> Calendar:
    """What RFC 5545 wants, and calendar software reads."""
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    lines = response.content.split(b"\r\n")
    assert lines[-1] == b"" and all(len(line) <= 75 and b"\n" not in line for line in lines)
    read = Calendar.from_ical(response.content)
    assert read["version"] == "2.0" and read["prodid"] and read.subcomponents
    for event in read.walk("VEVENT"):
        assert event["uid"] and event["dtstamp"].dt.tzinfo and event["dtstart"].dt < event["dtend"].dt
        assert not event.errors
    return read


def events(response) -> dict[str, list]:
    """Title → first days."""
    found: dict[str, list] = {}
    for event in calendar(response).walk("VEVENT"):
        found.setdefault(str(event["summary"]), []).append(event["dtstart"].dt)
    return found


def course(title: str, *in_days: int, **fields) -> TrainingPage:
    return TrainingPageFactory(
        title=title, sessions=[TrainingSessionFactory(in_days=days, days=2) for days in in_days], **fields
    )


def day(in_days: int):
    return timezone.localdate() + timedelta(days=in_days)


@pytest.fixture
def courses(site, index):
    made = [
        course("Plaies, escarres ; ulcères \\ n\nfin " + "é" * 80, -9, 5, 45, professions=["infirmier"]),
        course("Lecture d’ECG", 12, professions=["medecin"]),
        course("Réservé", 6, audience="verified"),
        course("Sans date"),
    ]
    index()
    return made


def test_a_course_gives_its_coming_sessions_and_each_of_them(courses, client):
    page = courses[0]
    found = events(client.get(f"{page.url}agenda/"))
    assert list(found.values()) == [[day(5), day(45)]]
    assert next(iter(found)).startswith("Plaies, escarres ; ulcères \\ n fin éé")
    session = page.coming_sessions[0]
    single = client.get(f"{page.url}agenda/{session.pk}/")
    (event,) = calendar(single).walk("VEVENT")
    assert event["dtend"].dt == day(7)
    assert event["location"] == "Nantes (44)"
    assert event["url"].endswith(page.url) and event["url"].startswith("http")
    assert single["Content-Disposition"] == f'attachment; filename="session-{session.pk}.ics"'
    html = client.get(page.url).content.decode()
    assert f'type="text/calendar" title="Sessions" href="{page.url}agenda/"' in html


def test_a_course_without_dates_has_no_calendar(courses, client):
    assert client.get(f"{courses[3].url}agenda/").status_code == 404
    assert "text/calendar" not in client.get(courses[3].url).content.decode()


def test_ids_stay_whatever_changes(courses, client):
    page = TrainingPage.objects.get(pk=courses[1].pk)
    address = f"{page.url}agenda/"
    (before,) = calendar(client.get(address)).walk("VEVENT")
    page.title = "Lire un ECG"
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        page.save_revision().publish()
    (after,) = calendar(client.get(address)).walk("VEVENT")
    assert (after["uid"], str(after["summary"])) == (before["uid"], "Lire un ECG")
    assert after["last-modified"].dt > before["last-modified"].dt


def test_a_list_gives_what_is_public_of_it_whoever_asks(courses, make_user, client_of):
    nurse = client_of(make_user("infirmier"))
    seen = [client.get(LIST) for client in (nurse, Client())]
    assert seen[0].content == seen[1].content
    assert sorted(map(len, events(seen[0]).values())) == [1, 2]
    assert "Réservé" not in events(seen[0])
    assert list(events(Client().get(f"{LIST}?profession=medecin"))) == ["Lecture d’ECG"]
    assert list(events(Client().get(f"{LIST}?q=ecg&autour=Nantes"))) == ["Lecture d’ECG"]


def test_a_month_gives_the_sessions_of_that_month(courses):
    month = f"{day(45):%Y-%m}"
    found = events(Client().get(f"{LIST}?mois={month}"))
    assert [starts for days in found.values() for starts in days] == [
        starts for starts in (day(5), day(12), day(45)) if f"{starts:%Y-%m}" == month
    ]


def test_a_list_names_its_calendar(courses, make_user, client_of):
    html = client_of(make_user("infirmier")).get("/formations/?q=plaies&tri=session").content.decode()
    links = re.findall(r'<(link|a) [^>]*href="(/recherche/agenda/[^"]*)"', html)
    assert {address for _tag, address in links} == {f"{LIST}?q=plaies&amp;profession=infirmier"}
    assert {tag for tag, _address in links} == {"link", "a"}
    assert LIST not in Client().get("/emplois/").content.decode()


def test_what_is_closed_meanwhile_is_not_told_though_the_index_has_it(courses, settings):
    settings.SEARCH_DRAIN = "worker"
    page = TrainingPage.objects.get(pk=courses[1].pk)
    page.audience = "verified"
    page.save_revision().publish()
    assert "Lecture d’ECG" not in events(Client().get(LIST))


def test_nothing_to_tell_is_a_calendar_too(courses):
    response = Client().get(f"{LIST}?q=zythum&mois=1999-01&tri=rien&page=99999999")
    assert events(response) == {}


def test_a_calendar_that_did_not_change_is_not_sent_again(courses):
    first = Client().get(LIST)
    again = Client().get(LIST, headers={"if-none-match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert "max-age" in first["Cache-Control"] and "Cookie" not in first.get("Vary", "")


def test_calendar_software_is_asked_to_come_back_when_the_engine_is_down(courses, monkeypatch):
    def fail(*args):
        raise EngineUnavailable("down")

    monkeypatch.setattr("search.engines.embedded.EmbeddedEngine.search", fail)
    response = Client().get(LIST)
    assert (response.status_code, response["Retry-After"]) == (503, "30")


def test_a_calendar_costs_few_queries(courses, django_assert_max_num_queries):
    Client().get(LIST)
    with django_assert_max_num_queries(12):
        Client().get(LIST)
