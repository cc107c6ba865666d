"""The audience line: who will read what is being written, by the rule that decides who reads it."""

from dataclasses import dataclass

from django.core.cache import caches
from django.db.models import Q, QuerySet
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import User, Verification

from .models import Group

# Seconds during which the number of readers of an open group is not counted again.
COUNT_LIFE = 300
# Named in brackets: « vérifiés » would not agree with them.
FEMININE = {"sage-femme"}


@dataclass(frozen=True, slots=True)
class Audience:
    count: int  # verified readers; the managers come on top where they may read
    sentence: str
    is_open: bool


def readers(group: Group) -> QuerySet[User]:
    """Verified members who read a group's threads, managers aside: `permissions.content_tokens` as people."""
    verified = Verification.objects.filter(state=Verification.State.VERIFIED)
    professions = [profession.pk for profession in group.professions.all()]
    if professions:
        verified = verified.filter(profession_id__in=professions)
    people = User.objects.filter(is_active=True, pk__in=verified.values("user_id"))
    if group.is_open:
        return people
    people = people.filter(pk__in=group.memberships.members().values("user_id"))
    if group.parent is not None and not group.parent.is_open:
        inside = Q(pk__in=group.parent.memberships.members().values("user_id"))
        people = people.filter(inside, pk__in=readers(group.parent).values("pk"))
    return people


def audience(group: Group) -> Audience:
    count = _count(group)
    who = _who(group, count)
    if group.is_secret:
        sentence = _("Visible to %(who)s. Never by patients or search engines.")
    else:
        sentence = _("Visible to %(who)s and the community managers. Never by patients or search engines.")
    return Audience(count=count, sentence=sentence % {"who": who}, is_open=group.is_open)


def _count(group: Group) -> int:
    if not group.is_open:
        return readers(group).count()
    professions = "-".join(str(profession.pk) for profession in group.professions.all())
    return caches["process"].get_or_set(
        f"community:readers:{professions or 'all'}", lambda: readers(group).count(), COUNT_LIFE
    )


def _who(group: Group, count: int) -> str:
    numbers = {"n": localize(count)}
    if not group.is_open:
        return (
            ngettext("%(n)s verified member of the group", "%(n)s verified members of the group", count)
            % numbers
        )
    professions = list(group.professions.all())
    if len(professions) != 1 or professions[0].slug in FEMININE:
        sentence = ngettext("%(n)s verified professional", "%(n)s verified professionals", count) % numbers
        names = ", ".join(profession.plural.lower() for profession in professions)
        return f"{sentence} ({names})" if names else sentence
    name = (professions[0].label if count == 1 else professions[0].plural).lower()
    sentence = ngettext("%(n)s verified %(profession)s", "%(n)s verified %(profession)s", count)
    return sentence % {**numbers, "profession": name}
