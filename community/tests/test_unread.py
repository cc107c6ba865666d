"""Unread marks: what is new to a reader of each thread, and how it becomes read."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community import services
from community.counters import refresh_counters
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    ThreadFactory,
    viewer_of,
)
from community.models import GroupReadMark, Post, Thread, ThreadReadMark
from community.unread import first_unread, unread_counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def visited(nurse):
    """A thread of two messages in a group that the nurse visited before anybody wrote."""
    thread = ThreadFactory(replies=1)
    visit(nurse, thread.group, timedelta(days=1))
    return thread


def visit(user, group, ago=timedelta()):
    GroupReadMark.objects.create(user=user, group=group, read_until=timezone.now() - ago)


def write(thread, **kwargs) -> Post:
    last = thread.posts.latest("position").position
    post = PostFactory(thread=thread, position=last + 1, **kwargs)
    refresh_counters([thread.pk])
    return post


def new(user, *threads) -> list[int]:
    counts = unread_counts(viewer_of(user), [thread.pk for thread in threads])
    return [counts.get(thread.pk, 0) for thread in threads]


def row(page: str, thread) -> str:
    return re.search(rf'<article[^>]*data-id="{thread.pk}".*?</article>', page, re.S)[0]


def test_nothing_is_new_before_the_first_visit_of_a_group(nurse, sign_in):
    thread = ThreadFactory(replies=3)
    browser = sign_in(nurse)
    page = browser.get(thread.group.get_absolute_url()).content.decode()
    assert 'data-new="0"' in row(page, thread)
    assert new(nurse, thread) == [0]
    write(thread)
    assert new(nurse, thread) == [1]


def test_opening_a_thread_is_a_visit_of_its_group(nurse, sign_in):
    thread, other = (lambda group: (ThreadFactory(group=group), ThreadFactory(group=group)))(GroupFactory())
    sign_in(nurse).get(thread.get_absolute_url())
    assert not ThreadReadMark.objects.exists()
    write(other), write(other)
    assert new(nurse, thread, other) == [0, 2]


def test_looking_ahead_and_asking_for_heads_read_nothing(nurse, sign_in, visited):
    browser = sign_in(nurse)
    browser.head(visited.get_absolute_url())
    browser.get(visited.get_absolute_url(), headers={"Sec-Purpose": "prefetch;prerender"})
    assert new(nurse, visited) == [2]
    browser.get(visited.get_absolute_url())
    assert new(nurse, visited) == [0]


def test_a_row_says_how_many_are_new_and_leads_to_the_first(nurse, sign_in, visited):
    browser = sign_in(nurse)
    browser.get(visited.get_absolute_url())
    first = write(visited)
    write(visited)
    shown = row(browser.get(visited.group.get_absolute_url()).content.decode(), visited)
    assert 'data-new="2"' in shown and "2 nouveaux" in shown
    url = re.search(r'href="([^"]+)"', shown)[1]
    response = browser.get(url)
    assert response.url == f"{visited.get_absolute_url()}#message-{first.pk}"
    page = browser.get(response.url).content.decode()
    assert re.search(rf'Nouveaux messages</p>\s*<article class="post" id="message-{first.pk}"', page)
    assert "Nouveaux messages" not in browser.get(response.url).content.decode()
    assert browser.get(url).url == visited.get_absolute_url()


def test_the_first_new_message_of_a_long_thread_is_on_its_page(nurse, sign_in):
    thread = ThreadFactory(replies=30)
    visit(nurse, thread.group, timedelta(days=1))
    browser = sign_in(nurse)
    browser.get(thread.get_absolute_url())
    assert new(nurse, thread) == [10]
    first = thread.posts.get(position=22)
    assert (
        browser.get(f"{thread.get_absolute_url()}?nouveaux=1").url
        == f"{thread.get_absolute_url()}?page=2#message-{first.pk}"
    )
    browser.get(f"{thread.get_absolute_url()}?page=2")
    assert new(nurse, thread) == [0]
    browser.get(thread.get_absolute_url())
    assert ThreadReadMark.objects.get().position == 31


def test_an_accepted_answer_of_a_later_page_does_not_mark_those_between(nurse, sign_in):
    thread = ThreadFactory(replies=30)
    Thread.objects.filter(pk=thread.pk).update(accepted_post=thread.posts.get(position=31))
    visit(nurse, thread.group, timedelta(days=1))
    sign_in(nurse).get(thread.get_absolute_url())
    assert new(nurse, thread) == [10]


def test_a_thread_all_of_which_is_new_has_no_line(nurse, sign_in, visited):
    assert "Nouveaux messages" not in sign_in(nurse).get(visited.get_absolute_url()).content.decode()


def test_hidden_deleted_and_own_messages_are_not_new(nurse, visited):
    write(visited, author=nurse)
    write(visited, hidden_at=timezone.now())
    write(visited, deleted_at=timezone.now())
    assert new(nurse, visited) == [2]
    assert first_unread(viewer_of(nurse), visited).position == 1


def test_messages_of_closed_accounts_are_new_too(nurse, visited):
    write(visited, author=None)
    assert new(nurse, visited) == [3]


def test_ones_reply_marks_the_thread_as_read(nurse, visited):
    services.post_create(viewer=viewer_of(nurse), thread=visited, body="<p>Mon avis.</p>")
    assert new(nurse, visited) == [0]


def test_a_mark_never_goes_back(nurse, visited):
    for position in (2, 1):
        services.thread_mark_read(viewer=viewer_of(nurse), thread=visited, position=position)
    assert ThreadReadMark.objects.get().position == 2


def test_a_page_writes_only_when_the_mark_advances(nurse, sign_in, visited, django_assert_num_queries):
    browser = sign_in(nurse)
    browser.get(visited.get_absolute_url())
    before = ThreadReadMark.objects.get()
    ThreadReadMark.objects.filter(pk=before.pk).delete()
    GroupReadMark.objects.update(read_until=timezone.now())
    browser.get(visited.get_absolute_url())
    assert not ThreadReadMark.objects.exists()


def test_the_whole_group_is_marked_as_read(nurse, physician, sign_in, visited):
    visit(physician, visited.group, timedelta(days=1))
    other = ThreadFactory(group=visited.group, replies=2)
    elsewhere = ThreadFactory()
    visit(nurse, elsewhere.group, timedelta(days=1))
    browser = sign_in(nurse)
    browser.get(visited.get_absolute_url())
    url = f"{visited.group.get_absolute_url()}lu/"
    assert url in browser.get(visited.group.get_absolute_url()).content.decode()
    assert browser.get(url).status_code == 405
    assert browser.post(url).url == visited.group.get_absolute_url()
    assert new(nurse, visited, other, elsewhere) == [0, 0, 1]
    assert not ThreadReadMark.objects.exists()
    assert url not in browser.get(visited.group.get_absolute_url()).content.decode()
    assert new(physician, other) == [3]


def test_a_closed_group_is_not_marked(nurse, sign_in):
    for visibility in ("private", "secret"):
        group = GroupFactory(visibility=visibility)
        with pytest.raises(PermissionDenied):
            services.group_mark_read(viewer=viewer_of(nurse), group=group)
        assert sign_in(nurse).post(f"{group.get_absolute_url()}lu/").status_code == 404
    assert not GroupReadMark.objects.exists()


def test_a_moved_thread_counts_by_the_date_of_its_new_group(nurse, visited):
    target = GroupFactory()
    Thread.objects.filter(pk=visited.pk).update(group=target)
    assert new(nurse, visited) == [0]
    visit(nurse, target, timedelta(days=1))
    assert new(nurse, visited) == [2]


def test_home_shows_what_is_new_first(nurse, sign_in):
    group = MembershipFactory(user=nurse).group
    visit(nurse, group, timedelta(days=1))
    unread = ThreadFactory(group=group, replies=1)
    read = ThreadFactory(group=group)
    browser = sign_in(nurse)
    browser.get(read.get_absolute_url())
    page = browser.get("/communaute/").content.decode()
    assert 'data-new="2"' in row(page, unread) and 'data-new="0"' in row(page, read)


# --- The fast count says what a slow one says ---------------------------------------------------------


def slow_count(user, thread) -> int:
    mark = GroupReadMark.objects.filter(user=user, group=thread.group).first()
    own = ThreadReadMark.objects.filter(user=user, thread=thread).first()
    if mark is None:
        return 0
    return sum(
        1
        for post in thread.posts.all()
        if post.created_at > mark.read_until
        and post.position > (own.position if own else 0)
        and post.author_id != user.pk
        and not (post.hidden_at or post.deleted_at)
    )


POSTS = st.lists(
    st.tuples(
        st.sampled_from(["own", "other", "closed"]),
        st.sampled_from(["", "hidden", "deleted"]),
        st.integers(0, 9),
    ),
    max_size=6,
)
THREADS = st.lists(st.tuples(POSTS, st.none() | st.integers(0, 7)), min_size=1, max_size=4)


class FastCount(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(THREADS, st.none() | st.integers(0, 9))
    def test_the_fast_count_agrees_with_a_slow_one(self, threads, visited):
        reader, other, stranger = (MemberFactory(professions=["infirmier"]) for _ in range(3))
        group, now = GroupFactory(), timezone.now()
        if visited is not None:
            visit(reader, group, timedelta(hours=visited))
        visit(stranger, group)
        made = []
        for posts, position in threads:
            thread = ThreadFactory(group=group, author=other)
            Post.objects.filter(thread=thread).delete()
            for number, (author, state, hours) in enumerate(posts, 1):
                PostFactory(
                    thread=thread,
                    position=number,
                    author={"own": reader, "other": other, "closed": None}[author],
                    created_at=now - timedelta(hours=hours, minutes=30),
                    hidden_at=now if state == "hidden" else None,
                    deleted_at=now if state == "deleted" else None,
                )
            if position is not None:
                ThreadReadMark.objects.create(user=reader, thread=thread, position=position)
            refresh_counters([thread.pk])
            made.append(thread)
        assert new(reader, *made) == [slow_count(reader, thread) for thread in made]
        for thread in made:
            first = first_unread(viewer_of(reader), thread)
            assert (first is None) == (slow_count(reader, thread) == 0)
