"""« Avis demandé : pharmacien », « répondu par 1 pharmacien, 2 infirmiers »."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.formats import localize
from django.utils.translation import gettext as _

from core.compiled_query import compiled_query

from .models import Post, Thread


@dataclass(frozen=True, slots=True)
class RequestedProfession:
    """A profession that a thread asks for its opinion, and how many of its members have replied."""

    short: str
    plural: str
    count: int

    def __str__(self) -> str:
        return f"{localize(self.count)} {(self.short if self.count == 1 else self.plural).lower()}"


def requested_label(professions: Iterable[str]) -> str:
    """Of the short names of professions; empty when nobody in particular is asked."""
    names = ", ".join(map(str.lower, professions))
    return _("Opinion asked: %(professions)s") % {"professions": names} if names else ""


def answered_label(asked: Iterable[RequestedProfession]) -> str:
    """Empty when none of the asked has replied."""
    replied = sorted((one for one in asked if one.count), key=lambda one: -one.count)
    who = ", ".join(map(str, replied))
    return _("answered by %(who)s") % {"who": who} if who else ""


def requested_professions(
    threads: Sequence[Thread], posts: Iterable[Post] | None = None
) -> dict[int, list[RequestedProfession]]:
    """thread id → the professions that it asks: two queries, one when none of them asks any.

    `posts`: all posts of the only thread, where they are at hand; the database is not asked for them again.
    """
    links = compiled_query(_requests, [thread.pk for thread in threads])
    asking = list({link[0] for link in links})
    replies = compiled_query(_replies, asking) if asking and posts is None else _replies_in(posts or ())
    authors = {thread.pk: thread.author_id for thread in threads}
    counts = Counter(
        (thread_id, profession_id)
        for thread_id, profession_id, author_id in replies
        if author_id not in (None, authors.get(thread_id))
    )
    requested: dict[int, list[RequestedProfession]] = defaultdict(list)
    for thread_id, profession_id, *labels in links:
        requested[thread_id].append(RequestedProfession(*labels, counts[thread_id, profession_id]))
    return requested


def _requests(thread_ids: list[int]) -> QuerySet:
    names = ("thread_id", "profession_id", "profession__short", "profession__plural")
    return request_links(thread_ids).values_list(*names)


def _replies(thread_ids: list[int]) -> QuerySet:
    """(thread, profession, author) of the replies that are shown, each once."""
    replies = Post.objects.published().filter(thread_id__in=thread_ids, position__gt=1).order_by()
    return replies.values_list("thread_id", "profession_id", "author_id").distinct()


def _replies_in(posts: Iterable[Post]) -> Iterable[tuple[int, int | None, int | None]]:
    shown = (post for post in posts if not post.is_question and not post.is_hidden)
    return {(post.thread_id, post.profession_id, post.author_id) for post in shown}


def requested_names(threads: Sequence[Thread]) -> dict[int, list[str]]:
    """thread id → short names of the professions that it asks, in one query."""
    names: dict[int, list[str]] = defaultdict(list)
    for thread_id, _profession_id, short, _plural in compiled_query(_requests, [one.pk for one in threads]):
        names[thread_id].append(short)
    return names


def request_links(thread_ids: Sequence[int]) -> QuerySet:
    """Links from these threads to the professions that they ask, in the order of professions."""
    through = Thread.requested_professions.through
    order = [f"profession__{key}" for key in through.profession.field.related_model._meta.ordering]
    return through.objects.filter(thread_id__in=thread_ids).order_by(*order)
