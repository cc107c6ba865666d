"""Joining, asking, inviting, leaving."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import require_permission
from members.access import Viewer, group_token
from members.viewers import viewer_for

from .. import richtext
from ..access import permissions_for
from ..models import Group, Membership
from ..permissions import OPEN, is_meant_for
from ..querysets import MembershipQuerySet
from .common import get_or_deny, require_user_id

if TYPE_CHECKING:
    from members.models import User

State, Role = Membership.State, Membership.Role


@transaction.atomic
def membership_join(*, viewer: Viewer, group: Group) -> Membership:
    """Enters an open group, at once. Who was removed from it has to ask."""
    perms = permissions_for(viewer, group)
    require_permission(
        group.is_open and perms.can_read and viewer.is_verified and is_meant_for(group, viewer)
    )
    if perms.membership is not None and perms.membership.state == State.REMOVED:
        raise ValidationError(_("Ask the leaders of this group to let you in again."))
    return _enter(group, require_user_id(viewer), by=viewer.user_id)


@transaction.atomic
def membership_request(*, viewer: Viewer, group: Group, message: str = "") -> Membership:
    """Asks to enter a private group, or a group that one was removed from."""
    perms = permissions_for(viewer, group)
    removed = perms.membership is not None and perms.membership.state == State.REMOVED
    require_permission(perms.can_see and viewer.is_verified and is_meant_for(group, viewer))
    require_permission(group.is_private or removed)
    if perms.membership is not None and not removed:
        return perms.membership
    _require_parent(group, viewer, _("Join the group “%(group)s” first."))
    return Membership.objects.update_or_create(
        group=group,
        user_id=require_user_id(viewer),
        defaults={
            "state": State.REQUESTED,
            "role": Role.MEMBER,
            "message": richtext.strip_control(message)[:500],
            "decided_by": None,
        },
    )[0]


@transaction.atomic
def membership_approve(*, viewer: Viewer, membership: Membership) -> Membership:
    membership = _for_leader(viewer, membership, State.REQUESTED)
    _check_eligible(membership.group, membership.user)
    return _enter(membership.group, membership.user_id, by=viewer.user_id)


@transaction.atomic
def membership_refuse(*, viewer: Viewer, membership: Membership) -> None:
    """Declines a request, or takes an invitation back."""
    _forget(_for_leader(viewer, membership, State.REQUESTED, State.INVITED))


@transaction.atomic
def membership_invite(*, viewer: Viewer, group: Group, user: "User") -> Membership:
    """Invites a verified member whom the group is for. Who had asked to join is in at once."""
    require_permission(permissions_for(viewer, group).can_moderate)
    _check_eligible(group, user)
    current = _held(group=group, user=user).first()
    if current is not None and current.state == State.REQUESTED:
        return _enter(group, user.pk, by=viewer.user_id)
    if current is not None and current.state in (State.MEMBER, State.INVITED):
        return current
    return Membership.objects.update_or_create(
        group=group,
        user=user,
        defaults={"state": State.INVITED, "role": Role.MEMBER, "decided_by_id": viewer.user_id},
    )[0]


@transaction.atomic
def membership_accept(*, viewer: Viewer, membership: Membership) -> Membership:
    membership = _own_invitation(viewer, membership)
    require_permission(is_meant_for(membership.group, viewer))
    _require_parent(membership.group, viewer, _("Join the group “%(group)s” first."))
    return _enter(membership.group, require_user_id(viewer), by=membership.decided_by_id)


@transaction.atomic
def membership_decline(*, viewer: Viewer, membership: Membership) -> None:
    _forget(_own_invitation(viewer, membership))


@transaction.atomic
def membership_leave(*, viewer: Viewer, group: Group) -> None:
    """Leaves a group and its subgroups, or takes a request back."""
    own = _held(group=group, user_id=require_user_id(viewer)).select_related("group")
    membership = get_or_deny(own.filter(state__in=(State.MEMBER, State.REQUESTED)).first())
    for one in _with_subgroups(membership):
        _check_not_last_leader(one)
        _forget(one)


@transaction.atomic
def membership_remove(*, viewer: Viewer, membership: Membership) -> None:
    """Takes somebody out of a group and its subgroups. In an open group they still read what is for them."""
    membership = _for_leader(viewer, membership, State.MEMBER)
    for one in _with_subgroups(membership):
        _check_not_last_leader(one)
        one.state, one.role, one.decided_by_id = State.REMOVED, Role.MEMBER, viewer.user_id
        one.was_removed = True
        one.save(update_fields=["state", "role", "decided_by", "was_removed"])


@transaction.atomic
def membership_set_role(*, viewer: Viewer, membership: Membership, role: str) -> Membership:
    membership = _for_leader(viewer, membership, State.MEMBER)
    if role not in Role.values:
        raise ValidationError(_("Choose a role."))
    if role != Role.LEADER:
        _check_not_last_leader(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


def add_leader(group: Group, user: "User", *, by: Viewer) -> Membership:
    """Puts somebody whom the group is for at its head (creation of a group; permission is the caller's)."""
    _check_eligible(group, user, field="leaders")
    membership = _enter(group, user.pk, by=by.user_id)
    membership.role = Role.LEADER
    membership.save(update_fields=["role"])
    return membership


def _enter(group: Group, user_id: int, *, by: int | None) -> Membership:
    current = _held(group=group, user_id=user_id).first()
    if current is not None and current.state == State.MEMBER:
        return current
    return Membership.objects.update_or_create(
        group=group,
        user_id=user_id,
        defaults={
            "state": State.MEMBER,
            "role": Role.MEMBER,
            "joined_at": timezone.now(),
            "decided_by_id": by,
            "message": "",
            "was_removed": False,
        },
    )[0]


def _forget(membership: Membership) -> None:
    """Nothing stays of it but that somebody was removed before."""
    if not membership.was_removed:
        membership.delete()
        return
    membership.state, membership.message = State.REMOVED, ""
    membership.save(update_fields=["state", "message"])


def _held(**lookups: Any) -> MembershipQuerySet:
    """Memberships as they are now, held until the end of the transaction: nobody else changes them."""
    return Membership.objects.select_for_update(of=("self",)).filter(**lookups)


def _for_leader(viewer: Viewer, membership: Membership, *states: str) -> Membership:
    """The membership, held, when the viewer moderates its group and it is in one of these states."""
    rows = _held(pk=membership.pk, state__in=states)
    current = get_or_deny(rows.select_related("group__parent", "user").first())
    require_permission(permissions_for(viewer, current.group).can_moderate)
    return current


def _own_invitation(viewer: Viewer, membership: Membership) -> Membership:
    require_permission(viewer.is_verified)
    own = _held(pk=membership.pk, user_id=require_user_id(viewer), state=State.INVITED)
    return get_or_deny(own.select_related("group__parent").first())


def _with_subgroups(membership: Membership) -> list[Membership]:
    below = _held(group__parent_id=membership.group_id, user_id=membership.user_id)
    return [*below.select_related("group"), membership]


def _require_parent(group: Group, viewer: Viewer, sentence: str) -> None:
    """Who enters a subgroup of a group that is not open, belongs to that group."""
    parent = group.parent
    if parent is not None and parent.visibility != OPEN and group_token(parent.pk) not in viewer.tokens:
        raise ValidationError(sentence % {"group": parent.name})


def _check_eligible(group: Group, user: "User", field: str = "user") -> None:
    viewer = viewer_for(user)
    if not viewer.is_verified or not is_meant_for(group, viewer):
        raise ValidationError(
            {
                field: _("%(name)s is not verified in a profession of this group.")
                % {"name": user.display_name}
            }
        )
    parent = group.parent
    if parent is not None and parent.visibility != OPEN and group_token(parent.pk) not in viewer.tokens:
        raise ValidationError(
            {
                field: _("%(name)s is not yet a member of the group “%(group)s”.")
                % {"name": user.display_name, "group": parent.name}
            }
        )


def _check_not_last_leader(membership: Membership) -> None:
    """A secret group without a leader could be reached by nobody, managers included."""
    group = membership.group
    if not group.is_secret or membership.role != Role.LEADER:
        return
    Group.objects.select_for_update().get(pk=group.pk)  # two leaders who leave at once, one after the other
    others = group.memberships.members().exclude(pk=membership.pk)
    if others.exists() and not others.filter(role=Role.LEADER).exists():
        raise ValidationError(_("Name another leader first: nobody else sees this group."))
