"""Joining, asking, inviting, leaving: who may; what comes of it is in `community.membership_states`.

Every command locks the person's memberships before it judges them (`_lock`).
"""

from contextlib import suppress
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import require_permission
from core.text import clean_text
from members.access import Viewer
from members.models import User
from members.viewers import viewer_for
from notifications.services import notify

from ..access import permissions_for
from ..membership_states import NONE, is_barred, next_state
from ..models import Group, Invitation, Membership
from ..permissions import OPEN, is_meant_for
from .common import get_or_deny, require_user_id

State, Role = Membership.State, Membership.Role


@transaction.atomic
def membership_join(*, viewer: Viewer, group: Group) -> Membership:
    """Enters an open group, at once. Who was removed from it has to ask."""
    membership = _lock(group, require_user_id(viewer))
    group = membership.group
    can_read = permissions_for(viewer, group).can_read
    require_permission(group.is_open and can_read and viewer.is_verified and is_meant_for(group, viewer))
    if membership.state != State.INVITED and is_barred(membership.state, membership.was_removed):
        raise ValidationError(_("Ask the leaders of this group to let you in again."))
    return _apply("join", membership, by=viewer.user_id)


@transaction.atomic
def membership_request(*, viewer: Viewer, group: Group, message: str = "") -> Membership:
    """Asks to enter a private group, or a group that one was removed from."""
    membership = _lock(group, require_user_id(viewer))
    group = membership.group
    can_see = permissions_for(viewer, group).can_see
    require_permission(can_see and viewer.is_verified and is_meant_for(group, viewer))
    require_permission(group.is_private or membership.pk is not None)
    if membership.state in (NONE, State.REMOVED):
        _require_parent(group, membership.user_id)
        membership.message = clean_text(message)[:500]
    before = membership.state
    membership = _apply("request", membership)
    if membership.state == State.REQUESTED != before:
        _notify("join_request", membership, actor_id=viewer.user_id)
    return membership


@transaction.atomic
def membership_approve(*, viewer: Viewer, membership: Membership) -> Membership:
    membership = _for_leader(viewer, membership)
    _check_eligible(membership.group, membership.user)
    membership = _apply("approve", membership, by=viewer.user_id)
    _notify("request_accepted", membership, actor_id=viewer.user_id)
    return membership


@transaction.atomic
def membership_refuse(*, viewer: Viewer, membership: Membership) -> None:
    """Declines a request, or takes an invitation back."""
    membership = _for_leader(viewer, membership)
    if membership.state == State.REQUESTED:
        about: dict[str, Any] = {"object_id": membership.group_id, "recipient_ids": [membership.user_id]}
        notify("request_refused", **about, actor_id=viewer.user_id, key=_once(membership))
    _apply("refuse", membership)


@transaction.atomic
def invitation_create(*, viewer: Viewer, group: Group, email: str) -> Invitation:
    """Invites whoever has an address; who invites is not told whether a member has it."""
    require_permission(permissions_for(viewer, group).can_moderate)
    email = email.lower()
    invitation = Invitation.objects.get_or_create(
        group=group, email=email, invited_by_id=require_user_id(viewer)
    )[0]
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is not None:
        with suppress(ValidationError):  # not one whom the group is for
            membership_invite(viewer=viewer, group=group, user=user)
    return invitation


@transaction.atomic
def invitation_withdraw(*, viewer: Viewer, group: Group, pk: int) -> None:
    """Takes back an invitation of one's own, while nobody has accepted it."""
    require_permission(permissions_for(viewer, group).can_moderate)
    invitation = get_or_deny(group.invitations.filter(pk=pk, invited_by_id=viewer.user_id).first())
    invitation.delete()
    if user := User.objects.filter(email__iexact=invitation.email).first():
        membership = _lock(group, user.pk)
        if membership.state == State.INVITED:
            _apply("refuse", membership)


@transaction.atomic
def membership_invite(*, viewer: Viewer, group: Group, user: User) -> Membership:
    """Invites a verified member whom the group is for. Who had asked to join is in at once."""
    membership = _lock(group, user.pk)
    require_permission(permissions_for(viewer, membership.group).can_moderate)
    _check_eligible(membership.group, user)
    before = membership.state
    membership = _apply("invite", membership, by=viewer.user_id)
    if membership.state != before:
        kind = "invitation" if membership.state == State.INVITED else "request_accepted"
        _notify(kind, membership, actor_id=viewer.user_id)
    return membership


@transaction.atomic
def membership_accept(*, viewer: Viewer, membership: Membership) -> Membership:
    membership = _own(viewer, membership)
    require_permission(membership.state == State.INVITED and is_meant_for(membership.group, viewer))
    _require_parent(membership.group, membership.user_id)
    return _apply("accept", membership, by=membership.decided_by_id)


@transaction.atomic
def membership_decline(*, viewer: Viewer, membership: Membership) -> None:
    _apply("decline", _own(viewer, membership))


@transaction.atomic
def membership_leave(*, viewer: Viewer, group: Group) -> None:
    """Leaves a group and its subgroups, or takes a request back."""
    membership = _lock(group, require_user_id(viewer))
    _apply_with_subgroups("leave", membership)


@transaction.atomic
def membership_remove(*, viewer: Viewer, membership: Membership) -> None:
    """Takes somebody out of a group and its subgroups. In an open group they read on, and no longer write."""
    _apply_with_subgroups("remove", _for_leader(viewer, membership), by=viewer.user_id)


@transaction.atomic
def membership_set_role(*, viewer: Viewer, membership: Membership, role: str) -> Membership:
    membership = _for_leader(viewer, membership)
    require_permission(membership.state == State.MEMBER)
    if role not in Role.values:
        raise ValidationError(_("Choose a role."))
    if role != Role.LEADER:
        _check_not_last_leader(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


def add_leader(group: Group, user: User, *, by: Viewer) -> Membership:
    """Puts somebody whom the group is for at the head of a new group; permission is the caller's."""
    _check_eligible(group, user, field="leaders")
    membership = _apply("join", _lock(group, user.pk), by=by.user_id)
    membership.role = Role.LEADER
    membership.save(update_fields=["role"])
    return membership


def _notify(kind: str, membership: Membership, *, actor_id: int | None) -> None:
    """Tells of what has just become of a membership; each time that it does."""
    notify(
        kind,
        object_id=membership.pk,
        subject=f"group:{membership.group_id}",
        actor_id=actor_id,
        recipient_ids=[membership.user_id],
        key=_once(membership),
    )


def _once(membership: Membership) -> str:
    return f"{membership.group_id}-{membership.user_id}-{timezone.now().timestamp()}"


def _lock(group: Group, user_id: int) -> Membership:
    """Somebody's membership as it is now, an unsaved one in the state `NONE` where there is none.

    Their account is locked: nobody else changes any of their memberships before the transaction ends.
    """
    get_or_deny(User.objects.select_for_update(no_key=True).filter(pk=user_id).first())
    rows = Membership.objects.filter(group_id=group.pk, user_id=user_id)
    membership = rows.select_related("group__parent", "user").first()
    if membership is None:
        group = get_or_deny(Group.objects.select_related("parent").filter(pk=group.pk).first())
        membership = Membership(group=group, user_id=user_id, state=NONE)
    return membership


def _apply(action: str, membership: Membership, *, by: int | None = None) -> Membership:
    """Saves what an action makes of a locked membership. `by`: who let in, invited or removed."""
    state = next_state(action, membership.state, membership.was_removed)
    if state is None:
        raise PermissionDenied
    if state == membership.state:
        return membership
    if state == NONE:
        membership.delete()
        return membership
    membership.state, membership.role = state, Role.MEMBER
    if action not in ("leave", "decline", "refuse"):
        membership.decided_by_id = by
    if state != State.REQUESTED:
        membership.message = ""
    if state == State.MEMBER:
        Invitation.objects.filter(group=membership.group, email__iexact=membership.user.email).delete()
        if membership.was_removed:
            _lift_bars_of_subgroups(membership)
        membership.joined_at, membership.was_removed = timezone.now(), False
    elif state == State.REMOVED:
        membership.was_removed = True
    membership.save()
    return membership


def _apply_with_subgroups(action: str, membership: Membership, *, by: int | None = None) -> None:
    """The action on a membership and on those of the subgroups; what waits there ends."""
    subgroups = Membership.objects.filter(group__parent_id=membership.group_id, user_id=membership.user_id)
    below = list(subgroups.exclude(state=State.REMOVED).select_related("group"))
    for one in (membership, *below):
        _check_not_last_leader(one)
    _apply(action, membership, by=by)
    for one in below:
        _apply(action if one.state == State.MEMBER else "refuse", one, by=by)
    if action == "remove":
        _bar_from_open_subgroups(membership, by)


def _bar_from_open_subgroups(membership: Membership, by: int | None) -> None:
    """Who was removed from a group would write on in its open subgroups, where they have no membership."""
    known = Membership.objects.filter(user_id=membership.user_id).values("group_id")
    subgroups = Group.objects.filter(parent_id=membership.group_id, visibility=OPEN).exclude(pk__in=known)
    for group in subgroups:
        removed = Membership(group=group, user_id=membership.user_id, state=State.REMOVED, was_removed=True)
        removed.decided_by_id = by
        removed.save()


def _lift_bars_of_subgroups(membership: Membership) -> None:
    """Let in again, they write again where they never were a member."""
    below = Membership.objects.filter(group__parent_id=membership.group_id, user_id=membership.user_id)
    below.filter(state=State.REMOVED, joined_at=None).delete()


def _for_leader(viewer: Viewer, membership: Membership) -> Membership:
    """The membership, locked, when the viewer moderates its group."""
    current = _lock(membership.group, membership.user_id)
    require_permission(current.pk == membership.pk)
    require_permission(permissions_for(viewer, current.group).can_moderate)
    return current


def _own(viewer: Viewer, membership: Membership) -> Membership:
    require_permission(viewer.is_verified and membership.user_id == viewer.user_id)
    current = _lock(membership.group, membership.user_id)
    require_permission(current.pk == membership.pk)
    return current


def _is_outside(parent: Group, user_id: int) -> bool:
    """Who enters a subgroup of a group that is not open, belongs to that group."""
    if parent.visibility == OPEN:
        return False
    return not Membership.objects.members().filter(group=parent, user_id=user_id).exists()


def _require_parent(group: Group, user_id: int) -> None:
    if group.parent is not None and _is_outside(group.parent, user_id):
        raise ValidationError(_("Join the group “%(group)s” first.") % {"group": group.parent.name})


def _check_eligible(group: Group, user: User, field: str = "user") -> None:
    name = user.display_name
    viewer = viewer_for(user)
    if not viewer.is_verified or not is_meant_for(group, viewer):
        sentence = _("%(name)s is not verified in a profession of this group.") % {"name": name}
        raise ValidationError({field: sentence})
    if group.parent is not None and _is_outside(group.parent, user.pk):
        sentence = _("%(name)s is not yet a member of the group “%(group)s”.")
        raise ValidationError({field: sentence % {"name": name, "group": group.parent.name}})


def _check_not_last_leader(membership: Membership) -> None:
    """A secret group without a leader could be reached by nobody, managers included."""
    group = membership.group
    if not group.is_secret or membership.role != Role.LEADER:
        return
    Group.objects.select_for_update().get(pk=group.pk)  # two leaders who leave at once, one after the other
    others = group.memberships.members().exclude(pk=membership.pk)
    if others.exists() and not others.filter(role=Role.LEADER).exists():
        raise ValidationError(_("Name another leader first: nobody else sees this group."))
