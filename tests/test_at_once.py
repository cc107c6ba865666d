"""Two people act at the same moment, each in a transaction of their own."""

import threading
import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from community import services
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    ReportFactory,
    ThreadFactory,
    make_manager,
)
from community.models import Membership
from community.services import groups, memberships, moderation
from members.viewers import viewer_for as viewer_of
from search.index import jobs as index_jobs
from search.models import IndexJob

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


def meanwhile(monkeypatch, module, pause_after: str, first, second) -> list[Exception]:
    """`first` stops for a moment after its `module.pause_after`; `second` begins then. Their errors."""
    step, begun, errors = getattr(module, pause_after), threading.Event(), []

    def slowly(*args):
        reached = step(*args)
        if not begun.is_set():
            begun.set()
            time.sleep(0.3)
        return reached

    def run(act) -> None:
        try:
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(module, pause_after, slowly)
    threads = [threading.Thread(target=run, args=[act]) for act in (first, second)]
    threads[0].start()
    assert begun.wait(10)
    threads[1].start()
    for thread in threads:
        thread.join()
    return errors


def test_who_takes_a_request_back_is_not_let_in_by_an_approval_of_that_moment(elsewhere, monkeypatch):
    group = GroupFactory(visibility="private")
    leader = viewer_of(MembershipFactory(group=group, role="leader").user)
    asked = MembershipFactory(group=group, state="requested")
    viewer = viewer_of(asked.user)
    errors = meanwhile(
        monkeypatch,
        memberships,
        "_for_leader",
        lambda: services.membership_approve(viewer=leader, membership=asked),
        lambda: services.membership_leave(viewer=viewer, group=group),
    )
    assert errors == []
    assert not Membership.objects.filter(group=group, user=asked.user).exists()


def test_an_invitation_taken_back_lets_nobody_in(elsewhere, monkeypatch):
    group = GroupFactory(visibility="private")
    leader = viewer_of(MembershipFactory(group=group, role="leader").user)
    invited = MembershipFactory(group=group, state="invited")
    viewer = viewer_of(invited.user)
    errors = meanwhile(
        monkeypatch,
        memberships,
        "_for_leader",
        lambda: services.membership_refuse(viewer=leader, membership=invited),
        lambda: services.membership_accept(viewer=viewer, membership=invited),
    )
    assert [type(error) for error in errors] == [PermissionDenied]
    assert not Membership.objects.filter(group=group, user=invited.user).exists()


def test_who_is_named_leader_and_removed_at_once_is_removed(elsewhere, monkeypatch):
    group = GroupFactory(visibility="private")
    leader = viewer_of(MembershipFactory(group=group, role="leader").user)
    member = MembershipFactory(group=group)
    errors = meanwhile(
        monkeypatch,
        memberships,
        "_for_leader",
        lambda: services.membership_set_role(viewer=leader, membership=member, role="leader"),
        lambda: services.membership_remove(viewer=leader, membership=member),
    )
    assert errors == []
    member.refresh_from_db()
    assert (member.state, member.role) == ("removed", "member")


@pytest.mark.parametrize("before", ["member", "requested"])
def test_a_removal_wins_against_three_who_join_at_once(elsewhere, before):
    manager = viewer_of(make_manager(MemberFactory()))
    for _round in range(8):
        membership = MembershipFactory()
        viewer, group = viewer_of(membership.user), membership.group
        if before == "requested":
            services.membership_remove(viewer=manager, membership=membership)
            services.membership_request(viewer=viewer, group=group)
        start = threading.Barrier(4)

        def run(act, start=start) -> None:
            start.wait(10)
            try:
                act()
            except (PermissionDenied, ValidationError):
                pass
            finally:
                connection.close()

        ends = services.membership_remove if before == "member" else services.membership_refuse
        acts = [lambda ends=ends, held=membership: ends(viewer=manager, membership=held)]
        acts += [lambda viewer=viewer, group=group: services.membership_join(viewer=viewer, group=group)] * 3
        threads = [threading.Thread(target=run, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        membership.refresh_from_db()
        assert (membership.state, membership.was_removed) == ("removed", True)


def test_two_managers_create_groups_of_the_same_name(elsewhere, monkeypatch):
    managers = [viewer_of(make_manager(MemberFactory())) for _number in range(2)]
    create = groups.Group.objects.create
    monkeypatch.setattr(
        groups.Group.objects, "create", lambda **fields: (create(**fields), time.sleep(0.3))[0]
    )
    errors = meanwhile(
        monkeypatch,
        groups,
        "_refuse_twice",
        lambda: services.group_create(viewer=managers[0], name="Plaies chroniques"),
        lambda: services.group_create(viewer=managers[1], name="Plaies chroniques"),
    )
    assert errors == []
    slugs = groups.Group.objects.values_list("slug", flat=True)
    assert len(set(slugs)) == 2 and all(slug.startswith("plaies-chroniques-") for slug in slugs)


def test_a_group_is_not_opened_unasked_while_a_thread_moves_into_it(elsewhere, monkeypatch):
    manager = viewer_of(make_manager(MemberFactory()))
    thread = ThreadFactory(group=GroupFactory(professions=["infirmier"]))
    target = GroupFactory(visibility="private", professions=["infirmier"])
    errors = meanwhile(
        monkeypatch,
        moderation,
        "_readers_within",
        lambda: services.thread_move(viewer=manager, thread=thread, group=target),
        lambda: services.group_update(
            viewer=manager, group=target, name=target.name, visibility="open", professions=[]
        ),
    )
    assert [list(error.message_dict) for error in errors] == [["widen"]]
    target.refresh_from_db()
    assert target.visibility == "private"


def test_a_manager_does_not_write_over_the_reason_of_a_moderator(elsewhere, monkeypatch):
    manager = viewer_of(make_manager(MemberFactory()))
    post = ThreadFactory(replies=1).posts.get(position=2)
    report = ReportFactory(post=post)
    errors = meanwhile(
        monkeypatch,
        moderation,
        "lock_post",
        lambda: services.post_hide(viewer=manager, post=post, reason="Une personne est identifiable."),
        lambda: services.report_decide(viewer=manager, report=report, hide=True, decision="Hors sujet."),
    )
    assert errors == []
    post.refresh_from_db()
    report.refresh_from_db()
    assert (post.hidden_reason, report.decision) == ("Une personne est identifiable.", "Hors sujet.")


def test_two_clicks_ask_for_one_rebuild(elsewhere, monkeypatch, admin_user):
    asked = []
    errors = meanwhile(
        monkeypatch,
        index_jobs,
        "current",
        lambda: asked.append(index_jobs.enqueue("rebuild", admin_user)),
        lambda: asked.append(index_jobs.enqueue("rebuild", admin_user)),
    )
    assert errors == []
    assert asked[0] == asked[1] and IndexJob.objects.count() == 1
