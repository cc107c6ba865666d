"""What changes the community: commands, keyword-only, each in a transaction, permission inside.

Every command takes the `viewer` who acts. `PermissionDenied` is answered with a 404 by the views: who may
not, does not learn what is there. `ValidationError` carries a sentence for the person who typed.
"""

from .common import subject_of
from .groups import group_create, group_update
from .memberships import (
    invitation_create,
    invitation_withdraw,
    membership_accept,
    membership_approve,
    membership_decline,
    membership_invite,
    membership_join,
    membership_leave,
    membership_refuse,
    membership_remove,
    membership_request,
    membership_set_role,
)
from .moderation import (
    post_hide,
    post_restore,
    report_create,
    report_decide,
    thread_hide,
    thread_lock,
    thread_move,
    thread_pin,
    thread_restore,
)
from .posts import post_accept, post_create, post_delete, post_unaccept, post_update
from .reading import group_mark_read, group_visit, thread_mark_read
from .themes import theme_drop, theme_keep, theme_merge
from .threads import thread_create, thread_update

__all__ = [
    "group_create",
    "group_mark_read",
    "group_update",
    "group_visit",
    "invitation_create",
    "invitation_withdraw",
    "membership_accept",
    "membership_approve",
    "membership_decline",
    "membership_invite",
    "membership_join",
    "membership_leave",
    "membership_refuse",
    "membership_remove",
    "membership_request",
    "membership_set_role",
    "post_accept",
    "post_create",
    "post_delete",
    "post_hide",
    "post_restore",
    "post_unaccept",
    "post_update",
    "report_create",
    "report_decide",
    "subject_of",
    "theme_drop",
    "theme_keep",
    "theme_merge",
    "thread_create",
    "thread_hide",
    "thread_lock",
    "thread_mark_read",
    "thread_move",
    "thread_pin",
    "thread_restore",
    "thread_update",
]
