"""The bell, its page, the switches and the settings, as people use them."""

import re

import pytest

from community import services
from community.factories import GroupFactory, MemberFactory, MembershipFactory, ThreadFactory, viewer_of
from notifications.models import Channel, Notification, Preference, Subscription
from taxonomy.models import Theme

pytestmark = pytest.mark.django_db
BODY = "<p>Un avis.</p>"


@pytest.fixture
def nurse():
    return MemberFactory(professions=["infirmier"])


@pytest.fixture
def told_of(nurse, told):
    """told_of(thread): the nurse, who follows it, is told of a reply."""

    def reply(thread=None):
        thread = thread or ThreadFactory(author=nurse)
        follow = {"target": "thread", "target_id": thread.pk}
        Subscription.objects.get_or_create(user=nurse, **follow, defaults={"level": "followed"})
        other = MemberFactory(professions=["medecin"])
        post = services.post_create(viewer=viewer_of(other), thread=thread, body=BODY)
        told()
        return post

    return reply


def bell(client, path: str = "/compte/") -> tuple[int, str]:
    page = client.get(path).content.decode()
    found = re.search(r'<a class="bell"[^>]*data-unread-count="(\d+)"[^>]*aria-label="([^"]*)"', page, re.S)
    return int(found[1]), " ".join(found[2].split())


def entries(client) -> list[tuple[str, bool]]:
    page = client.get("/compte/notifications/").content.decode()
    found = re.findall(r'<li data-notification="(\w+)"( data-unread)?>', page)
    return [(kind, bool(unread)) for kind, unread in found]


def test_the_bell_says_how_much_is_unread(nurse, told_of, client_of):
    client = client_of(nurse)
    assert bell(client) == (0, "Notifications")
    told_of()
    told_of()
    assert bell(client) == (2, "Notifications, 2 non lues")
    assert client.get("/compte/notifications/nombre/").json() == {"unread": 2}


def test_visitors_have_no_bell(client):
    assert "data-unread-count" not in client.get("/compte/connexion/").content.decode()
    assert client.get("/compte/notifications/nombre/").json() == {"unread": 0}
    assert client.get("/compte/notifications/").status_code == 302


def test_opening_one_marks_it_and_leads_to_the_message(nurse, told_of, client_of):
    post = told_of()
    client = client_of(nurse)
    assert entries(client) == [("first_reply", True)]
    answer = client.get(f"/compte/notifications/{Notification.objects.get().pk}/")
    assert answer.url == post.get_absolute_url()
    assert entries(client) == [("first_reply", False)]


def test_reading_the_thread_marks_what_is_said_of_it(nurse, told_of, client_of):
    post = told_of()
    told_of(post.thread)
    other = told_of()
    client = client_of(nurse)
    assert bell(client, post.thread.get_absolute_url())[0] == 1
    left = Notification.objects.unread().get(recipient=nurse)
    assert left.event.object_id == other.pk


def test_all_is_marked_as_read_at_once(nurse, told_of, client_of):
    told_of()
    told_of()
    client = client_of(nurse)
    client.post("/compte/notifications/lues/")
    assert bell(client)[0] == 0


def test_what_is_said_of_a_thread_stands_together(nurse, told_of, client_of):
    post = told_of()
    told_of(post.thread)
    page = client_of(nurse).get("/compte/notifications/").content.decode()
    assert page.count(f'<h2 class="h3">{post.thread.title}</h2>') == 1


def test_nobody_opens_what_others_are_told(told_of, client_of):
    told_of()
    other = client_of(MemberFactory(professions=["infirmier"]))
    assert other.get(f"/compte/notifications/{Notification.objects.get().pk}/").status_code == 404
    assert Notification.objects.unread().exists()


def test_a_switch_works_on_the_thing_and_in_the_list(nurse, client_of):
    thread, client = ThreadFactory(), client_of(nurse)
    for target, thing in (("thread", thread), ("group", thread.group)):
        url = thing.get_absolute_url()
        assert f'id="suivi-{target}-{thing.pk}"' in client.get(url).content.decode()
        data = {"target": target, "id": thing.pk, "level": "followed", "next": url}
        assert client.post("/compte/abonnements/", data).url == url
    page = client.get("/compte/abonnements/").content.decode()
    assert thread.title in page and thread.group.name in page
    client.post("/compte/abonnements/", {"target": "group", "id": thread.group.pk, "level": "normal"})
    assert thread.group.name not in client.get("/compte/abonnements/").content.decode()


def test_a_theme_is_followed_from_the_list(nurse, client_of):
    theme, client = Theme.objects.listed().first(), client_of(nurse)
    page = client.get("/compte/abonnements/").content.decode()
    assert f'<option value="{theme.pk}">{theme.name}</option>' in page
    client.post("/compte/abonnements/", {"target": "theme", "id": theme.pk, "level": "first"})
    assert Subscription.objects.get().level == "first"


@pytest.mark.parametrize(
    "data",
    [
        {"target": "thread", "level": "first"},
        {"target": "member", "level": "followed"},
        {"target": "group", "level": "followed"},
        {"target": "group", "level": "followed", "id": "1 OR 1=1"},
        {"target": "group", "level": "followed", "id": "9" * 30},
    ],
)
def test_nobody_follows_what_is_not_there_for_them(nurse, client_of, data):
    secret = GroupFactory(visibility="secret")
    assert client_of(nurse).post("/compte/abonnements/", {"id": secret.pk} | data).status_code == 404
    assert not Subscription.objects.exists()


def test_what_is_closed_meanwhile_is_not_listed(nurse, client_of):
    membership = MembershipFactory(user=nurse, group__visibility="private")
    client = client_of(nurse)
    client.post("/compte/abonnements/", {"target": "group", "id": membership.group_id, "level": "followed"})
    membership.delete()
    assert membership.group.name not in client.get("/compte/abonnements/").content.decode()


def test_each_kind_has_its_channel(nurse, client_of):
    client = client_of(nurse)
    page = client.get("/compte/notifications/reglages/")
    assert "Un message a été signalé" not in page.content.decode()  # for managers
    data = {field.name: field.value() for field in page.context["form"]}
    client.post("/compte/notifications/reglages/", data | {"asked": "daily", "reply": "site"})
    chosen = dict(Preference.objects.values_list("kind", "channel"))
    assert (chosen["asked"], chosen["reply"], chosen["first_reply"]) == ("daily", "site", Channel.AT_ONCE)
    assert client.post("/compte/notifications/reglages/", data | {"reply": "off"}).status_code == 422
