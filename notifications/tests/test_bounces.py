"""Mail that came back, and mail that its reader called unwanted: a provider's webhook stops it."""

import base64

import pytest
from django.test import Client
from django.urls import include, path

from members.factories import UserFactory
from notifications.models import Mailbox

pytestmark = pytest.mark.django_db
urlpatterns = [path("courriels/", include("anymail.urls"))]


@pytest.fixture
def report(settings):
    """report("hard_bounce", address): what the provider posts, as its documentation shows it."""
    settings.ROOT_URLCONF = __name__
    settings.ANYMAIL = {"WEBHOOK_SECRET": "name:word"}

    def post(event: str, email: str, secret: str = "name:word") -> int:
        told = {
            "event": event,
            "email": email,
            "id": 1,
            "date": "2026-11-29 12:00:00",
            "ts_event": 1795950000,
            "ts_epoch": 1795950000000,
            "message-id": "<notification-1@portail.example>",
            "subject": "Rien",
        }
        basic = base64.b64encode(secret.encode()).decode()
        client = Client(enforce_csrf_checks=True)
        url = "/courriels/brevo/tracking/"
        headers = {"Authorization": f"Basic {basic}"}
        return client.post(url, told, content_type="application/json", headers=headers).status_code

    return post


@pytest.mark.parametrize(
    ("event", "why"),
    [("hard_bounce", "bounce"), ("invalid_email", "bounce"), ("spam", "complaint"), ("delivered", "")],
)
def test_a_provider_says_what_becomes_of_a_mail(report, event, why):
    user = UserFactory()
    assert report(event, user.email.upper()) == 200
    assert list(Mailbox.objects.exclude(blocked_at=None).values_list("user", "blocked_by")) == (
        [(user.pk, why)] if why else []
    )


def test_nobody_else_says_it(report):
    user = UserFactory()
    assert report("spam", user.email, secret="name:other") == 400
    assert not Mailbox.objects.exists()
