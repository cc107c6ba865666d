"""Two people act at the same moment, each in a transaction of their own."""

import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from community import services
from community.factories import GroupFactory, MemberFactory, MembershipFactory
from community.models import Membership
from community.services import memberships
from members.access import viewer_for as viewer_of

from .journeys.database import own_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(tmp_path):
    """A database in which threads commit."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time")
    with own_database(tmp_path):
        yield


def test_the_last_two_leaders_do_not_leave_a_secret_group_together(elsewhere, monkeypatch):
    group = GroupFactory(visibility="secret")
    leaders = [MembershipFactory(group=group, role="leader").user for _number in range(2)]
    MembershipFactory(group=group, user=MemberFactory())
    check = memberships._check_not_last_leader
    monkeypatch.setattr(memberships, "_check_not_last_leader", lambda one: (check(one), time.sleep(0.3)))
    refused = []

    def leave(user) -> None:
        try:
            services.membership_leave(viewer=viewer_of(user), group=group)
        except ValidationError:
            refused.append(user)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[user]) for user in leaders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Membership.objects.filter(group=group, role="leader").count() == 1
