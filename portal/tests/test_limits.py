"""Rate limits hold however many processes answer."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from members.factories import UserFactory
from portal import limits
from portal.management.commands import maintenance
from portal.management.commands.maintenance import Command
from portal.settings import base

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch):
    """Maintenance keeps the test's."""
    monkeypatch.setattr(maintenance, "close_old_connections", lambda: None)


def refused(client, user) -> bool:
    """Whether failed sign-ins were too many, whichever process counted them."""
    caches["process"].clear()
    answer = client.post("/compte/connexion/", {"login": user.email, "password": "faux"})
    return "beaucoup" in answer.context["form"].non_field_errors()[0]


def counted() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {limits.TABLE}")
        return cursor.fetchone()[0]


def test_failures_are_counted_where_every_process_counts_them(client, settings):
    settings.CACHES = base.CACHES
    user = UserFactory()
    assert [refused(client, user) for _attempt in range(6)][-1]
    assert counted()


def test_maintenance_that_starts_forgives_nothing_and_forgets_what_is_over(client, settings):
    settings.CACHES = base.CACHES
    user = UserFactory()
    assert [refused(client, user) for _attempt in range(6)][-1]
    first_run_of_each_day()
    assert refused(client, user)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=True):
        first_run_of_each_day()
    assert counted() == 0


def first_run_of_each_day() -> None:
    """What maintenance does when it starts, and at midnight."""
    job = next(job for job in Command().jobs() if job.name == "limits")
    assert Command().run_due([job]) == 0
