"""Signing in and out, forgotten passwords, new addresses, and the editors' own entrance."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from core.form_drafts import came_from
from members.factories import PASSWORD, UserFactory, verified
from members.models import User

pytestmark = pytest.mark.django_db

LOGIN = "/compte/connexion/"
NEW = "une autre phrase longue"


def sign_in(client, user, **more):
    return client.post(LOGIN, {"login": user.email, "password": PASSWORD} | more)


def test_a_member_comes_back_to_the_page_they_left(client):
    user = verified(UserFactory(), "infirmier")
    assert client.get("/compte/profil/").url == f"{LOGIN}?next=/compte/profil/"
    page = client.get(f"{LOGIN}?next=/communaute/soins/12-question/")
    assert b'value="/communaute/soins/12-question/"' in page.content
    assert (
        sign_in(client, user, next="/communaute/soins/12-question/").url == "/communaute/soins/12-question/"
    )


@pytest.mark.parametrize(
    "address", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)"]
)
def test_a_foreign_address_is_not_followed(client, address):
    assert sign_in(client, UserFactory(), next=address).url == "/"


def test_the_address_is_read_in_capitals_too(client):
    user = UserFactory(email="lea@exemple.test")
    assert client.post(LOGIN, {"login": "LEA@Exemple.test", "password": PASSWORD}).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_session_ends_with_the_browser_unless_one_asks_to_stay(client):
    user = UserFactory()
    sign_in(client, user)
    assert client.session.get_expire_at_browser_close()
    client.logout()
    sign_in(client, user, remember="on")
    assert not client.session.get_expire_at_browser_close()


def test_a_wrong_password_and_an_unknown_address_read_the_same(client):
    user = UserFactory()
    answers = [
        client.post(LOGIN, {"login": email, "password": "faux"}).context["form"].non_field_errors()
        for email in (user.email, "inconnu@exemple.test")
    ]
    assert answers[0] == answers[1]
    assert answers[0]


def test_guessing_is_slowed_down(client):
    user = UserFactory()
    for _attempt in range(5):
        client.post(LOGIN, {"login": user.email, "password": "faux"})
    response = sign_in(client, user)
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_guessing_by_others_does_not_lock_the_owner_out(client):
    user = UserFactory()
    sign_in(client, user)
    client.post("/compte/deconnexion/")
    stranger, colleague = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="127.0.0.1")
    for guesser in (stranger, colleague):
        for _attempt in range(6):
            guesser.post(LOGIN, {"login": user.email, "password": "faux"})
        assert sign_in(guesser, user).status_code == 200, "a guess that is right comes too late"
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), user).status_code == 302, "from another network"
    assert sign_in(client, user).status_code == 302, "on a device of theirs, behind the same address"


def test_guessing_from_many_networks_ends_and_a_mail_is_the_way_in(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_guess": "8/d/key"}
    user = UserFactory()
    for number in range(10):
        Client(REMOTE_ADDR=f"198.51.100.{number}").post(LOGIN, {"login": user.email, "password": "faux"})
    assert sign_in(client, user).status_code == 200
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"https?://[^/\s]+(/compte/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW})
    client.post("/compte/deconnexion/")
    assert client.post(LOGIN, {"login": user.email, "password": NEW}).status_code == 302


def test_a_closed_account_learns_that_it_is_closed(client):
    user = UserFactory(is_active=False)
    assert sign_in(client, user).url == reverse("account_inactive")
    assert client.get(reverse("account_inactive")).status_code == 200


def test_closing_an_account_ends_its_sessions(client):
    user = UserFactory()
    sign_in(client, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/compte/").url.startswith(LOGIN)


def test_signing_out_takes_a_click(client):
    sign_in(client, UserFactory())
    assert client.get("/compte/deconnexion/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/compte/deconnexion/").url == "/"
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_chosen_again(client):
    user = UserFactory()
    asked = client.post("/compte/mot-de-passe/oublie/", {"email": user.email})
    assert asked.url == reverse("account_reset_password_done")
    link = re.search(r"https?://[^/\s]+(/compte/\S+)", mail.outbox[0].body)[1]
    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    assert address.endswith("-set-password/")
    assert client.post(address, {"password1": NEW}).url == reverse("account_reset_password_from_key_done")
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert mail.outbox[-1].to == [user.email]
    assert b'<form class="form"' not in client.get(link, follow=True).content


def test_an_unknown_address_gets_the_same_page_and_a_mail_that_explains(client):
    asked = client.post("/compte/mot-de-passe/oublie/", {"email": "inconnu@exemple.test"})
    assert asked.url == reverse("account_reset_password_done")
    assert "/compte/inscription/" in mail.outbox[0].body


def test_a_known_address_costs_the_request_what_an_unknown_one_costs(client, django_assert_max_num_queries):
    """One mail each, put into the queue: nothing measurable tells them apart."""
    known = UserFactory().email
    for email in (known, "inconnu@exemple.test"):
        with django_assert_max_num_queries(12):
            client.post("/compte/mot-de-passe/oublie/", {"email": email})
    assert [message.to for message in mail.outbox] == [[known], ["inconnu@exemple.test"]]


def test_a_link_that_was_overtaken_by_a_sign_in_says_so(client):
    user = UserFactory()
    client.post("/compte/mot-de-passe/oublie/", {"email": user.email})
    sign_in(client, user)
    client.logout()
    link = re.search(r"https?://[^/\s]+(/compte/\S+)", mail.outbox[0].body)[1]
    assert "connecté entre-temps" in client.get(link, follow=True).content.decode()


@pytest.mark.parametrize("key", ["1-abc", "zzzzzzzzzzzzz-set-password", "1-%00", "a-b-c"])
def test_forged_reset_links_say_that_they_do_not_work(client, key):
    response = client.get(f"/compte/mot-de-passe/oublie/{key}/")
    assert response.status_code == 200
    assert reverse("account_reset_password").encode() in response.content


def test_a_new_password_takes_the_old_one_and_tells_by_mail(client):
    user = UserFactory()
    sign_in(client, user)
    address = "/compte/mot-de-passe/"
    wrong = client.post(address, {"oldpassword": "faux", "password1": NEW})
    assert "oldpassword" in wrong.context["form"].errors
    assert client.post(address, {"oldpassword": PASSWORD, "password1": NEW}).url == reverse("account_home")
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get("/compte/").status_code == 200
    assert mail.outbox[-1].to == [user.email]
    assert NEW not in mail.outbox[-1].body


def change_address(client, email):
    """Asks for another address, with the password that this takes."""
    asked = client.post("/compte/adresse/", {"email": email, "action_add": ""})
    assert asked.url == "/compte/confirmer/?next=%2Fcompte%2Fadresse%2F"
    assert client.get(asked.url).status_code == 200
    return client.post(asked.url, {"password": PASSWORD})


def test_a_new_address_counts_once_confirmed_and_tells_the_old_one(client):
    user = UserFactory(email="avant@exemple.test")
    sign_in(client, user)
    change_address(client, "apres@exemple.test")
    assert User.objects.get().email == "avant@exemple.test"
    for address in ("/compte/", "/compte/adresse/"):
        assert b"apres@exemple.test" in client.get(address).content
    client.post(re.search(r"https?://[^/\s]+(/compte/\S+)", mail.outbox[-1].body)[1])
    assert User.objects.get().email == "apres@exemple.test"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("apres@exemple.test", True)]
    told = next(message for message in mail.outbox if message.to == ["avant@exemple.test"])
    # No link to a new password would come to who lost the address: only people can help.
    assert "répondez aussitôt" in told.body and "mot de passe" not in told.body


def test_a_new_address_can_be_given_up(client):
    user = UserFactory(email="avant@exemple.test")
    sign_in(client, user)
    change_address(client, "apres@exemple.test")
    client.post("/compte/adresse/", {"email": "apres@exemple.test", "action_remove": ""})
    assert b"apres@exemple.test" not in client.get("/compte/adresse/").content.split(b"<h1>")[1]
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["avant@exemple.test"]


def test_another_members_address_is_not_given_away(client):
    held = UserFactory(email="prise@exemple.test")
    user = UserFactory()
    sign_in(client, user)
    free = change_address(client, "libre@exemple.test")
    client.post("/compte/adresse/", {"email": "libre@exemple.test", "action_remove": ""})
    taken = client.post("/compte/adresse/", {"email": held.email, "action_add": ""})
    assert (free.status_code, free.url) == (taken.status_code, taken.url)
    client.get("/compte/adresse/")
    assert User.objects.get(pk=user.pk).email == user.email


def test_a_wrong_password_changes_no_address(client):
    sign_in(client, UserFactory())
    asked = client.post("/compte/adresse/", {"email": "apres@exemple.test", "action_add": ""})
    assert "password" in client.post(asked.url, {"password": "faux"}).context["form"].errors
    assert mail.outbox == []


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_email_verification_sent",
        "account_inactive",
    ],
)
def test_every_page_has_one_title_and_is_kept_by_no_search_engine(client, name):
    page = client.get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert 'content="noindex"' in page
    assert "<script>" not in page and " style=" not in page


class TestEditorsEntrance:
    """/admin/login/ lets in who may enter the admin, and nobody else."""

    ADDRESS = "/admin/login/"

    def enter(self, client, user, password=PASSWORD):
        return client.post(self.ADDRESS, {"username": user.email, "password": password, "next": "/admin/"})

    def test_an_editor_enters_by_e_mail(self, client, editor):
        editor.set_password(PASSWORD)
        editor.save()
        assert self.enter(client, editor).url == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_a_member_does_not(self, client):
        response = self.enter(client, verified(UserFactory(), "medecin"))
        assert response.status_code == 200
        assert "_auth_user_id" not in client.session

    def test_nor_does_an_account_whose_address_is_not_confirmed(self, client):
        self.enter(client, UserFactory(address=False))
        assert "_auth_user_id" not in client.session

    def test_guessing_is_slowed_down_here_too(self, client, editor):
        editor.set_password(PASSWORD)
        editor.save()
        for _attempt in range(5):
            self.enter(client, editor, "faux")
        assert self.enter(client, editor).status_code == 200
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize("address", ["/admin/", "/admin/pages/", "/admin/users/", "/admin/account/"])
    def test_a_signed_in_member_is_kept_out_of_the_admin(self, client_of, address):
        response = client_of(verified(UserFactory(), "medecin")).get(address)
        assert response.status_code == 302
        assert response.url.startswith("/admin/login/")


@pytest.mark.parametrize(
    ("path", "back"), [("/x/", "/x/"), ("//evil.example/x", "/evil.example/x"), ("", "")]
)
def test_the_way_back_never_leads_to_another_site(rf, path, back):
    request = rf.post("/", headers={"referer": f"http://testserver{path}"})
    assert came_from(request) == back
