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
