"""Every sequence of actions on a membership, from every state: only leaders end a removal."""

from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community import services
from community.factories import GroupFactory, MemberFactory, MembershipFactory, viewer_of
from community.membership_states import MEMBER, NONE, REMOVED, TRANSITIONS, is_barred, next_state
from community.models import Group, Membership

STARTS = [(state, was) for state in (NONE, *Membership.State.values) for was in (False, True)]
# What no row can say: a removal leaves its mark until somebody is let in.
STARTS = [start for start in STARTS if start not in ((NONE, True), (MEMBER, True), (REMOVED, False))]
BY_LEADERS = {"approve", "invite"}


@pytest.mark.parametrize("start", STARTS)
def test_no_sequence_of_ones_own_actions_ends_a_removal(start):
    for actions in product(TRANSITIONS, repeat=4):
        state, was_removed = start
        let_in = not is_barred(*start)
        for action in actions:
            after = next_state(action, state, was_removed)
            if after is None:
                continue
            if action == "remove":
                let_in = False
            elif action in BY_LEADERS or state == "invited":
                let_in = True  # an invitation is the leaders' word
            was_removed = after != MEMBER and (was_removed or after == REMOVED)
            state = after
            assert state != MEMBER or let_in, actions
            assert not (state == NONE and was_removed), actions


def act(action: str, group: Group, user, leader) -> None:
    """The action through its command, by who may take it."""
    viewer, boss = viewer_of(user), viewer_of(leader)
    membership = Membership.objects.filter(group=group, user=user).first()
    gone = Membership(pk=0, group=group, user=user)
    match action:
        case "join" | "request" | "leave":
            getattr(services, f"membership_{action}")(viewer=viewer, group=group)
        case "accept" | "decline":
            getattr(services, f"membership_{action}")(viewer=viewer, membership=membership or gone)
        case "invite":
            services.membership_invite(viewer=boss, group=group, user=user)
        case _:
            getattr(services, f"membership_{action}")(viewer=boss, membership=membership or gone)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from(STARTS),
    visibility=st.sampled_from(Group.Visibility.values),
    actions=st.lists(st.sampled_from(sorted(TRANSITIONS)), max_size=6),
)
def test_commands_follow_the_machine(db, start, visibility, actions):
    group = GroupFactory(visibility=visibility)
    leader = MembershipFactory(group=group, role="leader").user
    user = MemberFactory(professions=["infirmier"])
    state, was_removed = start
    if state != NONE:
        MembershipFactory(group=group, user=user, state=state, was_removed=was_removed)
    for action in actions:
        try:
            act(action, group, user, leader)
        except (PermissionDenied, ValidationError):
            pass  # refused: nothing changed
        else:
            state = next_state(action, state, was_removed)
            was_removed = state != MEMBER and (was_removed or state == REMOVED)
        rows = list(Membership.objects.filter(group=group, user=user).values_list("state", "was_removed"))
        assert rows == ([] if state == NONE else [(state, was_removed)])
        viewer = viewer_of(user)
        assert (group.pk in viewer.group_ids) == (state == MEMBER)
