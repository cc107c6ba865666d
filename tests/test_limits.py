"""Limits of what one account and one address may send: see `core.limits`."""

import threading

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from community.factories import GroupFactory, MemberFactory, ThreadFactory
from community.forms import new_key
from community.models import Post, Thread
from core import limits
from core.models import RateCount

from .journeys.database import own_database

pytestmark = pytest.mark.django_db


def asked_by(user=None, address: str = "10.0.0.1"):
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    request.user = user or AnonymousUser()
    return request


def another_process() -> None:
    caches["counts"].clear()


@pytest.fixture
def three(settings):
    """Three a minute for an account, five for an address."""
    settings.RATE_LIMITS = {"messages": (3, 5, 60), "search": (3, 5, 60), "suggestions": (3, 5, 60)}
    with time_machine.travel("2026-11-29 10:00:20", tick=False):
        yield


def test_an_account_is_counted_whatever_process_answers(three):
    user, waits = MemberFactory(), []
    for _attempt in range(4):
        waits.append(limits.seconds_to_wait(asked_by(user), "messages"))
        another_process()
    assert waits == [0, 0, 0, 40]


def test_accounts_behind_one_address_share_its_limit_and_no_other(three):
    waits = [limits.seconds_to_wait(asked_by(MemberFactory()), "messages") for _person in range(6)]
    assert waits == [0] * 5 + [40]
    assert limits.seconds_to_wait(asked_by(MemberFactory(), "10.0.0.2"), "messages") == 0
    assert limits.seconds_to_wait(asked_by(), "search") == 0


def test_an_address_of_version_six_counts_with_its_network(three):
    waits = [limits.seconds_to_wait(asked_by(None, f"2001:db8::{end}"), "messages") for end in range(1, 7)]
    assert waits == [0] * 5 + [40]
    assert limits.seconds_to_wait(asked_by(None, "2001:db8:0:1::1"), "messages") == 0


def test_the_next_minute_is_a_new_one_and_what_is_over_is_forgotten(three):
    user = MemberFactory()
    assert [limits.seconds_to_wait(asked_by(user), "messages") for _attempt in range(4)][-1]
    with time_machine.travel("2026-11-29 10:01:00", tick=False):
        assert limits.seconds_to_wait(asked_by(user), "messages") == 0
        limits.forget_over()
        assert RateCount.objects.count() == 2


def test_what_is_read_asks_the_database_every_tenth_time(three, settings, django_assert_num_queries):
    settings.RATE_LIMITS = {"search": (1000, 1000, 60)}
    request = asked_by(None)
    with django_assert_num_queries(0):
        for _attempt in range(limits.STEP - 1):
            limits.seconds_to_wait(request, "search", step=limits.STEP)
    limits.seconds_to_wait(request, "search", step=limits.STEP)
    assert RateCount.objects.get().count == limits.STEP


def test_what_processes_have_read_is_added_up(three, settings):
    settings.RATE_LIMITS = {"search": (30, 30, 60)}
    for _process in range(3):
        waits = [limits.seconds_to_wait(asked_by(), "search", step=limits.STEP) for _attempt in range(10)]
        assert waits == [0] * 10
        another_process()
    waits = [limits.seconds_to_wait(asked_by(), "search", step=limits.STEP) for _attempt in range(11)]
    assert waits[-1] == 40


def test_those_that_count_at_once_are_all_counted(settings, tmp_path):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time")
    with own_database(tmp_path):
        _count_at_once(settings)


def _count_at_once(settings) -> None:
    settings.RATE_LIMITS = {"messages": (1000, 1000, 3600)}
    request, start = asked_by(), threading.Barrier(4)

    def run() -> None:
        start.wait(10)
        for _attempt in range(10):
            limits.seconds_to_wait(request, "messages")
        connection.close()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert RateCount.objects.get().count == 40


# --- What people meet -----------------------------------------------------------------------------------


def test_a_reply_that_is_one_too_many_is_given_back(three, client_of, site):
    group = GroupFactory()
    member, thread = MemberFactory(professions=["infirmier"]), ThreadFactory(group=group)
    browser, url = client_of(member), thread.get_absolute_url()
    for number in range(3):
        assert browser.post(url, {"body": f"Réponse {number}", "key": new_key()}).status_code == 302
    answer = browser.post(url, {"body": "La quatrième réponse", "key": new_key()})
    assert answer.status_code == 429 and answer["Retry-After"] == "40"
    html = answer.content.decode()
    assert "La quatrième réponse" in html and "Réessayez dans une minute" in html
    assert Post.objects.filter(thread=thread).count() == 4
    assert "La quatrième réponse" in browser.get(url).content.decode()


@pytest.mark.parametrize(
    ("action", "name", "data"),
    [
        ("threads", "community_thread_new", {"title": "Une question pour vous", "body": "Le texte gardé"}),
        ("previews", "community_message_preview", {"body": "Le texte gardé"}),
        ("memberships", "community_membership", {"action": "request", "message": "Le texte gardé"}),
        ("uploads", "account_verification", {"message": "Le texte gardé"}),
    ],
)
def test_everything_that_is_sent_has_a_limit(settings, client_of, site, action, name, data):
    settings.RATE_LIMITS = {action: (0, 0, 60)}
    group = GroupFactory(visibility="private" if action == "memberships" else "open")
    browser = client_of(MemberFactory(professions=["infirmier"]))
    args = [group.slug] if name in ("community_thread_new", "community_membership") else []
    answer = browser.post(reverse(name, args=args), data)
    assert answer.status_code == 429
    assert "Le texte gardé" in answer.content.decode()
    assert not Thread.objects.exists()


def test_a_script_that_asks_for_a_preview_gets_a_sentence(settings, client_of):
    settings.RATE_LIMITS = {"previews": (0, 0, 60)}
    browser = client_of(MemberFactory(professions=["infirmier"]))
    url = reverse("community_message_preview")
    answer = browser.post(url, {"body": "Un texte"}, headers={"HX-Request": "true"})
    assert answer.status_code == 429
    assert "<html" not in answer.content.decode() and "Réessayez" in answer.content.decode()


def test_searches_and_suggestions(three, site, index):
    index()
    for path in ("/recherche/", "/recherche/suggestions/"):
        browser = Client()
        found = [browser.get(path, {"q": "plaie"}).status_code for _attempt in range(6)]
        assert found == [200] * 5 + [429]
    answer = browser.get("/recherche/", {"q": "plaie"})
    assert "Réessayez" in answer.content.decode() and "?q=plaie" in answer.content.decode()
