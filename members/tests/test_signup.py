"""From an address to a member who asks for verification."""

import re
from unicodedata import normalize

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.factories import PASSWORD, UserFactory
from members.models import Practice, User, Verification
from taxonomy.models import Department, Profession, Specialty

pytestmark = pytest.mark.django_db

SIGNUP = "/compte/inscription/"
ANSWERS = {
    "first_name": "Léa",
    "last_name": "Le Gall",
    "email": "Lea.LeGall@exemple.test",
    "password1": PASSWORD,
    "terms": "on",
}


def link_in(message) -> str:
    return re.search(r"https?://[^/\s]+(/compte/\S+)", message.body)[1]


def refused(client, **answers) -> dict:
    response = client.post(SIGNUP, ANSWERS | answers)
    assert response.status_code == 200
    assert not User.objects.exists()
    return response.context["form"].errors


def test_somebody_signs_up_confirms_says_what_they_practise_and_asks(client):
    response = client.post(f"{SIGNUP}?next=/emplois/", ANSWERS | {"next": "/emplois/"})
    assert response.url == reverse("account_email_verification_sent")
    user = User.objects.get()
    assert (user.email, user.first_name, user.last_name) == ("lea.legall@exemple.test", "Léa", "Le Gall")
    assert user.terms_accepted_at and user.profile
    assert [message.to for message in mail.outbox] == [["lea.legall@exemple.test"]]

    link = link_in(mail.outbox[0])
    assert b'method="post"' in client.get(link).content
    assert not EmailAddress.objects.get().verified
    response = client.post(link)
    assert response.url == "/compte/bienvenue/?next=%2Femplois%2F"

    physician = Profession.objects.get(slug="medecin")
    practice = {
        "profession": physician.pk,
        "specialty": Specialty.objects.filter(profession=physician).first().pk,
        "department": Department.objects.get(code="2A").pk,
    }
    response = client.post(response.url, practice | {"next": "/emplois/"})
    assert response.url == "/compte/verification/?profession=medecin&next=%2Femplois%2F"
    assert Practice.objects.get().specialty.profession == physician

    assert client.get(response.url).status_code == 200
    response = client.post(
        "/compte/verification/",
        {"profession": physician.pk, "rpps": "8 10003456789", "message": "Bonjour.", "next": "/emplois/"},
    )
    assert response.url == "/emplois/"
    verification = Verification.objects.get()
    assert (verification.rpps, verification.state) == ("10003456789", Verification.State.PENDING)


def test_what_is_missing_or_misspelt_is_said_in_whole_sentences(client):
    assert refused(client, last_name="")["last_name"] == ["Ce champ est obligatoire."]
    assert "prenom.nom@exemple.fr" in refused(client, email="lea")["email"][0]


def test_the_link_works_on_another_device_without_signing_anybody_in(client):
    client.post(SIGNUP, ANSWERS)
    client.logout()
    response = client.post(link_in(mail.outbox[0]))
    assert response.url == reverse("account_login")
    assert EmailAddress.objects.get().verified
    assert "_auth_user_id" not in client.session
    response = client.post("/compte/connexion/", {"login": ANSWERS["email"], "password": PASSWORD})
    assert response.url == reverse("account_welcome")


def test_a_link_serves_once_and_a_forged_one_says_so(client):
    client.post(SIGNUP, ANSWERS)
    link = link_in(mail.outbox[0])
    client.post(link)
    for address in (link, "/compte/adresse/lien/forged/"):
        response = client.get(address)
        assert response.status_code == 200
        assert b'<form class="form"' not in response.content


def test_nothing_tells_whether_an_address_has_an_account(client, client_of):
    held = UserFactory(email=ANSWERS["email"].lower())
    known = client.post(SIGNUP, ANSWERS)
    known_page = client.get(known.url).content
    client.cookies.clear()
    unknown = client.post(SIGNUP, ANSWERS | {"email": "autre@exemple.test"})
    unknown_page = client.get(unknown.url).content
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert without_tokens(known_page) == without_tokens(unknown_page)
    assert User.objects.filter(email=held.email).count() == 1
    warning, confirmation = mail.outbox
    assert warning.to == [held.email] and "/mot-de-passe/oublie/" in warning.body
    assert confirmation.to == ["autre@exemple.test"]


@pytest.mark.parametrize("taken", [True, False])
def test_a_taken_address_costs_the_time_of_a_new_one(client, monkeypatch, taken):
    email = UserFactory().email if taken else "autre@exemple.test"
    hashed = []
    usual = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or usual(*args))
    client.post(SIGNUP, ANSWERS | {"email": email})
    assert len(hashed) == 1


def test_a_taken_address_does_the_work_of_a_new_one_and_leaves_nothing(client):
    UserFactory(email="prise@exemple.test")
    writes = {}
    for email in ("neuve@exemple.test", "prise@exemple.test"):
        with CaptureQueriesContext(connection) as captured:
            assert client.post(SIGNUP, ANSWERS | {"email": email}).status_code == 302
        statements = [query["sql"].split(" (")[0] for query in captured if " INTO " in query["sql"]]
        writes[email] = sorted(one for one in statements if "members_" in one or "account_" in one)
        client.logout()
    assert writes["neuve@exemple.test"] == writes["prise@exemple.test"] != []
    assert set(User.objects.values_list("email", flat=True)) == set(writes)


def without_tokens(page: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)


def test_what_was_typed_survives_a_refusal(client):
    response = client.post(SIGNUP, ANSWERS | {"terms": "", "first_name": "Aïcha"})
    assert "Aïcha".encode() in response.content
    assert "terms" in response.context["form"].errors
    assert b'aria-invalid="true"' in response.content


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "R2D2",
        "http://spam.test",
        "<b>Léa</b>",
        "Léa\x00",
        "😀",
        "x" * 10_000,
        "-",
        "\u3164",
    ],
)
def test_a_name_is_made_of_letters(client, name):
    assert "first_name" in refused(client, first_name=name)


@pytest.mark.parametrize("name", ["\u0410dmin", "Аnim\u0430teur", "𝐋éa", "ＬＥＡ", "e" + "\u0301" * 30])
def test_a_name_cannot_look_like_another_one(client, name):
    """Cyrillic among Latin letters, letters of formulas, towers of accents."""
    assert "first_name" in refused(client, first_name=name)


@pytest.mark.parametrize(
    "name", ["Jean-Yves", "O’Brien", "D'Artagnan", "Nguyễn", "محمد", "مُحَمَّد", "Олена", "Zoé", "Zoe\u0301"]
)
def test_names_of_every_origin_are_taken(client, name):
    assert client.post(SIGNUP, ANSWERS | {"first_name": name}).status_code == 302
    assert User.objects.get().first_name == normalize("NFC", name)


@pytest.mark.parametrize("name", ["Lé\u202ea", "Lé\ufe0fa", "\u200bLéa\ufeff"])
def test_a_name_holds_nothing_unseen(client, name):
    assert client.post(SIGNUP, ANSWERS | {"first_name": name}).status_code == 302
    assert User.objects.get().first_name == "Léa"


@pytest.mark.parametrize("password", ["court", "1234567890", "motdepasse", "lea.legall@exemple.test", ""])
def test_weak_passwords_are_refused(client, password):
    assert "password1" in refused(client, password1=password)


@pytest.mark.parametrize("email", ["", "pas une adresse", "a@b\x00.fr", "x" * 1_000_000 + "@exemple.test"])
def test_odd_addresses_are_refused(client, email):
    assert "email" in refused(client, email=email)


def test_who_mistyped_their_address_can_start_again(client):
    sent = client.post(SIGNUP, ANSWERS | {"email": "faute@exemple.test"})
    assert SIGNUP.encode() in client.get(sent.url).content
    client.post(SIGNUP, ANSWERS)
    assert client.post(link_in(mail.outbox[-1])).url == reverse("account_welcome")
    assert client.get("/compte/").context["user"].email == ANSWERS["email"].lower()


def test_an_account_waits_for_its_confirmation(client):
    client.post(SIGNUP, ANSWERS)
    client.logout()
    response = client.post("/compte/connexion/", {"login": ANSWERS["email"], "password": PASSWORD})
    assert response.url == reverse("account_email_verification_sent")
    assert client.get("/compte/").status_code == 302


def test_a_foreign_address_after_sign_up_is_ignored(client):
    client.post(SIGNUP, ANSWERS | {"next": "https://ailleurs.example/"})
    assert client.post(link_in(mail.outbox[0])).url == reverse("account_welcome")


def test_sign_ups_from_one_address_are_counted(client):
    for _attempt in range(20):
        client.post(SIGNUP, ANSWERS | {"terms": ""})
    response = client.post(SIGNUP, ANSWERS)
    assert response.status_code == 429
    assert b"<h1>" in response.content
    assert not User.objects.exists()
