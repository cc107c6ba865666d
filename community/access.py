"""What a viewer is in a group: asked of the database, decided in `community.permissions`."""

from members.access import Viewer, group_token
from members.models import User

from .models import Group, Membership
from .permissions import OPEN, GroupPermissions, group_permissions


def permissions_for(viewer: Viewer, group: Group) -> GroupPermissions:
    """Two queries at most: the viewer's membership, and the group's professions unless prefetched."""
    membership = None
    if viewer.user_id is not None:
        membership = Membership.objects.filter(group_id=group.pk, user_id=viewer.user_id).first()
    if membership is not None:
        membership.group = group
    return group_permissions(group, viewer, membership)


def group_tokens(user: User, verified: frozenset[int]) -> set[str]:
    """Tokens of the groups that a verified user belongs to (registered with `members.access`).

    `verified`: ids of their verified professions. A membership counts while its holder is verified in one of
    the group's professions and, in a subgroup, while they still belong to the parent that is not open.
    """
    memberships = Membership.objects.members().filter(user_id=user.pk).order_by()
    # One row per profession of the group; None: it is for all of them.
    rows = memberships.values_list(
        "group_id", "group__professions", "group__parent_id", "group__parent__visibility"
    )
    held = {
        group_id: (parent_id, visibility)
        for group_id, profession_id, parent_id, visibility in rows
        if profession_id is None or profession_id in verified
    }
    return {
        group_token(group_id)
        for group_id, (parent_id, visibility) in held.items()
        if parent_id is None or visibility == OPEN or parent_id in held
    }
