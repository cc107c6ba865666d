"""Verified professionals as their colleagues see them: what was verified, and where they practise that."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from members.models import Practice, Profile, User, Verification
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


def colleagues(users: QuerySet[User]) -> Iterator[Colleague]:
    """Those of `users` who are verified; three queries whatever their number."""
    verified = Verification.objects.filter(state=Verification.State.VERIFIED).order_by("pk")
    practices = Practice.objects.select_related("profession", "specialty", "department__region")
    related = (
        Prefetch("verifications", verified.select_related("profession"), to_attr="verified"),
        Prefetch("practices", practices, to_attr="practised"),
    )
    for user in users.select_related("profile").prefetch_related(*related):
        verifications: list[Verification] = user.verified  # type: ignore[attr-defined]
        professions = {verification.profession_id for verification in verifications}
        yield Colleague(
            user=user,
            profile=user.profile if hasattr(user, "profile") else Profile(user=user),
            verifications=verifications,
            practices=[p for p in user.practised if p.profession_id in professions],  # type: ignore[attr-defined]
        )
