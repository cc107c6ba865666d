"""What people type is shown as text, sent once, and given back when it cannot be taken."""

import pytest
from django.urls import reverse
from django.utils import timezone

from community.factories import (
    GroupFactory,
    MembershipFactory,
    PostFactory,
    ThreadFactory,
)
from community.models import Post, Thread

from .test_pages import hidden_fields

pytestmark = pytest.mark.django_db


def test_the_same_form_sent_twice_publishes_once(sign_in, nurse):
    thread = ThreadFactory()
    client = sign_in(nurse)
    data = {
        "body": "Une seule fois.",
        "key": hidden_fields(client.get(thread.get_absolute_url()).content.decode())["key"],
    }
    assert (
        client.post(thread.get_absolute_url(), data)["Location"]
        == client.post(thread.get_absolute_url(), data)["Location"]
    )
    assert Post.objects.filter(text="Une seule fois.").count() == 1


@pytest.mark.parametrize(
    "body",
    ["", "   ", "x" * 1_000_000, "nul \x00 ici", "שלום " * 10_000],
    ids=["empty", "blank", "1MB", "nul", "rtl"],
)
def test_what_was_typed_survives_a_refusal(sign_in, nurse, body):
    thread = ThreadFactory()
    client = sign_in(nurse)
    response = client.post(thread.get_absolute_url(), {"body": body, "key": "zz"})
    assert response.status_code == 422
    assert response.context["form"].errors
    assert body.replace("\x00", "")[-40:].strip() in response.content.decode().replace("\x00", "")
    new = client.post(
        reverse("community_thread_new", args=[thread.group.slug]), {"title": "T\x00", "body": body}
    )
    assert new.status_code == 422
    assert Thread.objects.count() == 1


@pytest.mark.parametrize("body", ["👩‍⚕️ bien", "مرحبا بكم", "<script>alert(1)</script>", "ب\u200f A"])
def test_every_script_and_every_emoji_is_text(sign_in, nurse, body):
    thread = ThreadFactory()
    client = sign_in(nurse)
    client.post(thread.get_absolute_url(), {"body": body})
    assert Post.objects.get(position=2).text == body
    assert "<script>alert" not in client.get(thread.get_absolute_url()).content.decode()


@pytest.mark.parametrize("html", ["<p onclick=x>a<script>b</script></p>", "<img src=x onerror=y>a"])
def test_forged_rich_text_is_cleaned(sign_in, nurse, html):
    thread = ThreadFactory()
    sign_in(nurse).post(thread.get_absolute_url(), {"body": "a", "html": html})
    assert Post.objects.get(position=2).body == "<p>a</p>"


def test_an_expired_session_gives_the_text_back(client):
    for url in (ThreadFactory(group__visibility="secret").get_absolute_url(), "/communaute/rien/1-rien/"):
        response = client.post(url, {"body": "Tout ce que j’avais écrit."})
        assert response.status_code == 403
        assert "Tout ce que j’avais écrit." in response.content.decode()


def test_a_thread_closed_while_writing_gives_the_text_back(sign_in, nurse):
    thread = ThreadFactory(locked=True)
    response = sign_in(nurse).post(thread.get_absolute_url(), {"body": "Trop tard."})
    assert response.status_code == 409
    assert "Trop tard." in response.content.decode()


@pytest.mark.parametrize("what", ["hidden", "deleted", "moved", "left"])
def test_what_cannot_be_reached_any_more_gives_the_text_back(sign_in, nurse, what):
    group = GroupFactory(visibility="private")
    membership = MembershipFactory(group=group, user=nurse)
    thread = ThreadFactory(group=group, replies=1)
    own = PostFactory(thread=thread, author=nurse, position=3)
    client, urls = sign_in(nurse), [thread.get_absolute_url(), f"{own.get_absolute_url()}modifier/"]
    match what:
        case "hidden":
            Thread.objects.update(hidden_at=timezone.now(), hidden_reason="Hors sujet")
        case "deleted":
            Thread.objects.update(deleted_at=timezone.now())
        case "moved":
            Thread.objects.update(group=GroupFactory(visibility="private"))
        case "left":
            membership.delete()
    for url in [*urls, "/communaute/rien/1-rien/"]:
        response = client.post(url, {"body": "Tout ce que j’avais écrit.", "key": "a" * 32})
        assert response.status_code == 404
        assert "Tout ce que j’avais écrit." in response.content.decode()
    assert not Post.objects.filter(text__contains="Tout ce que").exists()


def test_the_same_form_with_another_text_is_refused_and_can_be_sent_again(sign_in, nurse):
    client, url = sign_in(nurse), ThreadFactory().get_absolute_url()
    assert client.post(url, {"body": "La première réponse.", "key": "a" * 32}).status_code == 302
    refused = client.post(url, {"body": "Une autre réponse.", "key": "a" * 32})
    assert refused.status_code == 422
    form = refused.context["form"]
    assert form["body"].value() == "Une autre réponse."
    again = {"body": form["body"].value(), "key": form["key"].value()}
    assert client.post(url, again).status_code == 302
    texts = Post.objects.filter(author=nurse).order_by("position").values_list("text", flat=True)
    assert list(texts) == ["La première réponse.", "Une autre réponse."]
