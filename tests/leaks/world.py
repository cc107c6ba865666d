"""The world of the leak matrix: everything of the expectations, made once, with factories and no services."""

from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from alerts.models import SavedSearch
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    ReportFactory,
    ThreadFactory,
    make_manager,
    verify,
)
from community.models import Group, Membership, Post, Report, Thread
from members.models import EDITORS as EDITORS_GROUP
from members.models import Profile, User, Verification, VerificationDecision, VerificationDocument
from notifications.models import Channel, Event, Notification, Subscription
from search.models import PromotedPage, Promotion
from taxonomy.models import Profession, Theme

from . import expectations
from .editorial import make_pages, make_references
from .people import EVERYBODY, NURSES, VISITOR
from .things import Thing, word

State, Role = Membership.State, Membership.Role
# Kinds by what they are about.
POST_KINDS = ("first_reply", "reply", "accepted", "hidden", "restored")
THREAD_KINDS = ("asked", "new_thread", "please_accept", "moved")
MEMBERSHIP_KINDS = ("invitation", "join_request", "request_accepted")
REPORT_KINDS = ("report_decided", "report_waits")
# Stands in everything that can be found.
COMMON = word("common")


@dataclass
class World:
    people: dict[str, User | None] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    pages: dict[str, object] = field(default_factory=dict)
    images: dict[str, object] = field(default_factory=dict)
    documents: dict[str, object] = field(default_factory=dict)
    reports: dict[str, object] = field(default_factory=dict)
    references: Any = None
    verifications: dict[str, Verification] = field(default_factory=dict)

    def row(self, thing: Thing) -> tuple[str, int]:
        """(kind, pk) of what search finds."""
        kind, _, name = thing.name.partition(".")
        made = {"thread": self.threads, "group": self.groups, "colleague": self.people}.get(kind)
        found: Any = made[name] if made else self.pages[thing.name]
        return "person" if kind == "colleague" else kind, found.pk


def thing(name: str) -> Thing:
    return expectations.THINGS[name]


def make_world() -> World:
    """The site must exist. Nothing is indexed yet."""
    world = World()
    _make_people(world)
    _make_groups(world)
    _make_memberships(world)
    _make_threads(world)
    _make_queues(world)
    _make_notifications(world)
    _make_files(world)
    make_pages(world, COMMON)
    make_references(world)
    _promote(world)
    _save_searches(world)
    return world


def _save_searches(world: World) -> None:
    """Everybody once saved the threads of every group, those that they may not know of included."""
    SavedSearch.objects.bulk_create(
        SavedSearch(user=user, name=f"Recherche {number}", query=f"type=thread&groupe={group.slug}")
        for user in world.people.values()
        if user is not None
        for number, group in enumerate(world.groups.values())
    )


def _promote(world: World) -> None:
    """Editors put every page first, those too that hardly anybody may read."""
    promotion = Promotion.objects.create(query=COMMON)
    PromotedPage.objects.bulk_create(
        PromotedPage(promotion=promotion, page_id=page.pk, sort_order=place)  # type: ignore[attr-defined]
        for place, page in enumerate(world.pages.values())
    )


def _make_people(world: World) -> None:
    world.people[VISITOR] = None
    for viewer in sorted(EVERYBODY - {VISITOR}):
        user = MemberFactory(
            first_name=thing(f"name.{viewer}").title,
            last_name="Nom",
            email=f"{thing(f'mail.{viewer}').title}@pairs.example",
            is_active=viewer != "banned",
        )
        Profile.objects.create(
            user=user,
            presentation=thing(f"profile.{viewer}").body,
            town=thing(f"colleague.{viewer}").title,
            findable=viewer != expectations.DISCREET,
        )
        if viewer in NURSES | {"banned"}:
            verify(user, expectations.NURSE)
        world.people[viewer] = user
    for viewer in ("pharmacist", "lapsed"):
        verify(world.people[viewer], expectations.PHARMACIST)
    verify(world.people["lapsed"], expectations.NURSE, Verification.State.REVOKED)
    revoked = verify(world.people["revoked"], expectations.NURSE, Verification.State.REVOKED)
    VerificationDecision.objects.create(
        verification=revoked, state=revoked.state, note=thing("note.revoked").body
    )
    make_manager(world.people["manager"])
    world.people["editor"].groups.add(_editors())
    User.objects.filter(pk=world.people["admin"].pk).update(is_superuser=True)
    world.people["admin"].refresh_from_db()


def _editors():
    from django.contrib.auth.models import Group as Role

    return Role.objects.get(name=EDITORS_GROUP)


def _make_groups(world: World) -> None:
    for group in expectations.GROUPS:
        words = thing(f"group.{group.name}")
        world.groups[group.name] = GroupFactory(
            name=f"Groupe {words.title}",
            slug=words.slug,
            description=f"On y parle de {words.body}.",
            rules=f"<p>Règle {words.body}</p>",
            visibility=group.visibility,
            parent=world.groups.get(group.parent),
            professions=group.professions,
        )


def _make_memberships(world: World) -> None:
    def belongs(viewer: str, group: str, state: str = State.MEMBER, **more) -> None:
        MembershipFactory(group=world.groups[group], user=world.people[viewer], state=state, **more)

    for group in expectations.GROUPS:
        for viewer in ("member", "revoked", "banned"):
            belongs(viewer, group.name)
        belongs("leader", group.name, role=Role.LEADER)
        belongs("removed", group.name, State.REMOVED)
        if group.visibility == "private":
            belongs("requested", group.name, State.REQUESTED, message=thing("message.requested").body)
        if group.visibility == "secret":
            inviter = world.people["leader"]
            belongs("invited", group.name, State.INVITED, decided_by=inviter)
        if expectations.NURSE in group.professions and group.name != "secret_nurses":
            belongs("lapsed", group.name)
    # Invited as a nurse, which they are no longer.
    belongs("lapsed", "secret_nurses", State.INVITED, decided_by=world.people["leader"])
    for subgroup in ("sub_private", "sub_secret"):
        belongs("left", subgroup)


def _make_threads(world: World) -> None:
    for group in expectations.GROUPS:
        writer = _writer(world, group.name)
        thread = _thread(world, group.name, group.name, writer)
        words = thing(f"reply.{group.name}")
        world.posts[words.name] = PostFactory(
            thread=thread, author=writer, text=f"Une réponse {words.body}", position=2
        )
        thread.tags.add(Theme.objects.get(slug=expectations.THEME))
    author, now = world.people["author"], timezone.now()
    for name, group in (("hidden", "open"), ("hidden_private", "private"), ("hidden_secret", "secret")):
        _thread(world, name, group, author, hidden_at=now, hidden_reason="Hors sujet.")
    _thread(world, "deleted", "open", author, deleted_at=now)
    for name, gone in (
        ("post.hidden", {"hidden_at": now, "hidden_reason": "Hors sujet."}),
        ("post.deleted", {"deleted_at": now}),
    ):
        text = f"Un message {thing(name).body}"
        world.posts[name] = PostFactory(thread=world.threads["open"], author=author, text=text, **gone)
    for name in ("open", "private"):
        theme = Theme.objects.create(name=thing(f"theme.{name}").title)
        world.threads[name].tags.add(theme)


def _writer(world: World, group: str) -> User:
    user = MemberFactory(first_name=thing(f"writer.{group}").title, professions=[expectations.NURSE])
    parent = world.groups[group].parent
    for belongs_to in filter(None, (world.groups[group], parent)):
        MembershipFactory(group=belongs_to, user=user)
    return user


def _thread(world: World, name: str, group: str, author: User, **fields) -> Thread:
    words = thing(f"thread.{name}")
    thread = world.threads[name] = ThreadFactory(
        group=world.groups[group],
        author=author,
        title=f"Question {words.title} {COMMON}",
        slug=words.slug,
        text=f"Le cas {words.body} en détail.",
        **fields,
    )
    world.posts[words.name] = thread.posts.get()
    return thread


def _make_queues(world: World) -> None:
    words = thing("post.reported")
    world.posts[words.name] = PostFactory(thread=world.threads["secret"], text=f"Le patient {words.body}")
    for name, post in (("open", "reply.open"), ("secret", "post.reported")):
        statement = f"On le reconnaît {thing(f'report.{name}').body}"
        world.reports[name] = ReportFactory(
            post=world.posts[post], statement=statement, reporter=world.people["member"]
        )
    verification = Verification.objects.create(
        user=world.people["unverified"],
        profession=Profession.objects.get(slug=expectations.NURSE),
        message=thing("request.unverified").body,
    )
    document = VerificationDocument(verification=verification, kind="pdf")
    content = f"%PDF-1.4 {thing('request.unverified').body}".encode()
    document.file.save("diplome.pdf", ContentFile(content))
    world.verifications["unverified"] = verification
    world.verifications["revoked"] = world.people["revoked"].verifications.get()
    world.verifications["nurse"] = world.people["nurse"].verifications.get()


def _make_notifications(world: World) -> None:
    """Everybody is told of everything, as if each had been open to them once; and follows it all."""
    told = [(kind, post.pk) for post in world.posts.values() for kind in POST_KINDS]
    told += [(kind, thread.pk) for thread in world.threads.values() for kind in THREAD_KINDS]
    told += [("request_refused", group.pk) for group in world.groups.values()]
    told += [(kind, one.pk) for one in Membership.objects.all() for kind in MEMBERSHIP_KINDS]
    told += [(kind, report.pk) for report in Report.objects.all() for kind in REPORT_KINDS]
    told += [("verification_waits", one.pk) for one in world.verifications.values()]
    told += [("theme_waits", theme.pk) for theme in Theme.objects.filter(status=Theme.Status.PROPOSED)]
    events = [
        Event(kinds=kind, object_id=pk, key=f"{kind}:{pk}", told_at=timezone.now()) for kind, pk in told
    ]
    people = [user for user in world.people.values() if user is not None]
    followed = [("thread", one.pk) for one in world.threads.values()]
    followed += [("group", one.pk) for one in world.groups.values()]
    followed += [("theme", theme.pk) for theme in Theme.objects.all()]
    Notification.objects.bulk_create(
        Notification(recipient=user, event=event, kind=event.kinds, channel=Channel.SITE)
        for event in Event.objects.bulk_create(events)
        for user in people
    )
    Subscription.objects.bulk_create(
        Subscription(user=user, target=target, target_id=pk, level=Subscription.Level.FOLLOWED)
        for target, pk in followed
        for user in people
    )


def _make_files(world: World) -> None:
    for name in expectations.FILES:
        words = thing(f"file.{name}")
        world.images[name] = get_image_model().objects.create(
            title=f"Image {words.title}", file=get_test_image_file(f"{words.slug}.png")
        )
        content = ContentFile(f"Contenu {words.body}".encode(), name=f"{words.slug}.txt")
        world.documents[name] = get_document_model().objects.create(
            title=f"Document {words.title}", file=content
        )
