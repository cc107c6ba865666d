"""The kinds of notifications and the things that can be followed; apps of higher floors register theirs."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.access import Viewer

from .models import Channel, Event, Subscription

Text = str | Promise
Level = Subscription.Level
# What the switch says of each level.
LEVELS: dict[str, Text] = {
    Level.FOLLOWED: _("each message"),
    Level.FIRST: _("new discussions"),
    Level.NORMAL: _("only what concerns me"),
    Level.MUTED: _("nothing"),
}


class Reader(NamedTuple):
    """What of a viewer decides on what they may be told; `core.compiled_query` takes each part."""

    user_id: int
    group_ids: Sequence[int]
    profession_codes: Sequence[str]
    is_verified: bool
    is_manager: bool

    @classmethod
    def of(cls, viewer: Viewer) -> "Reader":
        groups, codes = sorted(viewer.group_ids), list(viewer.profession_codes)
        return cls(viewer.user_id or 0, groups, codes, viewer.is_verified, viewer.is_manager)


@dataclass(frozen=True, slots=True)
class Told:
    """What a notification says to its reader of the object that it is about."""

    url: str  # where it is read
    title: str = ""  # empty: the reader may not know it
    group: str = ""
    reason: str = ""  # of a decision
    outcome: str = ""  # of a decision: what the template tells apart
    is_reserved: bool = False  # a mail says neither title nor group


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notification. Its sentence is `templates/notifications/kinds/<name>.txt`."""

    name: str
    label: Text  # in the settings: « A reply in a discussion that I follow »
    channel: str  # of who chose nothing
    # Ids of the accounts that an event concerns and that may read what it is about at this moment. None:
    # whoever makes this kind of mail finds them (a digest of its own).
    recipients: Callable[[Event], Iterable[int]] | None = None
    # Which notifications may be told to a reader, as a condition on `Notification`. None: nothing.
    open_to: Callable[[Reader], Q | None] = lambda reader: Q()
    # Object ids → what is said of them, for objects that the viewer may read.
    load: Callable[[Viewer, Collection[int]], Mapping[int, Told]] = lambda viewer, ids: {}
    # Who finds it in the settings.
    offered_to: Callable[[Viewer], bool] = lambda viewer: viewer.is_verified
    # Told to those only who asked for it in the settings.
    opt_in: bool = False
    # What one may choose; empty: at once, daily, weekly, on the site (and not at all, with `opt_in`).
    channels: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        return f"notifications/kinds/{self.name}.txt"

    @property
    def choices(self) -> list[tuple[str, Text]]:
        usual = (Channel.AT_ONCE, Channel.DAILY, Channel.WEEKLY, Channel.SITE)
        names = self.channels or ((*usual, Channel.OFF) if self.opt_in else usual)
        return [(name, Channel(name).label) for name in names]


@dataclass(frozen=True, slots=True)
class Followed:
    """A thing that somebody follows, as its list shows it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Followable:
    """Things that can be followed."""

    name: str
    label: Text  # « Discussions »
    levels: tuple[str, ...]
    # Ids → the things that the viewer may read.
    load: Callable[[Viewer, Collection[int]], Mapping[int, Followed]]
    # Those that the list offers to follow, where they have no page of their own with a switch.
    offer: Callable[[Viewer], Mapping[int, Followed]] = lambda viewer: {}

    @property
    def choices(self) -> list[tuple[str, Text]]:
        return [(name, LEVELS[name]) for name in self.levels]


KINDS: dict[str, Kind] = {}
FOLLOWABLES: dict[str, Followable] = {}


def register(*kinds: Kind) -> None:
    KINDS.update((kind.name, kind) for kind in kinds)


def register_followable(*things: Followable) -> None:
    FOLLOWABLES.update((thing.name, thing) for thing in things)


def kinds_for(viewer: Viewer) -> list[Kind]:
    """Those that somebody finds in their settings."""
    return [kind for kind in KINDS.values() if kind.offered_to(viewer)]
