"""Mails of accounts: French, short, with one link, without anything to hide."""

import re

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.utils import timezone, translation

from members.factories import UserFactory
from members.mails import compose

pytestmark = pytest.mark.django_db

CONTEXT = {
    "activate_url": "https://portail.example/compte/adresse/lien/abc/",
    "password_reset_url": "https://portail.example/compte/mot-de-passe/oublie/1-a/",
    "signup_url": "https://portail.example/compte/inscription/",
    "from_email": "avant@exemple.test",
    "to_email": "apres@exemple.test",
    "deleted_email": "avant@exemple.test",
    "ip": "192.0.2.1",
    "timestamp": timezone.now(),
}
MAILS = [
    "email_confirmation_signup",
    "email_confirmation",
    "account_already_exists",
    "unknown_account",
    "password_reset_key",
    "password_changed",
    "password_set",
    "password_reset",
    "email_changed",
    "email_deleted",
]


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_mail_has_a_subject_and_a_text_in_each_language(name, language):
    with translation.override(language):
        subject = render_to_string(f"account/email/{name}_subject.txt", CONTEXT).strip()
        text = render_to_string(f"account/email/{name}_message.txt", CONTEXT).strip()
    assert subject and "\n" not in subject and len(subject) < 60
    assert 40 < len(text) < 700
    assert "&#" not in text and "{" not in text and "None" not in text
    french = re.search(r"\b(vous|votre)\b", text, re.IGNORECASE)
    assert bool(french) == (language == "fr")


def test_the_frame_is_the_same_for_all_in_text_and_html():
    message = compose(
        subject="Sujet\n injecté", text="Un.\n\nhttps://portail.example/x/ <b>", to=["a@b.test"]
    )
    html, kind = message.alternatives[0]
    assert message.subject == "Sujet injecté"
    assert kind == "text/html"
    assert '<a href="https://portail.example/x/"' in html
    assert "&lt;b&gt;" in html and "<script" not in html and "src=" not in html
    assert message.body.startswith("Un.\n\nhttps://portail.example/x/ <b>")
    assert "\n-- \n" in message.body


def test_an_address_alone_is_a_button_and_stays_readable():
    address = "https://portail.example/x/?a=1&b=2"
    html, _kind = compose(
        subject="S", text=f"Ouvrez\u00a0:\n\n{address}\n\nFin.", to=["a@b.test"]
    ).alternatives[0]
    escaped = address.replace("&", "&amp;")
    assert f'<a class="button" href="{escaped}">Ouvrir la page</a>' in html
    assert f">{escaped}</a>" in html
    assert "<p>Fin.</p>" in html


def test_the_link_of_a_mail_is_not_cut_in_what_is_sent(client):
    client.post("/compte/mot-de-passe/oublie/", {"email": UserFactory().email})
    sent = mail.outbox[0].message().get_payload()[0].get_payload(decode=True).decode()
    assert re.search(r"^https?://testserver/compte/mot-de-passe/oublie/[0-9a-z]+-\S+/$", sent, re.MULTILINE)
