"""Verified professionals as their colleagues see them: what was verified, and where they practise that."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from members.access import Viewer
from members.models import Practice, Profile, User, Verification
from taxonomy.models import Department, Profession, Specialty


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
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
    def location(self) -> str:
        """« Brest », else « Finistère (29) »."""
        return self.profile.town or ", ".join(map(str, self.departments))


def visible_entries(pks: Iterable[int], viewer: Viewer) -> list[DirectoryEntry]:
    """Those among these accounts whom this viewer may look up."""
    return directory_entries(User.objects.visible_to(viewer).filter(pk__in=pks).select_related("profile"))


def directory_entries(users: Iterable[User]) -> list[DirectoryEntry]:
    """What is known of verified `users`, in two queries whatever their number, beside their profiles."""
    users = list(users)
    verifications = Verification.objects.filter(user__in=users, state=Verification.State.VERIFIED)
    practices = Practice.objects.filter(user__in=users)
    verified = _by_user(verifications.select_related("profession").order_by("pk"))
    practised = _by_user(practices.select_related("profession", "specialty", "department__region"))
    entries = []
    for user in users:
        professions = {verification.profession_id for verification in verified[user.pk]}
        entries.append(
            DirectoryEntry(
                user=user,
                profile=user.profile if hasattr(user, "profile") else Profile(user=user),
                verifications=verified[user.pk],
                practices=[p for p in practised[user.pk] if p.profession_id in professions],
            )
        )
    return entries


def _by_user(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    by_user: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_user[row.user_id].append(row)
    return by_user
