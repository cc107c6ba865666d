"""Rate limits hold however many processes answer."""

import pytest
from django.core.cache import caches
from django.db import connection

from members.factories import UserFactory
from portal.settings import base

pytestmark = pytest.mark.django_db


def test_failures_are_counted_where_every_process_counts_them(client, settings):
    settings.CACHES = base.CACHES
    user = UserFactory()
    for _attempt in range(6):
        caches["process"].clear()
        answer = client.post("/compte/connexion/", {"login": user.email, "password": "faux"})
    assert "beaucoup" in answer.context["form"].non_field_errors()[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM portal_cache")
        assert cursor.fetchone()[0]
