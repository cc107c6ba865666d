"""Who reads, writes and moderates in the community: the one place where it is said. It asks no database.

- open group: content and name are for verified members of its professions (none: all of them);
- private group: the name is for those it is meant for, the content for its members;
- secret group: name and content are for its members, and for nobody else, managers included.

Managers read what is open or private. Threads and posts are as readable as their group, unless hidden or
deleted: then nobody finds them (`openable_by` shows a hidden thread to its author and its moderators).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from members.access import MANAGER, PRO, Viewer, group_token, profession_token

from .membership_states import is_barred

if TYPE_CHECKING:
    from .models import Group, Post, Thread

OPEN, PRIVATE, SECRET = "open", "private", "secret"
# The further right, the fewer people see it.
VISIBILITIES = (OPEN, PRIVATE, SECRET)


class GroupFacts(Protocol):
    """What decides who reads a group: a `Group`, or a row with the same names."""

    @property
    def pk(self) -> int: ...
    @property
    def visibility(self) -> str: ...
    @property
    def profession_codes(self) -> Iterable[str]: ...


class GroupRow(NamedTuple):
    pk: int
    visibility: str
    profession_codes: Iterable[str]


class OwnMembership(NamedTuple):
    """What a viewer's membership of a group says about them; `models.Membership` in three columns."""

    pk: int
    state: str
    role: str
    was_removed: bool


def content_tokens(group: GroupFacts) -> frozenset[str]:
    """Tokens that open the threads of a group. An unknown visibility opens nothing."""
    match group.visibility:
        case "open":
            return _audience(group) | {group_token(group.pk), MANAGER}
        case "private":
            return frozenset({group_token(group.pk), MANAGER})
        case "secret":
            return frozenset({group_token(group.pk)})
    return frozenset()


def name_tokens(group: GroupFacts) -> frozenset[str]:
    """Tokens that show that a group exists: its name, whom it is for, its description and its rules."""
    match group.visibility:
        case "open" | "private":
            return _audience(group) | {group_token(group.pk), MANAGER}
        case "secret":
            return frozenset({group_token(group.pk)})
    return frozenset()


def _audience(group: GroupFacts) -> frozenset[str]:
    return frozenset(map(profession_token, group.profession_codes)) or frozenset({PRO})


def is_meant_for(group: GroupFacts, viewer: Viewer) -> bool:
    """Whether a viewer's verified professions are among those the group is for. Managers are no exception."""
    return bool(_audience(group) & viewer.tokens)


@dataclass(frozen=True, slots=True)
class GroupPermissions:
    """A viewer in a group: what every view and service asks before it does anything."""

    group: "Group"
    viewer: Viewer
    membership: OwnMembership | None
    can_see: bool  # the group exists for them
    can_read: bool
    is_leader: bool  # an effective leader of this very group
    can_moderate: bool  # leader, or manager where managers may read

    @property
    def can_write(self) -> bool:
        """Who reads as a verified professional writes, unless they were removed; so do the managers."""
        viewer = self.viewer
        return self.can_read and (viewer.is_manager or (viewer.is_verified and not self.is_barred))

    @property
    def is_barred(self) -> bool:
        """Was removed from the group, and no leader has let them in since."""
        return self.membership is not None and is_barred(self.membership.state, self.membership.was_removed)

    @property
    def is_member(self) -> bool:
        return self.membership is not None and self.membership.state == "member"

    @property
    def can_manage(self) -> bool:
        """May change whom the group is for."""
        return self.can_see and self.viewer.is_manager


def group_permissions(group: "Group", viewer: Viewer, membership: OwnMembership | None) -> GroupPermissions:
    """`membership`: the viewer's own in this group, as it is now."""
    can_read = bool(content_tokens(group) & viewer.tokens)
    is_leader = (
        membership is not None
        and membership.state == "member"
        and membership.role == "leader"
        and group_token(group.pk) in viewer.tokens
    )
    return GroupPermissions(
        group=group,
        viewer=viewer,
        membership=membership,
        can_see=bool(name_tokens(group) & viewer.tokens),
        can_read=can_read,
        is_leader=is_leader,
        can_moderate=is_leader or (can_read and viewer.is_manager and group.visibility in (OPEN, PRIVATE)),
    )


# --- One thread or post in hand ---------------------------------------------------------------------


def opens_thread(thread: "Thread", perms: GroupPermissions) -> bool:
    """`Thread.objects.openable_by(perms.viewer)` for one thread; `perms`: the viewer's in its group."""
    return perms.can_read and _is_there(thread, perms)


def opens_post(post: "Post", perms: GroupPermissions) -> bool:
    """`Post.objects.openable_by(perms.viewer)` for one post."""
    return opens_thread(post.thread, perms) and _is_there(post, perms)


def _is_there(written: "Thread | Post", perms: GroupPermissions) -> bool:
    """Not deleted; hidden only for its author and the moderators."""
    own = written.author_id is not None and written.author_id == perms.viewer.user_id
    return written.deleted_at is None and (not written.is_hidden or perms.can_moderate or own)
