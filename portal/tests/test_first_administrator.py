"""Who installs the portal creates the first administrator, and signs in before any mail can arrive."""

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_the_first_administrator_signs_in_where_everybody_does(site, client, monkeypatch, mailoutbox):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "une phrase que personne ne connaît")
    call_command("createsuperuser", interactive=False, email="Admin@exemple.test", verbosity=0)
    answers = {"login": "admin@exemple.test", "password": "une phrase que personne ne connaît"}
    assert client.post("/compte/connexion/", answers).status_code == 302
    assert client.get("/admin/").status_code == 200
    assert mailoutbox == []
