"""Bylines: who wrote, in which profession and department, verified how; one query however many posts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from home.templatetags.components import full_date
from members.models import Verification
from members.prepared import prepared

from .access import Standing
from .models import Post, Thread


@dataclass(frozen=True, slots=True)
class Person:
    """What a byline takes of somebody. A stranger stands for an account that is gone or closed."""

    pk: int
    display_name: str
    initials: str


METHODS = dict(Verification.Method.choices)
FORMER = Person(pk=0, display_name=gettext_lazy("Former member"), initials="–")


@dataclass(frozen=True, slots=True)
class Verified:
    """A profession that was verified."""

    profession_id: int
    label: str
    short: str
    method: str
    decided_at: datetime | None

    @property
    def proof(self) -> str:
        return _proof(self.label, self.method, self.decided_at, get_language())


# The same few colleagues answer each other all day long.
@lru_cache(maxsize=4096)
def _proof(label: str, method: str, decided_at: datetime | None, language: str | None) -> str:
    """« Infirmier : document contrôlé, mardi 3 mars 2026 »."""
    named = METHODS.get(method, "")
    proof = _("%(profession)s: %(method)s") % {"profession": label, "method": named}
    day = full_date(timezone.localdate(decided_at)) if decided_at else ""
    return ", ".join(filter(None, (proof if named else label, day)))


@dataclass(slots=True)
class PostView:
    """One post as its reader sees it, with what they may do."""

    post: Post
    person: Model | Person
    detail: str
    proof: str  # how the profession was verified; empty when it is not (or no longer)
    # Digits and addresses, which need no escaping.
    key: SafeString  # in ids of elements
    number: SafeString
    url: SafeString
    state: str = ""  # hidden, question or answer; what it looks like
    is_answer: bool = False
    edits: bool = False
    accepts: bool = False
    moderates: bool = False
    reports: bool = False


class Bylines:
    """Verifications and practices of the authors of some posts, fetched once, as bare values."""

    def __init__(self, posts: Iterable[Post]):
        authors = {post.author_id for post in posts if post.author_id}
        self.verified: dict[int, list[Verified]] = {}
        self.departments: dict[int, list[tuple[int, str]]] = {}  # user → profession, department
        self.known: dict[tuple[int, int | None], tuple[str, str]] = {}
        if not authors:
            return
        for user_id, practised, department, *facts in prepared(_verified, list(authors)):
            held, places = self.verified.setdefault(user_id, []), self.departments.setdefault(user_id, [])
            if (verified := Verified(*facts)) not in held:
                held.append(verified)
            if department and (practised, department) not in places:
                places.append((practised, department))

    def of(self, post: Post) -> tuple[Model | Person, str, str]:
        """(person, « Infirmier, Finistère », proof). Who is no longer verified shows no profession."""
        if post.author_id is None or not post.author.is_active:
            return FORMER, "", ""
        key = (post.author_id, post.profession_id)
        if key not in self.known:
            self.known[key] = self._facts(*key)
        return post.author, *self.known[key]

    def _facts(self, user_id: int, profession_id: int | None) -> tuple[str, str]:
        held = self.verified.get(user_id, [])
        verified = next(
            (one for one in held if one.profession_id == profession_id), held[0] if held else None
        )
        if verified is None:
            return "", ""
        places = self.departments.get(user_id, [])
        # Where they practise that profession, else where they practise at all.
        places = sorted(places, key=lambda place: place[0] != verified.profession_id)
        return ", ".join([verified.short, *(name for _profession, name in places[:1])]), verified.proof


def _verified(authors: Sequence[int]) -> QuerySet:
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


def post_views(posts: list[Post], thread: Thread, place: Standing) -> list[PostView]:
    bylines = Bylines(posts)
    viewer_id = place.viewer.user_id
    shown = not thread.is_hidden
    takes_changes = shown and place.writes and (not thread.locked or place.moderates)
    chooses = shown and place.writes and (place.moderates or (thread.author_id == viewer_id and viewer_id))
    views = []
    for post in posts:
        person, detail, proof = bylines.of(post)
        own = post.author_id is not None and post.author_id == viewer_id
        is_answer = post.pk == thread.accepted_post_id
        views.append(
            PostView(
                post=post,
                person=person,
                detail=detail,
                proof=proof,
                key=SafeString(post.pk),
                number=SafeString(post.position),
                url=SafeString(_address().replace("0", str(post.pk))),
                state=_state(post, is_answer),
                is_answer=is_answer,
                edits=own and takes_changes and not post.is_hidden,
                accepts=bool(chooses) and not post.is_question and not post.is_hidden,
                moderates=place.moderates,
                reports=not own and shown and not post.is_hidden,
            )
        )
    return views


def _state(post: Post, is_answer: bool) -> str:
    if post.is_hidden:
        return "hidden"
    if post.is_question:
        return "question"
    return "answer" if is_answer else ""


@cache
def _address() -> str:
    return reverse("community_post", args=[0])
