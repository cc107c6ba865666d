"""Importing job offers, as of 2026-11-23."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from jobs.models import JobPage

SAMPLES = Path(__file__).parent / "samples"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(site):
    with time_machine.travel("2026-11-23 10:00+01:00", tick=True):
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


def offer(reference: str) -> JobPage:
    return JobPage.objects.get(reference=reference)


def test_the_offers_of_a_job_board_are_all_accepted():
    assert run(SAMPLES / "offres.jsonl") == 0
    assert JobPage.objects.live().count() == 18
    page = offer("CHB-2026-0412")
    assert page.title == "Infirmier de nuit en gériatrie"
    assert [p.code for p in page.professions.all()] == ["60"]
    assert page.contract.slug == "fph_contractuel" and page.working_time == "full"
    assert (page.pay_min, page.pay_max, page.pay_unit) == (Decimal(2350), Decimal(2900), "month")
    assert page.department.code == "22"
    assert (page.opens_on, page.closes_on) == (date(2026, 11, 12), date(2027, 1, 31))


def test_the_refused_file_gives_exactly_its_refusals():
    assert run(SAMPLES / "offres-invalides.jsonl") == 1
    assert [page.reference for page in JobPage.objects.all()] == ["OK-1"]
