"""Joining, asking, inviting, leaving: who may, and what a subgroup asks of it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from community import services
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    ThreadFactory,
    viewer_of,
)
from community.models import Membership

pytestmark = pytest.mark.django_db

State = Membership.State


def state(group, user) -> str:
    membership = Membership.objects.filter(group=group, user=user).first()
    return membership.state if membership else ""


def test_an_open_group_is_joined_at_once_and_twice_is_once(nurse):
    group = GroupFactory(professions=["infirmier"])
    for _again in range(2):
        services.membership_join(viewer=viewer_of(nurse), group=group)
    assert state(group, nurse) == State.MEMBER
    assert group.pk in viewer_of(nurse).group_ids


@pytest.mark.parametrize("visibility", ["private", "secret"])
def test_other_groups_are_not_joined(nurse, visibility):
    with pytest.raises(PermissionDenied):
        services.membership_join(viewer=viewer_of(nurse), group=GroupFactory(visibility=visibility))


def test_who_is_not_verified_or_of_another_profession_joins_nothing(physician, manager):
    group = GroupFactory(professions=["infirmier"])
    for user in (MemberFactory(), physician, MemberFactory(manager=True), manager):
        with pytest.raises(PermissionDenied):
            services.membership_join(viewer=viewer_of(user), group=group)
        with pytest.raises(PermissionDenied):
            services.membership_request(viewer=viewer_of(user), group=group)


def test_a_private_group_is_asked_for_and_its_leader_decides(nurse, physician):
    leader = MembershipFactory(role="leader", group__visibility="private")
    group = leader.group
    request = services.membership_request(viewer=viewer_of(nurse), group=group, message="Je viens.\x00")
    assert (request.state, request.message) == (State.REQUESTED, "Je viens.")
    with pytest.raises(PermissionDenied):
        services.membership_approve(viewer=viewer_of(physician), membership=request)
    with pytest.raises(PermissionDenied):
        services.membership_approve(viewer=viewer_of(nurse), membership=request)
    services.membership_approve(viewer=viewer_of(leader.user), membership=request)
    assert state(group, nurse) == State.MEMBER


def test_a_manager_decides_too_and_a_refusal_leaves_no_trace(nurse, manager):
    group = GroupFactory(visibility="private")
    request = services.membership_request(viewer=viewer_of(nurse), group=group)
    services.membership_refuse(viewer=viewer_of(manager), membership=request)
    assert state(group, nurse) == ""


def test_a_secret_group_cannot_be_asked_for_only_invited_to(nurse, manager):
    leader = MembershipFactory(role="leader", group__visibility="secret")
    with pytest.raises(PermissionDenied):
        services.membership_request(viewer=viewer_of(nurse), group=leader.group)
    with pytest.raises(PermissionDenied):
        services.membership_invite(viewer=viewer_of(manager), group=leader.group, user=nurse)
    invitation = services.membership_invite(viewer=viewer_of(leader.user), group=leader.group, user=nurse)
    assert leader.group.pk not in viewer_of(nurse).group_ids
    with pytest.raises(PermissionDenied):
        services.membership_accept(viewer=viewer_of(manager), membership=invitation)
    services.membership_accept(viewer=viewer_of(nurse), membership=invitation)
    assert leader.group.pk in viewer_of(nurse).group_ids


def test_an_invitation_can_be_declined_or_taken_back(nurse, physician):
    leader = MembershipFactory(role="leader", group__visibility="private")
    viewer = viewer_of(leader.user)
    declined = services.membership_invite(viewer=viewer, group=leader.group, user=nurse)
    services.membership_decline(viewer=viewer_of(nurse), membership=declined)
    taken = services.membership_invite(viewer=viewer, group=leader.group, user=physician)
    services.membership_refuse(viewer=viewer, membership=taken)
    with pytest.raises(PermissionDenied):
        services.membership_accept(viewer=viewer_of(physician), membership=taken)
    assert (state(leader.group, nurse), state(leader.group, physician)) == ("", "")


def test_who_had_asked_is_in_as_soon_as_invited(nurse):
    leader = MembershipFactory(role="leader", group__visibility="private")
    services.membership_request(viewer=viewer_of(nurse), group=leader.group)
    services.membership_invite(viewer=viewer_of(leader.user), group=leader.group, user=nurse)
    assert state(leader.group, nurse) == State.MEMBER


def test_nobody_is_invited_whom_the_group_is_not_for(physician):
    leader = MembershipFactory(role="leader", group__visibility="private", group__professions=["infirmier"])
    for user in (physician, MemberFactory()):
        with pytest.raises(ValidationError):
            services.membership_invite(viewer=viewer_of(leader.user), group=leader.group, user=user)


def test_a_subgroup_of_a_closed_group_asks_for_membership_of_its_parent(nurse):
    parent = GroupFactory(visibility="private")
    leader = MembershipFactory(group=parent, role="leader").user
    subgroup = GroupFactory(visibility="private", parent=parent)
    MembershipFactory(group=subgroup, user=leader, role="leader")
    with pytest.raises(ValidationError):
        services.membership_request(viewer=viewer_of(nurse), group=subgroup)
    with pytest.raises(ValidationError):
        services.membership_invite(viewer=viewer_of(leader), group=subgroup, user=nurse)
    MembershipFactory(group=parent, user=nurse)
    services.membership_request(viewer=viewer_of(nurse), group=subgroup)
    assert state(subgroup, nurse) == State.REQUESTED


def test_leaving_or_being_removed_from_a_parent_ends_membership_below(nurse, physician):
    parent = GroupFactory(visibility="private")
    leader = MembershipFactory(group=parent, role="leader").user
    subgroup = GroupFactory(visibility="private", parent=parent)
    for user in (nurse, physician):
        MembershipFactory(group=parent, user=user)
        MembershipFactory(group=subgroup, user=user)
    services.membership_leave(viewer=viewer_of(nurse), group=parent)
    assert (state(parent, nurse), state(subgroup, nurse)) == ("", "")
    membership = Membership.objects.get(group=parent, user=physician)
    services.membership_remove(viewer=viewer_of(leader), membership=membership)
    assert (state(parent, physician), state(subgroup, physician)) == (State.REMOVED, State.REMOVED)
    assert viewer_of(physician).group_ids == frozenset()


def test_who_was_removed_asks_and_does_not_walk_in(nurse, manager):
    membership = MembershipFactory(user=nurse)
    services.membership_remove(viewer=viewer_of(manager), membership=membership)
    with pytest.raises(ValidationError):
        services.membership_join(viewer=viewer_of(nurse), group=membership.group)
    services.membership_request(viewer=viewer_of(nurse), group=membership.group)
    assert state(membership.group, nurse) == State.REQUESTED


def test_taking_a_request_back_does_not_open_the_door_to_who_was_removed(nurse, manager):
    membership = MembershipFactory(user=nurse)
    group = membership.group
    services.membership_remove(viewer=viewer_of(manager), membership=membership)
    for ends in ("leave", "refuse"):
        asked = services.membership_request(viewer=viewer_of(nurse), group=group)
        if ends == "leave":
            services.membership_leave(viewer=viewer_of(nurse), group=group)
        else:
            services.membership_refuse(viewer=viewer_of(manager), membership=asked)
        assert state(group, nurse) == State.REMOVED
        with pytest.raises(ValidationError):
            services.membership_join(viewer=viewer_of(nurse), group=group)


def test_who_was_let_in_again_leaves_and_comes_back_as_anybody(nurse, manager):
    membership = MembershipFactory(user=nurse)
    group = membership.group
    services.membership_remove(viewer=viewer_of(manager), membership=membership)
    asked = services.membership_request(viewer=viewer_of(nurse), group=group)
    services.membership_approve(viewer=viewer_of(manager), membership=asked)
    services.membership_leave(viewer=viewer_of(nurse), group=group)
    assert services.membership_join(viewer=viewer_of(nurse), group=group).state == State.MEMBER


def test_the_last_leader_of_a_secret_group_stays_while_others_are_in_it():
    leader = MembershipFactory(role="leader", group__visibility="secret")
    other = MembershipFactory(group=leader.group)
    viewer = viewer_of(leader.user)
    with pytest.raises(ValidationError):
        services.membership_leave(viewer=viewer, group=leader.group)
    with pytest.raises(ValidationError):
        services.membership_set_role(viewer=viewer, membership=leader, role="member")
    services.membership_set_role(viewer=viewer, membership=other, role="leader")
    services.membership_leave(viewer=viewer, group=leader.group)
    assert state(leader.group, leader.user) == ""


def test_who_was_removed_from_an_open_group_reads_and_no_longer_writes(nurse, manager, sign_in):
    thread = ThreadFactory(replies=1)
    own = PostFactory(thread=thread, author=nurse)
    membership = MembershipFactory(group=thread.group, user=nurse)
    services.membership_remove(viewer=viewer_of(manager), membership=membership)
    for request_back in (False, True):
        if request_back:
            services.membership_request(viewer=viewer_of(nurse), group=thread.group)
        viewer = viewer_of(nurse)
        for write in (
            lambda viewer=viewer: services.post_create(viewer=viewer, thread=thread, body="<p>Encore.</p>"),
            lambda viewer=viewer: services.post_update(viewer=viewer, post=own, body="<p>Encore.</p>"),
            lambda viewer=viewer: services.thread_create(
                viewer=viewer, group=thread.group, title="Encore une question", body="<p>Encore.</p>"
            ),
        ):
            with pytest.raises(PermissionDenied):
                write()
        page = sign_in(nurse).get(thread.get_absolute_url()).content.decode()
        assert "La question, en entier." in page and 'name="body"' not in page
    services.membership_approve(viewer=viewer_of(manager), membership=membership)
    services.post_create(viewer=viewer_of(nurse), thread=thread, body="<p>De retour.</p>")


def test_members_do_not_make_themselves_leaders(nurse):
    membership = MembershipFactory(user=nurse, group__visibility="private")
    with pytest.raises(PermissionDenied):
        services.membership_set_role(viewer=viewer_of(nurse), membership=membership, role="leader")
