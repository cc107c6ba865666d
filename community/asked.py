"""« Avis demandé : pharmacien », « répondu par 1 pharmacien, 2 infirmiers »."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils.formats import localize
from django.utils.translation import gettext as _

from members.prepared import prepared
from taxonomy.models import Profession

from .models import Post, Thread


def asked_label(professions: Iterable[Profession]) -> str:
    """Empty when nobody in particular is asked."""
    names = ", ".join(profession.short.lower() for profession in professions)
    return _("Opinion asked: %(professions)s") % {"professions": names} if names else ""


@dataclass(frozen=True, slots=True)
class Answered:
    """How many members of an asked profession have replied."""

    profession: Profession
    count: int

    def __str__(self) -> str:
        name = self.profession.short if self.count == 1 else self.profession.plural
        return f"{localize(self.count)} {name.lower()}"


def answered_label(answered: Iterable[Answered]) -> str:
    """Empty when none of the asked has replied."""
    who = ", ".join(str(one) for one in answered)
    return _("answered by %(who)s") % {"who": who} if who else ""


def answered_by(threads: Sequence[Thread]) -> dict[int, list[Answered]]:
    """thread id → the asked professions that have replied, in one query (`asked` is best prefetched)."""
    asked = {thread.pk: {p.pk: p for p in thread.asked.all()} for thread in threads}
    asking = [pk for pk, professions in asked.items() if professions]
    if not asking:
        return {}
    rows = prepared(_replies, asking)
    found: dict[int, list[Answered]] = defaultdict(list)
    for thread_id, profession_id, count in sorted(rows, key=lambda row: -row[2]):
        found[thread_id].append(Answered(asked[thread_id][profession_id], count))
    return dict(found)


def _replies(thread_ids: Sequence[int]) -> QuerySet:
    """thread, asked profession, how many of its members have replied."""
    return (
        Post.objects.shown()
        .filter(thread_id__in=thread_ids, position__gt=1, profession_id=F("thread__asked__pk"))
        .filter(~Q(author_id=F("thread__author_id")))
        .order_by()
        .values_list("thread_id", "profession_id")
        .annotate(n=Count("author_id", distinct=True))
    )
