"""Random content and readers: over HTTP, the index finds and counts what the database lets them read."""

import os
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import Group as Role
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.factories import GroupFactory, MemberFactory, MembershipFactory, ThreadFactory, verify
from community.models import Group, Membership
from jobs.factories import JobPageFactory
from members.access import VISITOR
from members.models import COMMUNITY_MANAGERS, EDITORS, User, Verification
from members.viewers import viewer_for
from news.factories import NewsPageFactory
from search.sources import sources
from trainings.factories import TrainingPageFactory

from .test_listing import counts, rows, total

pytestmark = pytest.mark.django_db

PROFESSIONS = ("infirmier", "medecin", "pharmacien")
FACTORIES = {"news": NewsPageFactory, "job": JobPageFactory, "training": TrainingPageFactory}
EXAMPLES = int(os.environ.get("READING_EXAMPLES", "4"))

some_professions = st.sets(st.sampled_from(PROFESSIONS), max_size=2)
pages = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(sorted(FACTORIES)),
        "audience": st.sampled_from(("everyone", "verified", "professions")),
        "professions": some_professions,
        "live": st.booleans(),
    }
).filter(lambda page: page["professions"] or page["audience"] != "professions")
groups = st.fixed_dictionaries(
    {"visibility": st.sampled_from(Group.Visibility.values), "professions": some_professions}
)
# A thread of one of the groups, told by its place among them.
threads = st.fixed_dictionaries({"group": st.integers(0, 2), "hidden": st.booleans()})
readers = st.fixed_dictionaries(
    {
        "professions": st.dictionaries(
            st.sampled_from(PROFESSIONS), st.sampled_from(Verification.State.values), max_size=2
        ),
        "role": st.sampled_from(("", "", EDITORS, COMMUNITY_MANAGERS)),
        "memberships": st.dictionaries(st.integers(0, 2), st.sampled_from(Membership.State.values)),
        "is_active": st.sampled_from((True, True, True, False)),
    }
)
worlds = st.fixed_dictionaries(
    {
        "pages": st.lists(pages, min_size=3, max_size=5),
        "groups": st.lists(groups, min_size=3, max_size=3),
        "threads": st.lists(threads, min_size=3, max_size=5),
        "readers": st.lists(readers, min_size=3, max_size=4),
    }
)


def make_reader(drawn: dict[str, Any], made: list[Group]) -> User:
    user = MemberFactory(is_active=drawn["is_active"])
    for slug, state in drawn["professions"].items():
        verify(user, slug, state)
    if drawn["role"]:
        user.groups.add(Role.objects.get_or_create(name=drawn["role"])[0])
    for place, state in drawn["memberships"].items():
        MembershipFactory(group=made[place], user=user, state=state)
    return user


def make(drawn: dict[str, Any]) -> list[User]:
    """Writes it all; its readers."""
    for page in drawn["pages"]:
        fields = {name: value for name, value in page.items() if name != "kind"}
        FACTORIES[page["kind"]](**fields)
    made = [GroupFactory(**group) for group in drawn["groups"]]
    author = MemberFactory(professions=["infirmier"])
    for thread in drawn["threads"]:
        hidden_at = timezone.now() if thread["hidden"] else None
        ThreadFactory(group=made[thread["group"]], hidden_at=hidden_at, author=author)
    return [make_reader(reader, made) for reader in drawn["readers"]]


def readable(user: User | None) -> set[tuple[str, str]]:
    """(kind, pk) of all that the database lets them find now."""
    viewer = viewer_for(user) if user else VISITOR
    found = set()
    for source in sources().values():
        pks = list(source.eligible().values_list("pk", flat=True))
        found |= {(source.kind, str(pk)) for pk in source.visible(pks, viewer)}
    return found


def answered(user: User | None) -> tuple[set[tuple[str, str]], int, dict[str, int]]:
    """The same over HTTP: rows of all pages, the total that is said, and the counts by kind."""
    client = Client()
    if user and user.is_active:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    first = client.get("/recherche/?profession=toutes&tri=date")
    said = total(first)
    found = rows(first)
    for page in range(2, -(-said // 20) + 1):
        found += rows(client.get(f"/recherche/?profession=toutes&tri=date&page={page}"))
    assert len(found) == len(set(found))
    return set(found), said, counts(first, "type")


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=worlds)
def test_everybody_finds_exactly_what_they_may_read(site, any_index, drawn):
    with transaction.atomic():
        people = make(drawn)
        any_index()
        # Rolled back, the changes of the last example have the numbers of this one's.
        caches["pages"].clear()
        for user in (None, *people):
            expected = readable(user)
            found, said, by_kind = answered(user)
            assert found == expected
            assert said == len(expected)
            assert by_kind == Counter(kind for kind, _pk in expected)
        transaction.set_rollback(True)
