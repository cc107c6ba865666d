"""Nothing that somebody wrote is lost: the session ended, the security token grew old, the form came back."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.factories import GroupFactory, MemberFactory, MembershipFactory, PostFactory, ThreadFactory
from community.models import Membership, Post, Thread
from members.factories import PASSWORD, UserFactory, practising, verified
from members.models import Profile
from taxonomy.models import Theme

pytestmark = pytest.mark.django_db
TEXT = "Tout ce que j’avais écrit,\nsur « deux » lignes."
SIGN_IN = "/compte/connexion/"


@pytest.fixture
def nurse():
    return verified(UserFactory(), "infirmier")


def held(response) -> str:
    return unescape(response.content.decode())


def sign_in(client: Client, user, onward: str):
    data = {"login": user.email, "password": PASSWORD, "next": onward}
    response = client.post(SIGN_IN, data)
    assert response.status_code == 302, held(response)
    return client.get(response["Location"])


def places(nurse) -> dict[str, tuple[str, dict]]:
    """Address of each composer, and what is typed there."""
    thread = ThreadFactory()
    own = PostFactory(thread=thread, author=nurse)
    group = reverse("community_thread_new", args=[thread.group.slug])
    return {
        "reply": (thread.get_absolute_url(), {"body": TEXT}),
        "thread": (group, {"title": "Un titre assez long", "body": TEXT, "free_themes": "sommeil"}),
        "correction": (f"{own.get_absolute_url()}modifier/", {"body": TEXT}),
        "report": (f"{own.get_absolute_url()}signaler/", {"statement": TEXT, "reason": "patient"}),
        "profile": ("/compte/profil/", {"presentation": TEXT, "town": "Douarnenez"}),
    }


@pytest.mark.parametrize("place", ["reply", "thread", "correction", "report", "profile"])
def test_after_signing_in_again_the_form_holds_what_was_typed(client, nurse, place):
    address, fields = places(nurse)[place]
    expired = client.post(address, fields)
    assert expired.status_code == 403
    assert TEXT in held(expired)
    onward = re.search(r'href="/compte/connexion/\?next=([^"]+)"', expired.content.decode())[1]
    back = sign_in(client, nurse, onward)
    assert back.request["PATH_INFO"] == address
    for value in fields.values():
        assert value in held(back)


def test_once_sent_the_text_is_not_offered_again(client, nurse):
    address = ThreadFactory().get_absolute_url()
    client.post(address, {"body": TEXT})
    sign_in(client, nurse, address)
    client.post(address, {"body": TEXT + " Suite."})
    assert Post.objects.filter(text__endswith="Suite.").count() == 1
    assert "Suite." in held(client.get(address))
    assert not re.search(r"<textarea[^>]*>\s*Tout", held(client.get(address)))


def test_a_kept_text_waits_an_hour_and_for_its_own_address_only(client, nurse):
    thread, other = ThreadFactory(), ThreadFactory()
    client.post(thread.get_absolute_url(), {"body": TEXT})
    sign_in(client, nurse, other.get_absolute_url())
    assert TEXT not in held(client.get(other.get_absolute_url()))
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        assert TEXT not in held(client.get(thread.get_absolute_url()))


def test_passwords_are_never_kept_nor_shown(nurse):
    client = Client(enforce_csrf_checks=True)
    data = {"login": "a@exemple.test", "password": "un mot de passe secret", "password1": "autre secret"}
    response = client.post(SIGN_IN, data, headers={"Origin": "http://testserver"})
    assert response.status_code == 403
    assert "secret" not in held(response)
    assert "secret" not in str(dict(client.session))


def test_an_old_token_gives_the_text_back_and_the_form_holds_it(nurse):
    client = Client(enforce_csrf_checks=True)
    client.force_login(nurse, backend="django.contrib.auth.backends.ModelBackend")
    address = ThreadFactory().get_absolute_url()
    refused = client.post(address, {"body": TEXT}, headers={"Origin": "http://testserver"})
    assert refused.status_code == 403
    assert "Merci d’envoyer de nouveau" in held(refused) or "nouveau" in held(refused)
    assert TEXT in held(refused)
    assert TEXT in held(client.get(address))


def test_a_form_of_another_site_is_neither_shown_nor_kept(nurse):
    client = Client(enforce_csrf_checks=True)
    client.force_login(nurse, backend="django.contrib.auth.backends.ModelBackend")
    address = ThreadFactory().get_absolute_url()
    for origin in ({"Origin": "https://mechant.example"}, {"Referer": "https://[mechant/"}, {}):
        refused = client.post(address, {"body": TEXT}, headers=origin)
        assert refused.status_code == 403
        assert TEXT not in held(refused)
    assert TEXT not in held(client.get(address))


def test_visitors_cannot_fill_the_table_of_sessions(nurse, settings):
    settings.ACCOUNT_RATE_LIMITS = {"keep_text": "3/h/ip"}
    address = ThreadFactory().get_absolute_url()
    pages = [Client().post(address, {"body": TEXT}) for _number in range(5)]
    assert all(TEXT in held(page) for page in pages)
    assert sum(bool(page.cookies.get("sessionid")) for page in pages) == 3


def test_a_visitor_without_text_learns_nothing_new(client):
    assert client.post(ThreadFactory().get_absolute_url(), {"action": "pin"}).status_code == 404
    assert client.post("/animation/themes/1/", {}).status_code == 404
    assert client.post("/compte/profil/", {}).url.startswith(SIGN_IN)


def test_too_long_a_word_to_the_leaders_is_refused_and_kept(client_of, nurse):
    group = GroupFactory(visibility="private")
    client, message = client_of(nurse), "mot " * 200
    entry = reverse("community_membership", args=[group.slug])
    page = client.post(entry, {"action": "request", "message": message}, follow=True)
    assert not Membership.objects.exists()
    assert message.strip() in held(page)


def test_a_refused_theme_name_and_reason_are_kept(client_of, manager):
    client, theme = client_of(manager), Theme.objects.create(name="Somnolence")
    page = client.post(
        reverse("animation_theme", args=[theme.pk]), {"action": "keep", "name": "x"}, follow=True
    )
    assert 'value="x"' in held(page)
    member = practising(UserFactory(), "infirmier")
    asked = member.verifications.create(profession=member.practices.get().profession)
    close, detail = f"/animation/membres/{member.pk}/fermer/", f"/animation/verifications/{asked.pk}/"
    note = "Trop long. " * 100
    headers = {"Referer": f"http://testserver{detail}"}
    page = client.post(close, {"note": note}, headers=headers, follow=True)
    member.refresh_from_db()
    assert member.is_active
    assert note.strip() in held(page)


class TestDoubleClick:
    """The same form twice makes one thing, and both answers lead to it."""

    def twice(self, client, address: str, data: dict) -> set[str]:
        answers = [client.post(address, data) for _click in range(2)]
        assert {answer.status_code for answer in answers} == {302}
        return {answer["Location"] for answer in answers}

    def form_of(self, client, address: str, **typed) -> dict:
        key = re.search(r'name="key" value="(\w+)"', client.get(address).content.decode())[1]
        return {"key": key, **typed}

    def test_a_reply(self, client_of, nurse):
        client, address = client_of(nurse), ThreadFactory().get_absolute_url()
        assert len(self.twice(client, address, self.form_of(client, address, body=TEXT))) == 1
        assert Post.objects.filter(author=nurse).count() == 1

    def test_a_thread(self, client_of, nurse):
        client, address = client_of(nurse), reverse("community_thread_new", args=[GroupFactory().slug])
        form = self.form_of(client, address, title="Un titre assez long", body=TEXT)
        assert len(self.twice(client, address, form)) == 1
        assert Thread.objects.count() == Post.objects.count() == 1

    @pytest.mark.parametrize(("visibility", "action"), [("open", "join"), ("private", "request")])
    def test_entering_a_group(self, client_of, nurse, visibility, action):
        group = GroupFactory(visibility=visibility)
        entry = reverse("community_membership", args=[group.slug])
        self.twice(client_of(nurse), entry, {"action": action, "message": "Bonjour."})
        assert Membership.objects.count() == 1

    def test_an_invitation(self, client_of, manager, nurse):
        group = GroupFactory()
        self.twice(
            client_of(manager), reverse("community_members", args=[group.slug]), {"email": nurse.email}
        )
        assert group.memberships.count() == 1

    def test_a_new_group(self, client_of, manager):
        """Its name is taken the second time, which is said."""
        data = {"name": "Soins à domicile", "visibility": "open"}
        client = client_of(manager)
        assert client.post(reverse("animation_group_new"), data).status_code == 302
        again = client.post(reverse("animation_group_new"), data)
        assert again.status_code == 422 and "Soins à domicile" in held(again)

    def test_a_report(self, client_of, nurse):
        post = PostFactory(thread=ThreadFactory(), author=MemberFactory())
        client = client_of(nurse)
        data = {"reason": "patient", "statement": "On le reconnaît.", "good_faith": "on"}
        first = client.post(f"{post.get_absolute_url()}signaler/", data)
        second = client.post(f"{post.get_absolute_url()}signaler/", data)
        assert first.status_code == 302
        assert second.status_code in (302, 422)
        assert post.reports.count() == 1

    def test_a_request_for_verification(self, client_of):
        user = practising(UserFactory(), "infirmier")
        data = {"profession": user.practices.get().profession_id, "rpps": "10101010101"}
        client = client_of(user)
        client.post("/compte/verification/", data)
        client.post("/compte/verification/", data)
        assert user.verifications.count() == 1

    def test_an_account(self, client):
        data = {
            "first_name": "Anaëlle",
            "last_name": "Le Goff",
            "email": "anaelle@exemple.test",
            "password1": PASSWORD,
            "terms": "on",
        }
        client.post("/compte/inscription/", data)
        client.post("/compte/inscription/", data)
        assert Profile.objects.filter(user__email="anaelle@exemple.test").count() == 1

    def test_leaving(self, client_of, nurse):
        membership = MembershipFactory(user=nurse)
        client, entry = client_of(nurse), reverse("community_membership", args=[membership.group.slug])
        assert client.post(entry, {"action": "leave"}).status_code == 302
        assert client.post(entry, {"action": "leave"}).status_code in (302, 404)
        assert not Membership.objects.exists()
