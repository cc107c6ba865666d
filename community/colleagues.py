"""Verified professionals as their colleagues see them: what was verified, and where they practise that."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from members.access import Viewer
from members.models import Practice, Profile, User, Verification
from members.prepared import prepared
from taxonomy.models import Department, Profession, Specialty


@dataclass(frozen=True, slots=True)
class Colleague:
    user: User
    profile: Profile
    verifications: list[Verification]  # verified ones, in the order in which they were asked for
    practices: list[Practice]  # of verified professions only

    @property
    def professions(self) -> list[Profession]:
        return [verification.profession for verification in self.verifications]

    @property
    def specialties(self) -> list[Specialty]:
        return list(dict.fromkeys(p.specialty for p in self.practices if p.specialty))

    @property
    def departments(self) -> list[Department]:
        return list(dict.fromkeys(p.department for p in self.practices if p.department))

    @property
    def place(self) -> str:
        """« Brest », else « Finistère (29) »."""
        return self.profile.town or ", ".join(map(str, self.departments))


def visible_colleagues(pks: Iterable[int], viewer: Viewer) -> list[Colleague]:
    """Those among these accounts whom this viewer may look up."""
    return colleagues(prepared(_visible, list(pks), viewer))


def colleagues(users: Sequence[User]) -> list[Colleague]:
    """What is known of verified `users`, in two queries whatever their number, beside their profiles."""
    pks = [user.pk for user in users]
    verified, practised = _by_user(prepared(_verified, pks)), _by_user(prepared(_practised, pks))
    found = []
    for user in users:
        verifications = verified[user.pk]
        professions = {verification.profession_id for verification in verifications}
        found.append(
            Colleague(
                user=user,
                profile=user.profile if hasattr(user, "profile") else Profile(user=user),
                verifications=verifications,
                practices=[p for p in practised[user.pk] if p.profession_id in professions],
            )
        )
    return found


def _by_user(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.user_id].append(row)
    return found


def _visible(pks: Sequence[int], viewer: Viewer) -> QuerySet[User]:
    return User.objects.visible_to(viewer).filter(pk__in=pks).select_related("profile")


def _verified(users: Sequence[int]) -> QuerySet[Verification]:
    verified = Verification.objects.filter(user__in=users, state=Verification.State.VERIFIED)
    return verified.select_related("profession").order_by("pk")


def _practised(users: Sequence[int]) -> QuerySet[Practice]:
    practices = Practice.objects.filter(user__in=users)
    return practices.select_related("profession", "specialty", "department__region")
