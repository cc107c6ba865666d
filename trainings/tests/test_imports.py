"""Importing trainings, as of 2026-11-23."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from trainings.models import TrainingPage

SAMPLES = Path(__file__).parent / "samples"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(site):
    with time_machine.travel("2026-11-23 10:00+01:00", tick=True):
        yield


def run(file, *options) -> int:
    """The exit code."""
    try:
        call_command("import_trainings", str(file), *options)
    except SystemExit as end:
        return end.code
    except CommandError as error:
        return error.returncode
    return 0


def course(reference: str) -> TrainingPage:
    return TrainingPage.objects.get(reference=reference)


def test_the_courses_of_several_bodies_are_all_accepted():
    assert run(SAMPLES / "formations.jsonl") == 0
    assert TrainingPage.objects.live().count() == 6
    page = course("99992600101")
    assert page.action_number == "99992600101" and page.kind == "dpc" and page.format == "onsite"
    assert (page.body_name, page.body_number) == ("Soins Formation", "1234")
    assert {p.code for p in page.professions.all()} == {"60", "10"}
    assert [theme.slug for theme in page.themes.all()] == ["plaies-et-cicatrisation"]
    assert (page.hours, page.price) == (Decimal(14), Decimal(690))
    first, second = page.sessions.all()
    assert (first.starts_on, first.ends_on, first.town) == (date(2027, 1, 21), date(2027, 1, 22), "Paris")
    assert second.department.code == "69" and second.seats == 18


# --- What an update keeps -------------------------------------------------------------------------------

NAMES = "reference;titre;organisme;duree;debut;fin;code_postal;ville;places;description\n"


@pytest.fixture
def send(tmp_path):
    def send(starts: str, town: str = "Rennes", text: str = "Un jour.") -> TrainingPage:
        file = tmp_path / "cours.csv"
        file.write_text(f"{NAMES}A;Plaies;Institut;7;{starts};;35000;{town};12;{text}\n", encoding="utf-8")
        assert run(file, "--source", "institut") == 0
        return course("A")

    return send


def days(page: TrainingPage) -> dict[str, int]:
    return {session.starts_on.isoformat(): session.pk for session in page.sessions.all()}


def test_sessions_stay_the_events_that_calendars_know(send):
    first = days(send("21/01/2027|11/03/2027"))
    more = days(send("11/03/2027|21/01/2027|01/06/2027"))
    assert list(more) == ["2027-03-11", "2027-01-21", "2027-06-01"]
    assert first.items() <= more.items()
    moved = days(send("11/03/2027|28/01/2027|01/06/2027"))
    assert moved["2027-01-28"] == first["2027-01-21"]  # the same session, on another day
    left = days(send("01/06/2027", town="Quimper"))
    assert left == {"2027-06-01": more["2027-06-01"]}


def test_what_the_body_does_not_say_of_a_session_stays_as_editors_wrote_it(send):
    page = send("21/01/2027")
    session = page.sessions.get()
    session.price = Decimal(250)
    session.save()
    page = send("28/01/2027")
    assert [(one.pk, one.price, str(one.starts_on)) for one in page.sessions.all()] == [
        (session.pk, Decimal(250), "2027-01-28")
    ]


def test_what_editors_put_around_a_text_stays(send):
    page = send("21/01/2027")
    paragraph = page.body[0].id
    page.body.insert(0, ("heading", "Programme"))
    page.save_revision().publish()
    page = send("21/01/2027", text="Deux jours.")
    assert [(block.block_type, block.id == paragraph) for block in page.body] == [
        ("heading", False),
        ("paragraph", True),
    ]
    assert "Deux jours." in page.plain_text


def test_a_file_that_says_the_same_writes_nothing(send):
    before = send("21/01/2027|11/03/2027")
    after = send("21/01/2027|11/03/2027")
    assert (after.latest_revision_id, days(after)) == (before.latest_revision_id, days(before))
