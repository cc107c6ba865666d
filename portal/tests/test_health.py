"""`/healthz` and `/readyz`: what a load balancer asks. A database that is down has tests of its own."""

import pytest
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from wagtail.models import Page, Site

from home.models import HomePage
from portal import health
from search.engines.base import EngineUnavailable

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
    said = response.json()
    assert (said["ready"], said["database"], said["migrations"]) == (False, "ok", "pending")


def test_a_portal_without_its_pages_is_not_ready(site, index, client):
    index()
    root = Page.objects.get(depth=1)
    welcome = root.add_child(instance=Page(title="Welcome to your new Wagtail site!", slug="welcome"))
    Site.objects.update(root_page=welcome)
    HomePage.objects.all().delete()
    response = client.get("/readyz")
    assert (response.status_code, response.json()["home"]) == (503, "missing")
    call_command("setup_site")
    assert client.get("/readyz").status_code == 200


def test_a_search_engine_that_is_down_takes_nobody_out_of_service(site, client, engine_down):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() | {"search": "down", "degraded": True, "ready": True} == response.json()


def test_an_index_of_another_version_takes_nobody_out_of_service(site, client, monkeypatch):
    monkeypatch.setattr(health.engines.get_engine(), "status", lambda: {"current": False}, raising=True)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["search"]) == (200, "rebuild due")


@pytest.fixture
def engine_down(monkeypatch):
    def refused():
        raise EngineUnavailable("refused")

    monkeypatch.setattr(health.engines.get_engine(), "status", refused)
