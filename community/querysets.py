"""What people read, as chainable querysets. Nothing reaches a person but through `visible_to`."""

from collections.abc import Callable, Collection, Sequence
from functools import reduce
from operator import or_
from typing import Self

from django.db.models import Case, Exists, F, Model, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from core.compiled_query import compiled_query
from members.access import PUBLIC, Viewer
from search.query.passages import Pattern

from .permissions import OPEN, PRIVATE, GroupRow, content_tokens, name_tokens


class GroupQuerySet(QuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """Groups that exist for a viewer: name, description, rules. Not their threads."""
        return self.filter(pk__in=self.visible_ids(viewer))

    def visible_ids(self, viewer: Viewer) -> list[int]:
        """Their ids, in the order of names."""
        return viewer.once("community.visible", lambda: self._opened(name_tokens, viewer))

    def readable_by(self, viewer: Viewer) -> Self:
        """Groups whose threads a viewer reads."""
        return self.filter(pk__in=self.readable_ids(viewer))

    def readable_ids(self, viewer: Viewer) -> frozenset[int]:
        """Their ids: what belongs to a group compares ids instead of repeating the rule."""
        return viewer.once("community.readable", lambda: frozenset(self._opened(content_tokens, viewer)))

    def _opened(self, tokens: Callable[[GroupRow], frozenset[str]], viewer: Viewer) -> list[int]:
        rows = viewer.once("community.groups", lambda: self._rows(viewer))
        return [row.pk for row in rows if tokens(row) & viewer.tokens]

    def _rows(self, viewer: Viewer) -> list[GroupRow]:
        """What decides who reads each group that could be open to a viewer: the rule is applied to rows."""
        codes: dict[tuple[int, str], set[str]] = {}
        finds_groups = viewer.tokens != {PUBLIC}
        rows = compiled_query(_group_professions, self.model, list(viewer.group_ids), finds_groups)
        for pk, visibility, code in rows:
            codes.setdefault((pk, visibility), set()).update({code} - {None})
        return [GroupRow(*group, held) for group, held in codes.items()]

    def moderated_by(self, viewer: Viewer) -> Self:
        """Groups where `GroupPermissions.can_moderate`: those that one leads, or may read as a manager."""
        memberships = self.model._meta.get_field("memberships").related_model.objects
        led = memberships.members().filter(user_id=viewer.user_id or 0, role="leader")
        moderated = Q(pk__in=led.values("group_id")) & Q(pk__in=viewer.group_ids)
        if viewer.is_manager:
            moderated |= Q(visibility__in=(OPEN, PRIVATE))
        return self.filter(moderated)


def _group_professions(groups: type[Model], pks: list[int], finds_groups: bool) -> QuerySet:
    """One row for each profession of each of these groups and, if so, of those that can be found."""
    concerned = Q(pk__in=pks)
    if finds_groups:
        concerned |= Q(visibility__in=(OPEN, PRIVATE))
    rows = groups._default_manager.filter(concerned).order_by("name", "pk")
    return rows.values_list("pk", "visibility", "professions__code")


class MembershipQuerySet(QuerySet):
    def members(self) -> Self:
        return self.filter(state="member")

    def visible_to(self, viewer: Viewer) -> Self:
        """A member's own; those of the groups whose content they read, once inside."""
        readable = _groups(self).readable_ids(viewer)
        return self.filter(Q(user_id=viewer.user_id or 0) | Q(state="member", group_id__in=readable))


def _published() -> Q:
    return Q(hidden_at__isnull=True, deleted_at__isnull=True)


def _groups(rows: QuerySet) -> GroupQuerySet:
    """All groups, from a queryset of what belongs to a group."""
    return rows.model._meta.get_field("group").related_model.objects.all()


class ThreadQuerySet(QuerySet):
    def published(self) -> Self:
        """Neither hidden nor deleted: what the index holds, whoever may read it."""
        return self.filter(_published())

    def visible_to(self, viewer: Viewer) -> Self:
        """What a viewer finds in lists, counts and search."""
        return self.visible_in(_groups(self).readable_ids(viewer))

    def visible_in(self, group_ids: Collection[int]) -> Self:
        """`visible_to` somebody who reads these groups."""
        return self.published().filter(group_id__in=group_ids)

    def openable_by(self, viewer: Viewer) -> Self:
        """`visible_to`, and hidden threads by their URL for their author and the moderators."""
        groups = _groups(self)
        concerned = Q(author_id=viewer.user_id or 0) | Q(
            group_id__in=groups.moderated_by(viewer).values("pk")
        )
        return self.filter(
            Q(hidden_at__isnull=True) | concerned,
            deleted_at__isnull=True,
            group_id__in=groups.readable_ids(viewer),
        )

    def unanswered(self) -> Self:
        """Questions that nobody but their author has replied to, and that can still be replied to."""
        return self.filter(answer_count=0, locked=False)

    def awaiting(self, profession_slugs: Collection[str]) -> Self:
        """Asking one of these professions for an opinion that nobody of that profession has given yet.

        Neither locked nor solved. Answers of other professions do not count, nor does the author's own.
        """
        posts = self.model._meta.get_field("posts").related_model.objects
        given = posts.published().filter(
            ~Q(author_id=F("thread__author_id")) | Q(author_id__isnull=True),
            thread_id=OuterRef("thread_id"),
            profession_id=OuterRef("profession_id"),
            position__gt=1,
        )
        requests = self.model.requested_professions.through.objects.filter(
            ~Exists(given), profession__slug__in=profession_slugs
        )
        return self.filter(pk__in=requests.values("thread_id"), locked=False, accepted_post=None)

    def for_list(self) -> Self:
        """With what a row of a list shows of a thread and its group."""
        state = ("pinned", "locked", "created_at", "last_activity_at", "answer_count", "accepted_post_id")
        return self.select_related("group").only(
            "author_id", "title", "slug", *state, "group__name", "group__slug", "group__visibility"
        )

    def recent_first(self) -> Self:
        return self.order_by("-last_activity_at", "-pk")

    def pinned_first(self) -> Self:
        return self.order_by("-pinned", "-last_activity_at", "-pk")


class PostQuerySet(QuerySet):
    def published(self) -> Self:
        return self.filter(_published())

    def visible_to(self, viewer: Viewer) -> Self:
        return self.published().filter(thread_id__in=_threads(self).visible_to(viewer).values("pk"))

    def holding(self, patterns: Sequence[Pattern], most: int) -> Self:
        """At most so many posts of each thread: those that hold the most of the patterns, the first such."""
        held = [Q(**{"text__regex" if one.exact else "text__iregex": one.regex}) for one in patterns]
        first, *others = (Case(When(one, then=1), default=0) for one in held)
        said = sum(others, start=first) if others else Value(1)
        ranked = Window(RowNumber(), partition_by="thread_id", order_by=["-said", "position"])
        return self.filter(reduce(or_, held)).annotate(said=said).annotate(rank=ranked).filter(rank__lte=most)

    def openable_by(self, viewer: Viewer) -> Self:
        """`visible_to`, and hidden posts for their author and the moderators of the group."""
        threads = _threads(self)
        moderated = _groups(threads).moderated_by(viewer).values("pk")
        concerned = Q(author_id=viewer.user_id or 0) | Q(thread__group_id__in=moderated)
        return self.filter(
            Q(hidden_at__isnull=True) | concerned,
            deleted_at__isnull=True,
            thread_id__in=threads.openable_by(viewer).values("pk"),
        )

    def of_thread(self, thread_id: int, reader_id: int, moderates: bool) -> Self:
        """`openable_by` within a thread that its reader has opened, without asking for it again."""
        posts = self.filter(thread_id=thread_id, deleted_at__isnull=True)
        if moderates:
            return posts
        return posts.filter(Q(hidden_at__isnull=True) | Q(author_id=reader_id))


def _threads(posts: QuerySet) -> ThreadQuerySet:
    return posts.model._meta.get_field("thread").related_model.objects.all()


class ReportQuerySet(QuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """Managers decide on every report; what they read of a secret group is the report's excerpt."""
        return self if viewer.is_manager else self.none()

    def open(self) -> Self:
        return self.filter(state="open")
