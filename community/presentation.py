"""Presents posts to a reader: who wrote each, how that was verified, and what the reader may do with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.compiled_query import compiled_query
from core.dates import date_parts
from core.urls import cached_reverse
from members.models import User, Verification

from .models import Post, Thread
from .permissions import GroupPermissions

METHODS = dict(Verification.Method.choices)


@dataclass(frozen=True, slots=True)
class FormerMember:
    """Stands for an author whose account is gone or closed."""

    pk: int = 0
    display_name: str = gettext_lazy("Former member")
    initials: str = "–"


@dataclass(frozen=True, slots=True)
class AuthorCard:
    """What stands beside a message about its author."""

    person: User | FormerMember
    detail: str = ""  # « Infirmier, Finistère »; empty for who is not (or no longer) verified
    proof: str = ""  # « Infirmier : document contrôlé, mardi 3 mars 2026 »


@dataclass(frozen=True, slots=True)
class VerifiedProfession:
    profession_id: int
    label: str
    short: str
    method: str
    decided_at: datetime | None

    @property
    def proof(self) -> str:
        method = METHODS.get(self.method, "")
        proof = self.label
        if method:
            proof = _("%(profession)s: %(method)s") % {"profession": self.label, "method": method}
        day = date_parts(timezone.localdate(self.decided_at))[1] if self.decided_at else ""
        return ", ".join(filter(None, (proof, day)))


@dataclass(slots=True)
class PostPresenter:
    """One post as its reader sees it, with what they may do."""

    post: Post
    author: AuthorCard
    url: str
    state: str = ""  # hidden, question or answer; what it looks like
    is_answer: bool = False
    can_edit: bool = False
    can_accept: bool = False
    can_moderate: bool = False
    can_report: bool = False


class AuthorCards:
    """Cards of the authors of some posts; one query however many posts."""

    def __init__(self, posts: Iterable[Post]):
        authors = {post.author_id for post in posts if post.author_id}
        self.verified: dict[int, list[VerifiedProfession]] = {}
        self.departments: dict[int, list[tuple[int, str]]] = {}  # user → profession, department
        self.cards: dict[tuple[int, int | None], AuthorCard] = {}
        if not authors:
            return
        for user_id, practised, department, *facts in compiled_query(_verified, list(authors)):
            held, departments = (
                self.verified.setdefault(user_id, []),
                self.departments.setdefault(user_id, []),
            )
            if (verified := VerifiedProfession(*facts)) not in held:
                held.append(verified)
            if department and (practised, department) not in departments:
                departments.append((practised, department))

    def of(self, post: Post) -> AuthorCard:
        """Returns the card of a post's author, in the profession in which they wrote."""
        if post.author_id is None or not post.author.is_active:
            return AuthorCard(FormerMember())
        key = (post.author_id, post.profession_id)
        if key not in self.cards:
            self.cards[key] = self._card(post.author, post.profession_id)
        return self.cards[key]

    def _card(self, author: User, profession_id: int | None) -> AuthorCard:
        held = self.verified.get(author.pk, [])
        verified = next(
            (one for one in held if one.profession_id == profession_id), held[0] if held else None
        )
        if verified is None:
            return AuthorCard(author)
        # Where they practise that profession, else where they practise at all.
        departments = sorted(
            self.departments.get(author.pk, []), key=lambda practice: practice[0] != verified.profession_id
        )
        detail = ", ".join([verified.short, *(name for _profession, name in departments[:1])])
        return AuthorCard(author, detail, verified.proof)


def _verified(authors: list[int]) -> QuerySet:
    """One row for each verified profession of somebody and each of their practices."""
    verified = Verification.objects.filter(user_id__in=authors, state=Verification.State.VERIFIED)
    return verified.order_by("pk", "user__practices__pk").values_list(
        "user_id",
        "user__practices__profession_id",
        "user__practices__department__name",
        "profession_id",
        "profession__label",
        "profession__short",
        "method",
        "decided_at",
    )


def present_posts(posts: list[Post], thread: Thread, perms: GroupPermissions) -> list[PostPresenter]:
    """Says of each post what its reader sees and may do; one query beside those that read the posts."""
    cards = AuthorCards(posts)
    viewer_id = perms.viewer.user_id
    visible = not thread.is_hidden
    takes_changes = visible and perms.can_write and (not thread.locked or perms.can_moderate)
    own_thread = thread.author_id is not None and thread.author_id == viewer_id
    accepts_answers = visible and perms.can_write and (perms.can_moderate or own_thread)
    presented = []
    for post in posts:
        own = post.author_id is not None and post.author_id == viewer_id
        is_answer = post.pk == thread.accepted_post_id
        presented.append(
            PostPresenter(
                post=post,
                author=cards.of(post),
                url=cached_reverse("community_post", post.pk),
                state=_state(post, is_answer),
                is_answer=is_answer,
                can_edit=own and takes_changes and not post.is_hidden,
                can_accept=accepts_answers and not post.is_question and not post.is_hidden,
                can_moderate=perms.can_moderate,
                can_report=not own and visible and not post.is_hidden,
            )
        )
    return presented


def _state(post: Post, is_answer: bool) -> str:
    if post.is_hidden:
        return "hidden"
    if post.is_question:
        return "question"
    return "answer" if is_answer else ""
