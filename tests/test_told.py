"""Who is told ⊆ who may read, when it is told and when it is read; the bell counts what the page shows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.factories import MemberFactory
from community.models import Group
from community.notifications.conditions import read_groups, seen_groups
from community.notifications.recipients import may_read
from members.viewers import viewer_for
from notifications import reading
from notifications.kinds import Reader
from notifications.reading import entries_of, notifications_of, unread_count

from .leaks import expectations
from .leaks.people import EVERYBODY, VISITOR
from .support import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.full_on_sqlite]
PEOPLE = sorted(EVERYBODY - {VISITOR, "banned"})


@pytest.fixture(autouse=True)
def _everything_is_counted(monkeypatch):
    monkeypatch.setattr(reading, "COUNTED", 10_000)


@pytest.mark.parametrize("name", PEOPLE)
def test_the_rule_in_sql_is_the_rule_on_rows(name, world):
    viewer = viewer_for(world.people[name])
    reader = Reader.of(viewer)
    assert set(read_groups(reader)) == set(Group.objects.readable_by(viewer))
    assert set(seen_groups(reader)) == set(Group.objects.visible_to(viewer))


@pytest.mark.parametrize("name", PEOPLE)
def test_the_bell_counts_what_the_page_can_say(name, world, settings):
    settings.COMPILED_QUERIES = False  # `COUNTED` is a part of the compiled one
    viewer = viewer_for(world.people[name])
    rows = notifications_of(viewer).select_related("event__actor").order_by("-pk")
    entries = {entry.pk: entry.kind for entry in entries_of(viewer, rows)}
    unsaid = {one.kind for one in rows if one.pk not in entries}
    assert (unread_count(viewer), unsaid) == (len(entries), set())


@pytest.mark.parametrize("name", PEOPLE)
def test_a_mail_about_everything_names_nothing_that_its_reader_may_not_read(name, world):
    viewer = viewer_for(world.people[name])
    entries = entries_of(viewer, notifications_of(viewer).select_related("event__actor"))
    text = " ".join(entry.mail_sentence for entry in entries)
    assert not [
        thing.name
        for thing in expectations.THINGS.values()
        if not thing.allowed(name, "notifications") and any(word in text for word in thing.words)
    ]


def test_who_may_read_a_group_as_people_and_as_viewers(world):
    people = [user for user in world.people.values() if user is not None]
    for group in world.groups.values():
        expected = {user for user in people if group.pk in Group.objects.readable_ids(viewer_for(user))}
        assert set(may_read(group).filter(pk__in=[user.pk for user in people])) == expected, group


def test_the_bell_asks_one_query_more_where_something_is_unread_and_visitors_none(world):
    for person, queries in ((MemberFactory(), 1), (world.people["member"], 2)):
        unread_count(viewer_for(person))
        viewer = viewer_for(person)
        with CaptureQueriesContext(connection) as captured:
            unread_count(viewer)
        assert len(captured) == queries
    page = browser_of(None).get("/").content.decode()
    assert "data-unread-count" not in page
