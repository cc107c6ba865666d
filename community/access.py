"""Who reads, writes and moderates in the community: the one place where it is said.

Each rule stands twice, side by side: as tokens (for one object in hand, and for groups in the index) and as a
`Q` over groups (for querysets). `tests/test_access.py` holds the two together.

- open group: content and name are for verified members of its professions (none: all of them);
- private group: the name is for those it is meant for, the content for its members;
- secret group: name and content are for its members, and for nobody else, managers included.

Managers read what is open or private. Threads and posts are as readable as their group, unless hidden or
deleted: then nobody finds them (`openable_by` shows a hidden thread to its author and its moderators).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from members.access import MANAGER, PRO, Viewer, group_token, profession_token

if TYPE_CHECKING:
    from members.models import User

    from .models import Group, Membership, Post, Thread

OPEN, PRIVATE, SECRET = "open", "private", "secret"
# The further right, the fewer people see it.
VISIBILITIES = (OPEN, PRIVATE, SECRET)

_NOBODY: frozenset[str] = frozenset()


# --- Groups: content ------------------------------------------------------------------------------


def content_tokens(group: "Group") -> frozenset[str]:
    """What opens the threads of a group. Any other visibility than the three known ones opens nothing."""
    match group.visibility:
        case "open":
            return _audience(group) | {group_token(group.pk), MANAGER}
        case "private":
            return frozenset({group_token(group.pk), MANAGER})
        case "secret":
            return frozenset({group_token(group.pk)})
    return _NOBODY


def reads_visible(group_id: int, visibility: str, viewer: Viewer) -> bool:
    """The same for a group whose name the viewer may know (`name_q`), by what a row of it says."""
    if group_token(group_id) in viewer.tokens:
        return visibility in VISIBILITIES
    return visibility == OPEN or (visibility == PRIVATE and viewer.is_manager)


# --- Groups: name and description -----------------------------------------------------------------


def name_tokens(group: "Group") -> frozenset[str]:
    """What shows that a group exists: its name, whom it is for, its description and its rules."""
    match group.visibility:
        case "open" | "private":
            return _audience(group) | {group_token(group.pk), MANAGER}
        case "secret":
            return frozenset({group_token(group.pk)})
    return _NOBODY


def name_q(model: type["Group"], viewer: Viewer) -> Q:
    """The same as `name_tokens(group) & viewer.tokens`, for a queryset of groups."""
    visible = Q(visibility__in=VISIBILITIES, pk__in=viewer.group_ids)
    visible |= Q(visibility__in=(OPEN, PRIVATE)) & _audience_q(model, viewer)
    if viewer.is_manager:
        visible |= Q(visibility__in=(OPEN, PRIVATE))
    return visible


# --- Whom a group is for --------------------------------------------------------------------------


def _audience(group: "Group") -> frozenset[str]:
    codes = [profession.code for profession in group.professions.all()]
    return frozenset(profession_token(code) for code in codes) or frozenset({PRO})


def _audience_q(model: type["Group"], viewer: Viewer) -> Q:
    restricted = model.professions.through.objects
    audience = Q(pk__in=restricted.filter(profession__code__in=_codes(viewer.tokens)).values("group_id"))
    if PRO in viewer.tokens:
        audience |= ~Q(pk__in=restricted.values("group_id"))
    return audience


def _codes(tokens: Iterable[str]) -> list[str]:
    prefix = profession_token("")
    return [token.removeprefix(prefix) for token in tokens if token.startswith(prefix)]


def is_meant_for(group: "Group", viewer: Viewer) -> bool:
    """Whether a viewer's verified professions are among those the group is for. Managers are no exception."""
    return bool(_audience(group) & viewer.tokens)


# --- What a viewer may do in a group --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """A viewer in a group: what every view and service asks before it does anything."""

    group: "Group"
    viewer: Viewer
    membership: "Membership | None"
    sees: bool  # the group exists for them
    reads: bool
    leads: bool  # an effective leader of this very group
    moderates: bool  # leader, or manager where managers may read

    @property
    def writes(self) -> bool:
        """Who reads as a verified professional writes; so do managers."""
        return self.reads and (self.viewer.is_verified or self.viewer.is_manager)

    @property
    def is_member(self) -> bool:
        return self.membership is not None and self.membership.state == "member"

    @property
    def manages(self) -> bool:
        """May change whom the group is for."""
        return self.sees and self.viewer.is_manager


def standing(group: "Group", viewer: Viewer) -> Standing:
    """Two queries at most: the viewer's membership, and the group's professions unless prefetched."""
    from .models import Membership

    own = Membership.objects.filter(group_id=group.pk, user_id=viewer.user_id)
    membership = own.first() if viewer.user_id else None
    if membership is not None:
        membership.group = group
    reads = bool(content_tokens(group) & viewer.tokens)
    leads = (
        membership is not None
        and membership.state == "member"
        and membership.role == "leader"
        and group_token(group.pk) in viewer.tokens
    )
    return Standing(
        group=group,
        viewer=viewer,
        membership=membership,
        sees=bool(name_tokens(group) & viewer.tokens),
        reads=reads,
        leads=leads,
        moderates=leads or (reads and viewer.is_manager and group.visibility in (OPEN, PRIVATE)),
    )


# --- One thread or post in hand ---------------------------------------------------------------------


def opens_thread(thread: "Thread", place: Standing) -> bool:
    """`Thread.objects.openable_by(place.viewer)` for one thread; `place`: the viewer in its group."""
    return place.reads and _is_there(thread, place)


def opens_post(post: "Post", place: Standing) -> bool:
    """`Post.objects.openable_by(place.viewer)` for one post."""
    return opens_thread(post.thread, place) and _is_there(post, place)


def _is_there(written: "Thread | Post", place: Standing) -> bool:
    """Not deleted; hidden only for its author and the moderators."""
    own = written.author_id is not None and written.author_id == place.viewer.user_id
    return written.deleted_at is None and (not written.is_hidden or place.moderates or own)


# --- Tokens of members ----------------------------------------------------------------------------


def group_tokens(user: "User", verified: frozenset[int]) -> set[str]:
    """Tokens of the groups that a verified user belongs to (registered with `members.access`).

    `verified`: ids of their verified professions. A membership counts while its holder is verified in one of
    the group's professions and, in a subgroup, while they still belong to the parent that is not open.
    """
    from .models import Membership

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
