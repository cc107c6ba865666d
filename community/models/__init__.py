"""The community: groups of verified professionals, their threads, what is reported of them."""

from .groups import Group, Invitation, Membership
from .reading import GroupReadMark, ThreadReadMark
from .reports import Report
from .threads import Post, TaggedThread, Thread

__all__ = [
    "Group",
    "GroupReadMark",
    "Invitation",
    "Membership",
    "Post",
    "Report",
    "TaggedThread",
    "Thread",
    "ThreadReadMark",
]
