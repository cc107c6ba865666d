"""The expectations of the leak matrix: who may read what, where. Written by hand from the issue."""

from collections.abc import Iterator
from dataclasses import dataclass

from .people import EDITORS, EVERYBODY, INSIDERS, MANAGERS, NOBODY, NURSES, OUTSIDE, VERIFIED
from .things import Names, Thing

NURSE, PHARMACIST = "infirmier", "pharmacien"
ADMIN_SITE = ("admin*",)
# A manager sees who asks to be verified, whoever they are; an administrator sees every account.
COMMUNITY = VERIFIED | MANAGERS
# Whoever is verified is found by colleagues; one of them chose not to be.
DISCREET = "author"
FINDERS = {viewer: COMMUNITY if viewer in VERIFIED - {DISCREET} else NOBODY for viewer in EVERYBODY}
OF_COLLEAGUES = {"search*": COMMUNITY, "suggestions.*": COMMUNITY}
OF_ACCOUNTS = {"animation*verification*": MANAGERS, "admin*": frozenset({"admin"})}


# --- Pages ---


@dataclass(frozen=True)
class ExpectedPage:
    """`status` is what its address answers to its readers; others get 403, or 404 when it does not exist."""

    kind: str
    name: str
    readers: Names
    audience: str = "everyone"
    professions: tuple[str, ...] = ()
    status: int = 200

    @property
    def key(self) -> str:
        return f"{self.kind}.{self.name}"

    def answers(self, viewer: str) -> int:
        return self.status if self.status == 404 or viewer in self.readers else 403

    @property
    def is_found(self) -> bool:
        return self.status == 200


def pages() -> Iterator[ExpectedPage]:
    for kind in ("news", "job", "training"):
        yield ExpectedPage(kind, "public", EVERYBODY)
        yield ExpectedPage(kind, "for_nurses", EVERYBODY, professions=(NURSE,))
        yield ExpectedPage(kind, "verified", VERIFIED | EDITORS, "verified")
        yield ExpectedPage(kind, "nurses", NURSES | EDITORS, "professions", (NURSE,))
        yield ExpectedPage(kind, "both", VERIFIED | EDITORS, "professions", (NURSE, PHARMACIST))
        yield ExpectedPage(kind, "unknown", EDITORS, "whoever")
        yield ExpectedPage(kind, "draft", EVERYBODY, status=404)
        yield ExpectedPage(kind, "scheduled", EVERYBODY, status=404)
        yield ExpectedPage(kind, "unpublished", EVERYBODY, status=404)
    for kind in ("job", "training"):
        yield ExpectedPage(kind, "over", EVERYBODY, status=410)
        yield ExpectedPage(kind, "over_nurses", NURSES | EDITORS, "professions", (NURSE,), status=410)
    yield ExpectedPage("job", "upcoming", EVERYBODY, status=404)


def _page_thing(page: ExpectedPage) -> Thing:
    own = (f"page.{page.key}", f"agenda.{page.key}", f"redirect.{page.key}")
    if page.status == 404:
        return Thing(page.key, also={"admin*": EDITORS})
    if page.status == 410:
        return Thing(page.key, page.readers, only_on=own, shown_on=own[:1], also={"admin*": EDITORS})
    lists = (f"list.{page.kind}", "search", "search.word", f"suggestions.{page.key}")
    return Thing(
        page.key,
        page.readers,
        shown_on=(own[0], own[2], *lists, "references"),
        also={"admin*": EDITORS},
        facets={"kind": (page.kind,), "profession": page.professions, **FACETS[page.kind]},
    )


THEME = "douleur"
FACETS = {
    "news": {"theme": (THEME,)},
    "job": {"theme": (THEME,), "region": ("bretagne",), "contract": ("cdi",)},
    "training": {"format": ("presentiel",), "region": ("pays-de-la-loire",)},
}


# --- Groups and what is written in them ---


@dataclass(frozen=True)
class ExpectedGroup:
    name: str
    visibility: str
    sees: Names  # that it exists: name, description
    reads: Names  # its threads
    members_page: Names
    professions: tuple[str, ...] = ()
    parent: str = ""


GROUPS = [
    ExpectedGroup("open", "open", VERIFIED | MANAGERS, VERIFIED | MANAGERS, INSIDERS | MANAGERS),
    ExpectedGroup("open_nurses", "open", NURSES | MANAGERS, NURSES | MANAGERS, INSIDERS | MANAGERS, (NURSE,)),
    ExpectedGroup("private", "private", VERIFIED | MANAGERS, INSIDERS | MANAGERS, INSIDERS | MANAGERS),
    ExpectedGroup(
        "private_nurses", "private", NURSES | MANAGERS, INSIDERS | MANAGERS, INSIDERS | MANAGERS, (NURSE,)
    ),
    ExpectedGroup("secret", "secret", INSIDERS, INSIDERS, INSIDERS),
    ExpectedGroup("secret_nurses", "secret", INSIDERS, INSIDERS, INSIDERS, (NURSE,)),
    ExpectedGroup(
        "sub_open",
        "open",
        NURSES | MANAGERS,
        NURSES | MANAGERS,
        INSIDERS | MANAGERS,
        (NURSE,),
        parent="open",
    ),
    ExpectedGroup(
        "sub_private",
        "private",
        VERIFIED | MANAGERS,
        INSIDERS | MANAGERS,
        INSIDERS | MANAGERS,
        parent="private",
    ),
    ExpectedGroup("sub_secret", "secret", INSIDERS, INSIDERS, INSIDERS, parent="private"),
]
# Who may know of a secret group because somebody invited them to it, and nothing else of it.
INVITED = {name: {"invited"} for name in ("secret", "secret_nurses", "sub_secret")}


def _group_things(group: ExpectedGroup) -> Iterator[Thing]:
    name = group.name
    invited = dict.fromkeys(("community", "home", "notifications"), frozenset(INVITED.get(name, ())))
    yield Thing(
        f"group.{name}",
        group.sees,
        shown_on=(f"group.{name}", "community", "search", f"suggestions.group.{name}"),
        also=invited,
        facets={"kind": ("group",), "profession": group.professions},
    )
    yield Thing(
        f"thread.{name}",
        group.reads,
        shown_on=(
            f"thread.{name}",
            f"group.{name}",
            "list.thread",
            "search",
            "search.word",
            f"suggestions.thread.{name}",
        ),
        facets={"kind": ("thread",), "profession": group.professions, "theme": (THEME,)},
    )
    yield Thing(f"reply.{name}", group.reads, shown_on=(f"thread.{name}",))
    # Who writes there: known by those who read, by the managers as an account, and in the parent group.
    known = {f"members.{group.parent}": INSIDERS | MANAGERS, **OF_ACCOUNTS, **OF_COLLEAGUES}
    yield Thing(f"writer.{name}", group.reads, shown_on=(f"thread.{name}",), also=known)


MODERATORS = MANAGERS | {"leader"}


def _withdrawn_things() -> Iterator[Thing]:
    """What was hidden: its author and moderators meet it at its address only. What was deleted: nobody."""
    yield Thing("thread.hidden", MODERATORS | {"author"}, ("thread.hidden",), ("thread.hidden",))
    # Its author does not belong to that group any more.
    yield Thing("thread.hidden_private", MODERATORS, ("thread.hidden_private",), ("thread.hidden_private",))
    yield Thing(
        "thread.hidden_secret", frozenset({"leader"}), ("thread.hidden_secret",), ("thread.hidden_secret",)
    )
    yield Thing("post.hidden", MODERATORS | {"author"}, ("thread.open",), ("thread.open",))
    yield Thing("post.deleted")
    yield Thing("thread.deleted")


def _queue_things() -> Iterator[Thing]:
    report = ("animation", "animation.report*")
    yield Thing("report.open", MANAGERS, report, ("animation.report.open",))
    yield Thing("report.secret", MANAGERS, report, ("animation.report.secret",))
    # The excerpt is all that managers see of a secret group.
    yield Thing("post.reported", INSIDERS, shown_on=("thread.secret",), also=dict.fromkeys(report, MANAGERS))
    for group in ("open", "private"):
        reads = next(g.reads for g in GROUPS if g.name == group)
        yield Thing(
            f"theme.{group}",
            reads,
            shown_on=(f"thread.{group}",),
            also={"animation.themes": MANAGERS},
        )
    verification = ("animation*", "document.verification")
    yield Thing(
        "request.unverified",
        MANAGERS,
        verification,
        ("animation.verification.unverified",),
        owner="unverified",
    )
    yield Thing("note.revoked", MANAGERS, ("animation.verif*",), owner="revoked")
    yield Thing("message.requested", MODERATORS, ("members.*",), ("members.private",), owner="requested")


# --- People ---


def _people_things() -> Iterator[Thing]:
    shown = {
        # Everybody who sees a group knows its leaders; who was invited knows by whom. Nobody is told of them.
        "leader": VERIFIED | MANAGERS,
        "member": INSIDERS | MANAGERS,
        # Rows that are left where they should not count are seen by members, if at all.
        **dict.fromkeys(("lapsed", "left", "revoked"), INSIDERS | MANAGERS),
        "requested": MODERATORS,
        "author": MODERATORS,
        "manager": MANAGERS,
        "editor": NOBODY,
    }
    for viewer in sorted(EVERYBODY - {"visitor"}):
        among = {"animation*": MANAGERS} if viewer in VERIFIED or viewer in OUTSIDE - {"banned"} else {}
        desk = {"admin*": EDITORS} if viewer in EDITORS else OF_ACCOUNTS
        own = f"colleague.{viewer}"
        found = dict.fromkeys((*OF_COLLEAGUES, own), FINDERS[viewer])
        yield Thing(
            f"name.{viewer}", shown.get(viewer, NOBODY), also={**among, **desk, **found}, owner=viewer
        )
        # The town, which stands wherever a colleague is found.
        yield Thing(
            own,
            FINDERS[viewer],
            only_on=(*OF_COLLEAGUES, own),
            shown_on=(own, "search", f"suggestions.name.{viewer}"),
            also=OF_ACCOUNTS,
            owner=viewer,
            facets={"kind": ("person",), "profession": _verified_as(viewer)} if FINDERS[viewer] else None,
        )
        yield Thing(f"mail.{viewer}", also=OF_ACCOUNTS, owner=viewer)
        presentation = dict.fromkeys(("search*", own), FINDERS[viewer])
        yield Thing(f"profile.{viewer}", also={**OF_ACCOUNTS, **presentation}, owner=viewer)


def _verified_as(viewer: str) -> tuple[str, ...]:
    return (PHARMACIST,) if viewer in ("pharmacist", "lapsed") else (NURSE,)


# --- Files ---

# Documents and pictures, by the page that uses them.
FILES = {
    "public": EVERYBODY,
    "verified": VERIFIED | EDITORS,
    "nurses": NURSES | EDITORS,
    "draft": EDITORS,
    "unused": EDITORS,
}


def _file_things() -> Iterator[Thing]:
    for name, readers in FILES.items():
        yield Thing(f"file.{name}", readers, shown_on=(f"file.{name}",))


# Things whose titles are typed into the search field, by the beginning of their names.
SUGGESTED = ("news.", "job.", "training.", "group.", "thread.", "name.", "writer.")
PAGES = {page.key: page for page in pages()}
THINGS: dict[str, Thing] = {
    thing.name: thing
    for thing in (
        *map(_page_thing, PAGES.values()),
        # Changes of a published page that are not published yet.
        Thing("changes", also={"admin*": EDITORS}),
        *(thing for group in GROUPS for thing in _group_things(group)),
        *_withdrawn_things(),
        *_queue_things(),
        *_people_things(),
        *_file_things(),
    )
}
