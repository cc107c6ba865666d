"""What lists, home, search and a thread may ask of the database; lists ask the same whatever they hold.

Numbers are queries of a second request (the first one fills what is kept for a minute), refusals included:
what was measured, and one more.
"""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.factories import GroupFactory, MemberFactory, MembershipFactory, ReportFactory, ThreadFactory
from community.models import Membership
from jobs.factories import JobPageFactory
from members.models import Verification
from news.factories import NewsPageFactory
from taxonomy.models import Profession, Theme
from trainings.factories import TrainingPageFactory, TrainingSessionFactory

from .addresses import addresses
from .conftest import index_everything
from .leaks.expectations import NURSE
from .leaks.world import COMMON, World

pytestmark = [pytest.mark.django_db, pytest.mark.full_on_sqlite]

READERS = ("visitor", "member", "admin")
# Name (see `addresses`) → queries for a visitor, a verified professional, an administrator.
BUDGETS = {
    "sitemap": (18, 18, 18),
    "verification_queue": (3, 8, 10),
    "community_home": (2, 17, 14),
    "community_threads": (3, 12, 11),
    "animation": (3, 8, 17),
    "animation_groups": (3, 8, 9),
    "animation_themes": (3, 8, 9),
    "search": (2, 19, 16),
    "search_suggestions": (2, 6, 5),
    "list_feed": (8, 8, 8),
    "community_group": (3, 15, 15),
    "community_members": (3, 11, 13),
    "community_thread": (3, 15, 14),
    "page:homepage": (2, 23, 16),
    "page:jobindexpage": (2, 13, 12),
    "page:newsindexpage": (2, 12, 11),
    "page:trainingindexpage": (2, 14, 13),
}
LISTS = BUDGETS.keys() - {"community_thread"}
MORE = 12


@pytest.fixture(scope="module")
def clients(world: World) -> dict[str, Client]:
    clients = {}
    for name in READERS:
        clients[name] = Client()
        if person := world.people[name]:
            clients[name].force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return clients


def queries(client: Client, path: str) -> int:
    """Of a process that serves: the least of three, since labels and sites are asked for anew each minute."""
    return min(_asked(client, path) for _ in range(3))


def _asked(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
        if response.streaming:
            list(response.streaming_content)
    return len(captured)


@pytest.mark.parametrize("reader", READERS)
def test_no_list_or_thread_asks_more_than_its_budget(reader, clients, world):
    allowed = {name: budget[READERS.index(reader)] for name, budget in BUDGETS.items()}
    found = [
        f"{path}: {count} queries instead of {allowed[name]}"
        for name, paths in addresses(world).items()
        if name in allowed
        for path in paths
        if (count := queries(clients[reader], path)) > allowed[name]
    ]
    assert not found, "\n".join(found)


@pytest.fixture
def grown(world: World) -> Iterator[None]:
    """A dozen more of everything that a list shows."""
    with transaction.atomic():
        grow(world)
        index_everything()
        yield
        transaction.set_rollback(True)


def grow(world: World) -> None:
    nurse = Profession.objects.get(slug=NURSE)
    for number in range(MORE):
        title = f"{COMMON} numéro {number}"
        NewsPageFactory(title=title, professions=[NURSE])
        JobPageFactory(title=title, professions=[NURSE])
        TrainingPageFactory(title=title, professions=[NURSE], sessions=[TrainingSessionFactory()])
        thread = ThreadFactory(group=world.groups["open"], title=title, asked=[NURSE], replies=1)
        ReportFactory(post=thread.posts.first())
        Verification.objects.create(user=MemberFactory(), profession=nurse, state=Verification.State.PENDING)
        Theme.objects.create(name=title, slug=f"propose-{number}", status=Theme.Status.PROPOSED)
        GroupFactory()
        MembershipFactory(group=world.groups["open"])
        for group in ("private", "secret"):
            MembershipFactory(group=world.groups[group], state=Membership.State.REQUESTED)
            MembershipFactory(group=world.groups[group], state=Membership.State.INVITED)


def test_lists_ask_the_same_whatever_they_hold(clients, world, request):
    paths = {name: paths[0] for name, paths in addresses(world).items() if name in LISTS}
    paths |= {name: f"{paths[name]}?q={COMMON}" for name in ("search", "search_suggestions")}
    assert set(paths) == LISTS
    few = {(name, who): queries(clients[who], path) for name, path in paths.items() for who in READERS}
    request.getfixturevalue("grown")
    found = [
        f"{name}, {who}: {count} queries instead of {few[name, who]}"
        for name, path in paths.items()
        for who in READERS
        # One more: of what a page shows, something may be there that was not before.
        if (count := queries(clients[who], path)) > few[name, who] + 1
    ]
    assert not found, "\n".join(found)
