"""`/healthz` and `/readyz`: what a load balancer asks. A database that is down has tests of its own."""

import pytest
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db


def test_all_is_well(site, index, client):
    index()
    assert client.get("/healthz").content == b"ok\n"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (200, True)


def test_a_migration_that_waits_is_no_reason_to_stop_and_none_to_serve(site, index, client):
    index()
    MigrationRecorder.Migration.objects.filter(app="search").latest("pk").delete()
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": "ok", "migrations": "pending", "search": "ok"}
