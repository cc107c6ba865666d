"""What every address may ask of the database, and that lists ask the same whatever they hold.

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
from .leaks.truth import NURSE
from .leaks.world import COMMON, World

pytestmark = [pytest.mark.django_db, pytest.mark.full_on_sqlite]

READERS = ("visitor", "member", "admin")
# Name (see `addresses`) → queries for a visitor, a verified professional, an administrator.
BUDGETS = {
    "healthz": (0, 0, 0),
    "readyz": (4, 4, 4),
    "sitemap": (18, 18, 18),
    "robots": (0, 0, 0),
    "brand_css": (2, 2, 2),
    "set_language": (0, 0, 0),
    "account_home": (0, 10, 9),
    "account_welcome": (0, 10, 9),
    "account_profile": (0, 8, 7),
    "account_specialties": (0, 5, 5),
    "account_practice_add": (0, 9, 8),
    "account_language": (0, 3, 3),
    "account_verification": (0, 5, 5),
    "account_login": (2, 3, 3),
    "account_confirm_login_code": (0, 3, 3),
    "account_logout": (0, 6, 5),
    "account_inactive": (2, 6, 5),
    "account_signup": (2, 3, 3),
    "account_reauthenticate": (0, 6, 5),
    "account_email": (0, 10, 9),
    "account_email_verification_sent": (2, 6, 5),
    "account_change_password": (0, 6, 5),
    "account_set_password": (0, 3, 3),
    "account_reset_password": (2, 6, 5),
    "account_reset_password_done": (2, 6, 5),
    "account_reset_password_from_key_done": (2, 6, 5),
    "verification_queue": (4, 8, 9),
    "community_home": (2, 14, 12),
    "community_threads": (4, 10, 9),
    "animation": (4, 8, 15),
    "animation_groups": (4, 8, 8),
    "animation_group_new": (4, 8, 8),
    "animation_themes": (4, 8, 8),
    "search": (2, 17, 14),
    "search_suggestions": (2, 6, 5),
    "list_feed": (8, 8, 8),
    "list_calendar": (5, 5, 5),
    "search_towns": (0, 0, 0),
    "wagtaildocs_serve": (6, 10, 7),
    "media": (4, 4, 4),
    "account_practice_remove": (0, 3, 3),
    "account_withdraw": (0, 3, 3),
    "verification_decide": (4, 8, 10),
    "verification_document": (4, 8, 5),
    "member_close": (4, 8, 4),
    "account_confirm_email": (2, 6, 5),
    "account_reset_password_from_key": (2, 6, 5),
    "community_group": (4, 17, 17),
    "community_group_edit": (4, 8, 9),
    "community_membership": (4, 5, 4),
    "community_members": (4, 11, 13),
    "community_thread_new": (4, 12, 11),
    "community_member": (4, 5, 4),
    "community_invitation": (4, 5, 4),
    "community_thread": (4, 15, 14),
    "community_thread_edit": (4, 11, 12),
    "community_thread_moderate": (4, 11, 10),
    "community_thread_unaccept": (4, 5, 4),
    "community_person": (4, 11, 10),
    "community_post": (4, 11, 8),
    "community_post_edit": (4, 12, 11),
    "community_post_delete": (4, 12, 11),
    "community_post_accept": (4, 5, 4),
    "community_post_report": (4, 11, 10),
    "community_post_hide": (4, 11, 8),
    "animation_report": (4, 8, 9),
    "animation_theme": (4, 8, 4),
    "page:homepage": (2, 17, 12),
    "page:standardpage": (2, 10, 9),
    "page:jobindexpage": (2, 12, 11),
    "page:jobpage": (2, 18, 17),
    "page:newsindexpage": (2, 11, 10),
    "page:newspage": (2, 17, 16),
    "page:trainingindexpage": (2, 13, 12),
    "page:trainingpage": (2, 19, 18),
    "page:agenda": (2, 15, 14),
}
LISTS = {
    "sitemap",
    "search",
    "search_suggestions",
    "list_feed",
    "page:homepage",
    "page:jobindexpage",
    "page:newsindexpage",
    "page:trainingindexpage",
    "community_home",
    "community_threads",
    "community_group",
    "community_members",
    "verification_queue",
    "animation",
    "animation_groups",
    "animation_themes",
}
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


def test_every_address_has_a_budget(world):
    assert set(BUDGETS) == set(addresses(world))


@pytest.mark.parametrize("reader", READERS)
def test_no_address_asks_more_than_its_budget(reader, clients, world):
    allowed = {name: budget[READERS.index(reader)] for name, budget in BUDGETS.items()}
    found = [
        f"{path}: {count} queries instead of {allowed[name]}"
        for name, paths in addresses(world).items()
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
