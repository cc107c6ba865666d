"""Threads in the search: one document per thread, with the text of its posts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.compiled_query import compiled_query
from core.text import summary
from members.access import MANAGER, PRO, group_token
from search.documents import Document
from search.facets import Facet, register_facet
from search.index.tracking import track_related
from search.query import Sort
from search.query.passages import MAX_PASSAGES, Pattern
from search.sources import Passage, Row, Source, Viewer, register
from taxonomy.models import Profession, Theme

from . import search_groups, search_people
from .models import Group, Post, TaggedThread, Thread
from .requested_professions import request_links, requested_label, requested_names
from .unread import thread_url, unread_counts

# Characters of a thread's posts that the index holds: some 5,000 posts.
BODY_MAX = 3_000_000
SUMMARY_MAX = 220
# What of a thread its document needs.
_FIELDS = (
    "pk",
    "group_id",
    "author_id",
    "title",
    "last_activity_at",
    "answer_count",
    "accepted_post_id",
    "locked",
)

# Values of the facet « replies ».
UNANSWERED, ANSWERED, SOLVED = "sans", "avec", "acceptee"


class ThreadSource(Source):
    kind = "thread"
    label = _("Discussions")
    singular = _("Discussion")
    icon = "messages-square"
    synonyms = ("discussion",)
    shows_time = True
    passage_label = _("in a reply")
    model: type[Model] = Thread
    facets = ("profession", "replies", "group", "asked", "awaiting", "answered_by", "theme")
    sorts = (Sort.RELEVANCE, Sort.ACTIVITY)

    def offered_to(self, viewer: Viewer) -> bool:
        return bool(viewer.tokens & {PRO, MANAGER})

    def runtime_access_tokens(self, viewer: Viewer) -> frozenset[str]:
        """Groups whose threads they read: a group made secret is closed at once, its threads untouched."""
        return frozenset(map(group_token, Group.objects.readable_ids(viewer)))

    def count_label(self, total: int) -> str:
        return ngettext("%(total)s discussion", "%(total)s discussions", total) % {"total": localize(total)}

    def eligible(self) -> QuerySet:
        return Thread.objects.published()

    def documents(self, pks: Iterable[int]) -> Iterator[Document]:
        # Plain rows: what costs most of a rebuild is to make objects, and a manager for each.
        threads = list(self.eligible().filter(pk__in=list(pks)).values_list(*_FIELDS, named=True))
        ids = [thread.pk for thread in threads]
        groups = _groups_of({thread.group_id for thread in threads})
        asked, themes = _asked(ids), _themes(ids)
        written = _written({thread.pk: thread.author_id for thread in threads})
        for thread in threads:
            pk = thread.pk
            yield _document(
                thread, groups[thread.group_id], asked[pk], themes[pk], written.get(pk, _Written())
            )

    def visible(self, pks: Iterable[int], viewer: Viewer) -> Mapping[int, Row]:
        threads = compiled_query(_rows, list(pks), list(Group.objects.readable_ids(viewer)))
        asked = requested_names(threads)
        new = unread_counts(viewer, [thread.pk for thread in threads])
        return {thread.pk: _row(thread, asked[thread.pk], new.get(thread.pk, 0)) for thread in threads}

    def passages(self, pks: Iterable[int], viewer: Viewer, patterns: Sequence[Pattern]) -> Iterator[Passage]:
        if not patterns:
            return
        readable = list(Group.objects.readable_ids(viewer))
        regexes, exact = zip(*((pattern.regex, pattern.exact) for pattern in patterns), strict=True)
        rows = compiled_query(_passages, list(pks), readable, list(regexes), exact)
        for thread_id, pk, position, text in rows:
            yield Passage(thread_id, pk, text, has_own_url=position > 1)

    def passage_url(self, pk: int) -> str:
        return reverse("community_post", args=[pk])


def _rows(pks: list[int], readable_groups: list[int]) -> QuerySet:
    opening = Post.objects.published().filter(thread=OuterRef("pk"), position=1)
    begun = Subquery(opening.values(short=Substr("text", 1, SUMMARY_MAX + 1))[:1])
    return Thread.objects.visible_in(readable_groups).filter(pk__in=pks).for_list().annotate(opening=begun)


def _passages(
    pks: list[int], readable_groups: list[int], regexes: list[str], exact: tuple[bool, ...]
) -> QuerySet:
    threads = Thread.objects.visible_in(readable_groups).filter(pk__in=pks)
    patterns = [Pattern(*pair) for pair in zip(regexes, exact, strict=False)]  # `regexes` may be padded
    posts = Post.objects.published().filter(thread_id__in=threads.values("pk"))
    rows = posts.holding(patterns, MAX_PASSAGES).order_by("thread_id", "position")
    return rows.values_list("thread_id", "pk", "position", "text")


@dataclass
class _Written:
    """What stands in the posts of a thread."""

    texts: list[str] = field(default_factory=list)
    # Professions of others than the author of the thread, in which they replied.
    answered_by: set[str] = field(default_factory=set)


def _written(authors: Mapping[int, int | None]) -> dict[int, _Written]:
    """`authors`: thread id → its author."""
    by_thread: dict[int, _Written] = {}
    rows = Post.objects.published().filter(thread_id__in=list(authors)).order_by("thread_id", "position")
    for thread_id, text, author_id, profession in rows.values_list(
        "thread_id", "text", "author_id", "profession__slug"
    ).iterator():
        written = by_thread.setdefault(thread_id, _Written())
        written.texts.append(text)
        if profession and author_id != authors[thread_id]:
            written.answered_by.add(profession)
    return by_thread


class _Group(NamedTuple):
    name: str
    slug: str
    professions: dict[str, str]  # slug → what people call it


def _groups_of(pks: Collection[int]) -> dict[int, _Group]:
    groups = {}
    for group in Group.objects.filter(pk__in=pks).prefetch_related("professions"):
        professions = {p.slug: f"{p.label} {p.plural} {p.short}" for p in group.professions.all()}
        groups[group.pk] = _Group(group.name, group.slug, professions)
    return groups


class _Theme(NamedTuple):
    slug: str
    status: str
    words: str


def _asked(pks: Sequence[int]) -> dict[int, dict[str, str]]:
    """Thread id → slug of each profession that it asks → what people call it."""
    by_thread: dict[int, dict[str, str]] = defaultdict(dict)
    names = [f"profession__{name}" for name in ("slug", "label", "plural", "short")]
    for thread_id, slug, *words in request_links(pks).values_list("thread_id", *names):
        by_thread[thread_id][slug] = " ".join(words)
    return by_thread


def _themes(pks: Sequence[int]) -> dict[int, list[_Theme]]:
    """Thread id → its themes."""
    by_thread: dict[int, list[_Theme]] = defaultdict(list)
    rows = TaggedThread.objects.filter(content_object__in=pks).order_by("tag__slug")
    names = [f"tag__{name}" for name in ("slug", "status", "name", "synonyms")]
    for thread_id, slug, status, *words in rows.values_list("content_object_id", *names):
        by_thread[thread_id].append(_Theme(slug, status, " ".join(words)))
    return by_thread


def _document(
    thread: Any, group: _Group, asked: Mapping[str, str], themes: Sequence[_Theme], written: _Written
) -> Document:
    """`thread`: a row with `_FIELDS`."""
    professions = {**group.professions, **asked}
    keywords = [group.name, *professions.values(), *(theme.words for theme in themes)]
    return Document(
        kind=ThreadSource.kind,
        pk=thread.pk,
        title=thread.title,
        keywords=", ".join(keyword.strip() for keyword in keywords),
        body="\n\n".join(written.texts)[:BODY_MAX],
        access=frozenset({group_token(thread.group_id)}),
        date=thread.last_activity_at,
        answered=bool(thread.answer_count),
        facets={
            "profession": tuple(sorted(professions)),
            "theme": tuple(theme.slug for theme in themes if theme.status == Theme.Status.CURATED),
            "group": (group.slug,),
            "replies": _replies(thread),
            "asked": tuple(sorted(asked)),
            "awaiting": _awaiting(thread, asked, written),
            "answered_by": tuple(sorted(written.answered_by)),
        },
    )


def _replies(thread: Any) -> tuple[str, ...]:
    if not thread.answer_count:
        return (UNANSWERED,)
    return (ANSWERED, SOLVED) if thread.accepted_post_id else (ANSWERED,)


def _awaiting(thread: Any, asked: Iterable[str], written: _Written) -> tuple[str, ...]:
    """Professions of `ThreadQuerySet.awaiting`."""
    if thread.locked or thread.accepted_post_id:
        return ()
    return tuple(sorted(set(asked) - written.answered_by))


def _row(thread: Thread, asked: Sequence[str], new: int) -> Row:
    return Row(
        kind=ThreadSource.kind,
        pk=thread.pk,
        title=thread.title,
        url=thread_url(thread, new),
        meta_items=(thread.group.name, replies_label(thread.answer_count)),
        date=thread.last_activity_at,
        summary=summary(thread.opening or "", SUMMARY_MAX),
        highlight_badge=requested_label(asked),
        new=new,
        is_reserved=not thread.group.is_open,
    )


def replies_label(count: int) -> str:
    """« Sans réponse », « 3 réponses »."""
    if not count:
        return str(_("no reply yet"))
    return ngettext("%(n)s reply", "%(n)s replies", count) % {"n": localize(count)}


def _threads_of_theme(theme: Theme) -> Iterable[int]:
    return TaggedThread.objects.filter(tag=theme).values_list("content_object_id", flat=True)


def _threads_of_profession(profession: Profession) -> QuerySet:
    """Those whose group is for it, that ask for its opinion, or that it replied to."""
    groups = profession.community_groups.values("pk")
    asked = Thread.requested_professions.through.objects.filter(profession=profession).values("thread_id")
    answered = Post.objects.filter(profession=profession).values("thread_id")
    threads = Thread.objects.filter(Q(group__in=groups) | Q(pk__in=asked) | Q(pk__in=answered))
    return threads.values_list("pk", flat=True)


def _groups(viewer: Viewer, slugs: Collection[str]) -> Mapping[str, str]:
    """Names of groups whose threads this viewer reads."""
    groups = Group.objects.filter(pk__in=Group.objects.readable_ids(viewer), slug__in=slugs)
    return dict(groups.values_list("slug", "name"))


def _professions() -> Mapping[str, str]:
    return dict(Profession.objects.values_list("slug", "label"))


REPLIES = {
    UNANSWERED: _("without reply"),
    ANSWERED: _("with a reply"),
    SOLVED: _("with an accepted answer"),
}
register_facet(Facet("replies", "reponses", _("Replies"), lambda: REPLIES, ordered=True))
register_facet(Facet("group", "groupe", _("Group"), names=_groups))
register_facet(Facet("asked", "avis", _("Opinion asked"), _professions))
register_facet(Facet("awaiting", "attend", _("Waits for"), _professions))
register_facet(Facet("answered_by", "repondu", _("Answered by"), _professions))
register(ThreadSource())
register(search_groups.GroupSource())
register(search_people.PersonSource())
# People rename and merge themes elsewhere, files change professions; all else goes through the services.
track_related(Theme, ThreadSource.kind, _threads_of_theme)
track_related(Profession, ThreadSource.kind, _threads_of_profession)
track_related(TaggedThread, ThreadSource.kind, lambda item: [item.content_object_id])
