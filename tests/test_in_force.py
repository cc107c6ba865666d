"""A change of who may read what holds for the next request, whatever the index says; the index follows."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community import services
from community.factories import GroupFactory, MembershipFactory, ThreadFactory, verify, viewer_of
from community.models import Group, Membership, Post, Thread
from jobs.factories import JobPageFactory
from members.models import Verification
from members.services import user_deactivate
from search.index.drain import drain
from search.index.drift import compare
from search.index.outbox import waiting
from search.models import OutboxRow
from taxonomy.models import Profession

from .test_listing import counts, rows, total

pytestmark = pytest.mark.django_db

WORD = "zopiclodane"
SEARCH = f"/recherche/?profession=toutes&q={WORD}"
MANY = 10_000


@pytest.fixture(autouse=True)
def nobody_drains(settings):
    """The worst moment: the change is committed, the index does not know of it yet."""
    settings.SEARCH_DRAIN = "worker"


@pytest.fixture
def nurse(site, make_user):
    return make_user("infirmier")


def settle() -> None:
    """What the worker does next; then index and database agree."""
    drain()
    assert compare().clean
    assert waiting().rows == 0


def of(group: Group, **changes) -> dict:
    return {"group": group, "name": group.name, **changes}


# What closes the threads of a group to one reader. They take the thread, the reader and a manager's viewer.


def leave(thread, nurse, manager):
    services.membership_leave(viewer=viewer_of(nurse), group=thread.group)


def be_removed(thread, nurse, manager):
    membership = Membership.objects.get(user=nurse, group=thread.group)
    services.membership_remove(viewer=manager, membership=membership)


def lose_verification(thread, nurse, manager):
    verify(nurse, "infirmier", Verification.State.REVOKED)


def leave_the_profession(thread, nurse, manager):
    verify(nurse, "medecin")
    verify(nurse, "infirmier", Verification.State.REVOKED)


def be_banned(thread, nurse, manager):
    user_deactivate(viewer=manager, user_id=nurse.pk, note="Usurpation")


CLOSINGS = [leave, be_removed, lose_verification, leave_the_profession, be_banned]


@pytest.mark.parametrize("close", CLOSINGS)
def test_who_lost_access_finds_and_counts_nothing_at_once(nurse, manager, index, client_of, close):
    group = GroupFactory(visibility="private", professions=["infirmier"])
    MembershipFactory(group=group, user=nurse)
    thread = ThreadFactory(group=group, text=WORD)
    index()
    client = client_of(nurse)
    assert rows(client.get(SEARCH)) == [("thread", str(thread.pk))]

    close(thread, nurse, viewer_of(manager))

    for path in (SEARCH, "/recherche/?profession=toutes&type=thread"):
        response = client.get(path)
        assert (rows(response), total(response)) == ([], 0), path
        assert not counts(response, "type").get("thread"), path
        assert thread.title not in response.content.decode()
    settle()


def test_who_gained_access_finds_at_once(nurse, index, client_of):
    thread = ThreadFactory(group__visibility="secret", text=WORD)
    index()
    client = client_of(nurse)
    assert total(client.get(SEARCH)) == 0

    MembershipFactory(group=thread.group, user=nurse)

    assert rows(client.get(SEARCH)) == [("thread", str(thread.pk))]


def test_a_group_for_another_profession_is_closed_at_once(nurse, manager, index, client_of):
    thread = ThreadFactory(text=WORD)
    index()
    client = client_of(nurse)
    assert total(client.get(SEARCH)) == 1

    physicians = [Profession.objects.get(slug="medecin")]
    services.group_update(viewer=viewer_of(manager), **of(thread.group, professions=physicians))

    assert (total(client.get(SEARCH)), counts(client.get(SEARCH), "type")) == (0, {})
    settle()


def hide_thread(thread, manager):
    services.thread_hide(viewer=manager, thread=thread, reason="Un patient")


def delete_thread(thread, manager):
    services.post_delete(viewer=viewer_of(thread.author), post=thread.posts.get(position=1))


def move_thread(thread, manager):
    group = GroupFactory(visibility="private")
    services.thread_move(viewer=manager, thread=thread, group=group)


@pytest.mark.parametrize("withdraw", [hide_thread, delete_thread, move_thread])
def test_a_withdrawn_thread_is_not_shown(nurse, manager, index, client_of, withdraw):
    thread = ThreadFactory(text=WORD)
    index()
    withdraw(thread, viewer_of(manager))
    response = client_of(nurse).get(SEARCH)
    assert (rows(response), total(response)) == ([], 0)
    assert thread.title not in response.content.decode()
    settle()
    assert counts(client_of(nurse).get(SEARCH), "type") == {}


def hide(post, manager):
    services.post_hide(viewer=manager, post=post, reason="Un patient")


def delete(post, manager):
    services.post_delete(viewer=viewer_of(post.author), post=post)


def reword(post, manager):
    services.post_update(viewer=viewer_of(post.author), post=post, body="<p>Plus rien de cela.</p>")


@pytest.mark.parametrize("withdraw", [hide, delete, reword])
def test_a_withdrawn_passage_is_quoted_no_more(nurse, manager, index, client_of, withdraw):
    """The thread stays; what the index still quotes of it may be why a post was hidden."""
    thread = ThreadFactory(replies=1, text="La question.")
    post = thread.posts.get(position=2)
    Post.objects.filter(pk=post.pk).update(text=f"Madame {WORD} a été vue hier")
    index()
    client = client_of(nurse)
    assert "a été vue hier" in client.get(SEARCH).content.decode()

    withdraw(post, viewer_of(manager))

    assert "a été vue hier" not in client.get(SEARCH).content.decode()
    settle()
    assert total(client.get(SEARCH)) == 0


def restrict(page):
    page.audience = "professions"
    page.save_revision().publish()


def unpublish(page):
    page.unpublish()


def remove(page):
    page.delete()


@pytest.mark.parametrize("close", [restrict, unpublish, remove])
def test_a_page_is_closed_to_visitors_at_once(site, index, client, close):
    page = JobPageFactory(title=f"Poste {WORD}", professions=["medecin"])
    index()
    assert total(client.get(SEARCH)) == 1

    close(page)

    response = client.get(SEARCH)
    assert (rows(response), total(response)) == ([], 0)
    settle()
    assert counts(client.get(SEARCH), "type") == {}


def test_ten_thousand_threads_are_made_secret_in_one_short_request(
    nurse, manager, index, client_of, settings
):
    """In no request after the save is one of them found or counted, and nothing has to be indexed again."""
    group = GroupFactory()
    Thread.objects.bulk_create(
        Thread(group=group, title=f"{WORD} {n}", slug=f"t-{n}", author=nurse) for n in range(MANY)
    )
    leader = MembershipFactory(group=group, role="leader").user
    index()
    reader, manages = client_of(nurse), client_of(manager)
    assert total(reader.get(SEARCH)) == MANY

    assert _seconds_of_save(manages, group, name=group.name, visibility="secret") < 1

    for path in (SEARCH, "/communaute/discussions/?profession=toutes"):
        for client in (reader, manages):
            response = client.get(path)
            assert (rows(response), total(response), counts(response, "theme")) == ([], 0, {})
    assert total(client_of(leader).get(SEARCH)) == MANY
    assert not OutboxRow.objects.filter(kind="thread").exists()

    # Its name is in their documents: the save notes them all, and writes none of them in the request.
    settings.SEARCH_DRAIN = "commit"
    assert _seconds_of_save(client_of(leader), group, name="Un autre nom") < 1
    assert OutboxRow.objects.filter(kind="thread").count() == MANY


def _seconds_of_save(client, group, **form) -> float:
    """Of our own CPU, whatever else the machine is at; what the database does is in few queries."""
    started = time.thread_time()
    with CaptureQueriesContext(connection) as queries:
        response = client.post(reverse("community_group_edit", args=[group.slug]), form)
    seconds = time.thread_time() - started
    assert response.status_code == 302
    assert len(queries) < 60
    return seconds
