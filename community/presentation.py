"""Bylines: who wrote, in which profession and department, verified how; two queries however many posts."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models import Practice, Verification

from .access import Standing
from .models import Post, Thread


@dataclass(frozen=True, slots=True)
class Person:
    """What a byline takes of somebody. A stranger stands for an account that is gone or closed."""

    pk: int
    display_name: str
    initials: str


FORMER = Person(pk=0, display_name=_("Former member"), initials="–")


@dataclass(slots=True)
class PostView:
    """One post as its reader sees it, with what they may do."""

    post: Post
    person: Model | Person
    detail: str
    verified: Verification | None
    number: int
    url: str
    is_answer: bool = False
    edits: bool = False
    accepts: bool = False
    moderates: bool = False
    reports: bool = False


class Bylines:
    """Verifications and practices of the authors of some posts, fetched once."""

    def __init__(self, posts: Iterable[Post]):
        authors = {post.author_id for post in posts if post.author_id}
        self.verifications: dict[int, list[Verification]] = {}
        self.practices: dict[int, list[Practice]] = {}
        if not authors:
            return
        verified = Verification.objects.filter(user_id__in=authors, state=Verification.State.VERIFIED)
        for verification in verified.select_related("profession").order_by("pk"):
            self.verifications.setdefault(verification.user_id, []).append(verification)
        for practice in Practice.objects.filter(user_id__in=authors).select_related("department"):
            self.practices.setdefault(practice.user_id, []).append(practice)

    def of(self, post: Post) -> tuple[Model | Person, str, Verification | None]:
        """(person, « Infirmier, Finistère », verification). Who is no longer verified shows no profession."""
        if post.author is None or not post.author.is_active:
            return FORMER, "", None
        held = self.verifications.get(post.author_id, [])
        verification = next((v for v in held if v.profession_id == post.profession_id), None)
        verification = verification or (held[0] if held else None)
        if verification is None:
            return post.author, "", None
        department = self._department(post.author_id, verification.profession_id)
        return post.author, ", ".join(filter(None, (verification.profession.short, department))), verification

    def _department(self, user_id: int, profession_id: int) -> str:
        practices = [p for p in self.practices.get(user_id, []) if p.department_id]
        practices.sort(key=lambda practice: practice.profession_id != profession_id)
        return practices[0].department.name if practices else ""


def post_views(posts: list[Post], thread: Thread, place: Standing) -> list[PostView]:
    bylines = Bylines(posts)
    viewer_id = place.viewer.user_id
    shown = not thread.is_hidden
    takes_changes = shown and place.writes and (not thread.locked or place.moderates)
    chooses = shown and place.writes and (place.moderates or (thread.author_id == viewer_id and viewer_id))
    views = []
    for post in posts:
        person, detail, verified = bylines.of(post)
        own = post.author_id is not None and post.author_id == viewer_id
        views.append(
            PostView(
                post=post,
                person=person,
                detail=detail,
                verified=verified,
                number=post.position,
                url=_address().replace("0", str(post.pk)),
                is_answer=post.pk == thread.accepted_post_id,
                edits=own and takes_changes and not post.is_hidden,
                accepts=bool(chooses) and not post.is_question and not post.is_hidden,
                moderates=place.moderates,
                reports=not own and shown and not post.is_hidden,
            )
        )
    return views


@cache
def _address() -> str:
    return reverse("community_post", args=[0])
