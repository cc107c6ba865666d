"""Who reads: every kind of viewer of the leak matrix, by the name that the expectations uses."""

VISITOR = "visitor"
# Verified as nurses, unless said otherwise.
VERIFIED = frozenset(
    {
        "nurse",
        "pharmacist",
        "lapsed",  # pharmacist; was a nurse too: its rows in groups of nurses are still there
        "member",  # of every group
        "leader",  # of every group
        "left",  # every group; two rows in subgroups of groups that they left are still there
        "removed",  # from every group
        "requested",  # asked to join every private group
        "invited",  # to every secret group
        "author",  # of what was hidden or deleted; belongs to no group
    }
)
NURSES = VERIFIED - {"pharmacist", "lapsed"}
INSIDERS = frozenset({"member", "leader"})
MANAGERS = frozenset({"manager", "admin"})
EDITORS = frozenset({"editor", "admin"})
# They read what a visitor reads. The last two kept their rows in every group.
OUTSIDE = frozenset({VISITOR, "unverified", "revoked", "banned"})
EVERYBODY = VERIFIED | MANAGERS | EDITORS | OUTSIDE
NOBODY: frozenset[str] = frozenset()
