"""What an account page tells about somebody's professions: where they practise, what was verified of it."""

from dataclasses import dataclass, field

from taxonomy.models import Profession

from .models import Practice, User, Verification

_MAY_ASK_AGAIN = (Verification.State.REFUSED, Verification.State.REVOKED)


@dataclass(slots=True)
class HeldProfession:
    profession: Profession
    practices: list[Practice] = field(default_factory=list)
    verification: Verification | None = None

    @property
    def may_ask(self) -> bool:
        """Verification can be asked for, or asked for again."""
        if not self.practices:
            return False
        return self.verification is None or self.verification.state in _MAY_ASK_AGAIN


@dataclass(slots=True)
class VerificationSummary:
    """Professions of one account, in the order in which they were added."""

    professions: list[HeldProfession]

    @classmethod
    def of(cls, user: User) -> "VerificationSummary":
        held: dict[int, HeldProfession] = {}
        practices = Practice.objects.filter(user=user).select_related("profession", "specialty", "department")
        for practice in practices:
            held.setdefault(practice.profession_id, HeldProfession(practice.profession)).practices.append(
                practice
            )
        for verification in Verification.objects.filter(user=user).select_related("profession"):
            row = held.setdefault(verification.profession_id, HeldProfession(verification.profession))
            row.verification = verification
        return cls(list(held.values()))

    @property
    def is_verified(self) -> bool:
        return any(self._states(Verification.State.VERIFIED))

    @property
    def is_waiting(self) -> bool:
        return any(self._states(Verification.State.PENDING))

    @property
    def is_refused(self) -> bool:
        """Something was refused or withdrawn, and can be asked for again."""
        return any(row.may_ask and row.verification for row in self.professions)

    @property
    def askable(self) -> list[Profession]:
        return [row.profession for row in self.professions if row.may_ask]

    def _states(self, state: str) -> list[HeldProfession]:
        return [row for row in self.professions if row.verification and row.verification.state == state]
