"""What a viewer is in a group: asked of the database, decided in `community.permissions`."""

from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from core.compiled_query import compiled_query
from members.access import Viewer, group_token
from members.models import User
from taxonomy.models import Theme

from .models import Group, Membership, TaggedThread, Thread
from .permissions import OPEN, GroupPermissions, OwnMembership, group_permissions, is_meant_for


def permissions_for(viewer: Viewer, group: Group) -> GroupPermissions:
    """Two queries at most: the viewer's membership, and the group's professions unless prefetched."""
    own = Membership.objects.filter(group_id=group.pk, user_id=viewer.user_id or 0).order_by()
    row = own.values_list(*OwnMembership._fields).first() if viewer.user_id is not None else None
    return group_permissions(group, viewer, OwnMembership(*row) if row else None)


def with_own_membership(rows: QuerySet, user_id: int, to_memberships: str = "memberships") -> QuerySet:
    """Joins the membership of a user (0: nobody), which `permissions_from` reads without another query.

    `to_memberships`: the lookup from a row to the memberships of its group.
    """
    is_own = Q(**{f"{to_memberships}__user_id": user_id})
    columns = {f"own_{name}": F(f"own__{name}") for name in OwnMembership._fields}
    return rows.annotate(own=FilteredRelation(to_memberships, condition=is_own), **columns)


def permissions_from(row: Any, group: Group, viewer: Viewer) -> GroupPermissions:
    """`permissions_for`, from a row of `with_own_membership`."""
    own = OwnMembership(*(getattr(row, f"own_{name}") for name in OwnMembership._fields))
    return group_permissions(group, viewer, own if own.pk is not None else None)


def invitations_of(viewer: Viewer) -> list[Membership]:
    """Those that can be accepted: who lost the profession that a group is for is not told of it."""
    if not viewer.is_verified:
        return []
    invitations = compiled_query(_invitations, viewer.user_id)
    return [one for one in invitations if is_meant_for(one.group, viewer)]


def _invitations(user_id: int) -> QuerySet[Membership]:
    invitations = Membership.objects.filter(user_id=user_id, state=Membership.State.INVITED)
    shown = ("created_at", "group__name", "decided_by__first_name", "decided_by__last_name")
    rows = invitations.select_related("group", "decided_by").only(*shown).order_by("-created_at", "-pk")
    return rows.prefetch_related("group__professions")


def own_requests(viewer: Viewer) -> list[Membership]:
    """Requests to join that the viewer sent and nobody has decided on."""
    if not viewer.is_verified:
        return []
    sent = compiled_query(_own_requests, viewer.user_id or 0)
    visible = set(Group.objects.visible_ids(viewer))
    return [one for one in sent if one.group_id in visible]


def _own_requests(user_id: int) -> QuerySet[Membership]:
    requests = Membership.objects.filter(user_id=user_id, state=Membership.State.REQUESTED)
    return requests.select_related("group").only("user_id", "group__name", "group__slug")


def requests_to_decide(viewer: Viewer) -> list[tuple[str, str, int]]:
    """(name, slug, number of requests to join) of the groups that the viewer leads."""
    if not viewer.group_ids:
        return []
    return compiled_query(_requests_to_decide, list(viewer.group_ids), viewer.user_id or 0)


def _requests_to_decide(group_ids: list[int], user_id: int) -> QuerySet:
    led = Membership.objects.members().filter(
        user_id=user_id, role=Membership.Role.LEADER, group_id__in=group_ids
    )
    waiting = Q(memberships__state=Membership.State.REQUESTED)
    groups = Group.objects.filter(pk__in=led.values("group_id")).filter(waiting)
    counted = groups.annotate(waiting=Count("memberships")).order_by("name", "pk")
    return counted.values_list("name", "slug", "waiting")


def proposed_themes(viewer: Viewer) -> QuerySet[Theme]:
    """Themes that members typed, for a manager: not those that only threads carry which they may not read."""
    tagged = TaggedThread.objects.values("tag_id")
    read = tagged.filter(content_object__in=Thread.objects.visible_to(viewer).values("pk"))
    proposed = Theme.objects.filter(status=Theme.Status.PROPOSED)
    return proposed.filter(Q(pk__in=read) | ~Q(pk__in=tagged))


def group_tokens(user: User, verified: frozenset[int]) -> set[str]:
    """Tokens of the groups that a verified user belongs to (registered with `members.access`).

    `verified`: ids of their verified professions. A membership counts while its holder is verified in one of
    the group's professions and, in a subgroup, while they still belong to the parent that is not open.
    """
    held = {
        group_id: (parent_id, visibility)
        for group_id, profession_id, parent_id, visibility in compiled_query(_memberships, user.pk)
        if profession_id is None or profession_id in verified
    }
    return {
        group_token(group_id)
        for group_id, (parent_id, visibility) in held.items()
        if parent_id is None or visibility == OPEN or parent_id in held
    }


def _memberships(user_id: int) -> QuerySet:
    """One row per profession of the group; None: it is for all of them."""
    memberships = Membership.objects.members().filter(user_id=user_id).order_by()
    return memberships.values_list(
        "group_id", "group__professions", "group__parent_id", "group__parent__visibility"
    )
