"""The state machine of memberships: what each action makes of each state. It asks no database.

Who may take an action is decided in `community.services.memberships`, on the locked row.
"""

MEMBER, REQUESTED, INVITED, REMOVED = "member", "requested", "invited", "removed"
NONE = ""  # no row: never was there, left, declined or refused

TRANSITIONS: dict[str, dict[str, str]] = {
    # One's own.
    "join": {NONE: MEMBER, REQUESTED: MEMBER, INVITED: MEMBER, MEMBER: MEMBER},
    "request": {NONE: REQUESTED, REMOVED: REQUESTED, REQUESTED: REQUESTED, INVITED: INVITED, MEMBER: MEMBER},
    "accept": {INVITED: MEMBER},
    "decline": {INVITED: NONE},
    "leave": {MEMBER: NONE, REQUESTED: NONE},
    # The leaders'.
    "approve": {REQUESTED: MEMBER},
    "refuse": {REQUESTED: NONE, INVITED: NONE},
    "invite": {NONE: INVITED, REMOVED: INVITED, REQUESTED: MEMBER, INVITED: INVITED, MEMBER: MEMBER},
    "remove": {MEMBER: REMOVED},
}


def is_barred(state: str, was_removed: bool) -> bool:
    """Whether somebody was removed and no leader has let them in since: they neither join nor write."""
    return state == REMOVED or (was_removed and state != MEMBER)


def next_state(action: str, state: str, was_removed: bool) -> str | None:
    """The state after an action; None: the action is refused in this state.

    `was_removed`: since then no leader has let them in. Only `approve`, or `accept` of an invitation, does.
    """
    after = TRANSITIONS[action].get(state)
    if action == "join" and state != INVITED and is_barred(state, was_removed):
        return None
    return REMOVED if after == NONE and was_removed else after
