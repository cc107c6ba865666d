"""Queries per page: bounded, and the same whatever the number of threads, posts and members."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.factories import GroupFactory, MembershipFactory, ReportFactory, ThreadFactory, make_manager

pytestmark = pytest.mark.django_db


def queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.fixture
def reader(sign_in, nurse):
    make_manager(nurse)
    return sign_in(nurse)


@pytest.fixture
def thread():
    return ThreadFactory(replies=20, asked=["medecin"])


def grow(thread) -> None:
    """Ten times the data around and inside what the page shows."""
    for number in range(12):
        ThreadFactory(group=thread.group, replies=2, asked=["medecin", "pharmacien"])
        MembershipFactory(group=GroupFactory(parent=thread.group, professions=["infirmier"]))
        ReportFactory(post=ThreadFactory(group__visibility="secret" if number % 2 else "open").posts.get())


@pytest.mark.parametrize(
    ("page", "budget"),
    [
        ("thread", 13),
        ("group", 15),
        ("home", 17),
        ("animation", 18),
        ("groups", 10),
        ("members", 11),
        ("person", 14),
    ],
)
def test_pages_ask_a_bounded_number_of_questions(reader, thread, page, budget):
    url = {
        "thread": thread.get_absolute_url(),
        "group": thread.group.get_absolute_url(),
        "home": reverse("community_home"),
        "animation": reverse("animation"),
        "groups": reverse("animation_groups"),
        "members": reverse("community_members", args=[thread.group.slug]),
        "person": reverse("community_person", args=[thread.author_id]),
    }[page]
    ThreadFactory(group=thread.group, asked=["medecin"], replies=1)
    ReportFactory()
    few = queries(reader, url)
    grow(thread)
    many = queries(reader, url)
    assert many <= few + 1, "a list must not ask once per row"
    assert many <= budget
