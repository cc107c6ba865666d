"""« Avis demandé : pharmacien », « répondu par 1 pharmacien »."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from taxonomy.models import Profession

from .models import Post


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
        return ngettext(
            "answered by %(n)s %(profession)s", "answered by %(n)s %(profession)s", self.count
        ) % {"n": localize(self.count), "profession": name.lower()}


def answered_by(thread_ids: Iterable[int]) -> dict[int, list[Answered]]:
    """thread id → the asked professions that have replied, in one query (plus one for their names)."""
    rows = list(
        Post.objects.shown()
        .filter(thread_id__in=list(thread_ids), position__gt=1, profession_id=F("thread__asked__pk"))
        .filter(~Q(author_id=F("thread__author_id")))
        .order_by()
        .values("thread_id", "profession_id")
        .annotate(n=Count("author_id", distinct=True))
    )
    professions = Profession.objects.in_bulk({row["profession_id"] for row in rows}) if rows else {}
    found: dict[int, list[Answered]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: -row["n"]):
        found[row["thread_id"]].append(Answered(professions[row["profession_id"]], row["n"]))
    return dict(found)
