"""Who may read what: one `Viewer` per request, one set of tokens per viewer.

Everything that can be read carries the tokens that open it: `access_tokens` of a search document and
`visible_to(viewer)` of a queryset say the same thing, and `tests/test_leaks.py` holds them together.
A viewer who holds none of an object's tokens does not learn that it exists.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from .models import COMMUNITY_MANAGERS, EDITORS, User, Verification

PUBLIC = "public"
PRO = "pro"
EDITOR = "editor"
MANAGER = "manager"

Answer = TypeVar("Answer")


def profession_token(code: str) -> str:
    """Opens what is reserved for one profession. `code`: the official one, « 60 » for nurses."""
    return f"pro:{code}"


def group_token(group_id: int) -> str:
    """Opens what members of one community group read."""
    return f"group:{group_id}"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who reads. Made by `viewer_for`, once per request; tests may make one by hand."""

    user_id: int | None = None
    tokens: frozenset[str] = frozenset({PUBLIC})
    # Verified professions only: official codes and slugs, in the same order.
    profession_codes: tuple[str, ...] = ()
    profession_slugs: tuple[str, ...] = ()
    # Where verified professionals say that they practise. Orders what they find; opens nothing.
    region_slugs: tuple[str, ...] = ()
    department_codes: tuple[str, ...] = ()
    # Has asked for a verification that nobody has decided yet. Opens nothing.
    is_waiting: bool = False
    # Answers of `once`, by key; None: nothing is remembered.
    memo: dict[str, Any] | None = field(default=None, compare=False, repr=False)

    @property
    def is_authenticated(self) -> bool:
        return self.user_id is not None

    @property
    def is_verified(self) -> bool:
        return PRO in self.tokens

    @property
    def is_manager(self) -> bool:
        return MANAGER in self.tokens

    @property
    def is_editor(self) -> bool:
        return EDITOR in self.tokens

    @property
    def group_ids(self) -> frozenset[int]:
        """Groups that the viewer is a member of."""
        return frozenset(int(t.removeprefix("group:")) for t in self.tokens if t.startswith("group:"))

    def once(self, key: str, ask: Callable[[], Answer]) -> Answer:
        """What `ask` answers, remembered for one request. A viewer made by hand asks each time."""
        if self.memo is None:
            return ask()
        if key not in self.memo:
            self.memo[key] = ask()
        return self.memo[key]


VISITOR = Viewer()

# Apps of a higher floor add the tokens they know of (community: one per group), from a user and the ids of
# their verified professions. Called for verified, active users only: who is no longer verified reads no
# group, whatever the memberships say.
TokenProvider = Callable[[User, frozenset[int]], Iterable[str]]
_providers: list[TokenProvider] = []


def register_token_provider(provider: TokenProvider) -> TokenProvider:
    if provider not in _providers:
        _providers.append(provider)
    return provider


def viewer_for(user: User | AnonymousUser) -> Viewer:
    """Resolves an account into a `Viewer`. Unknown, inactive or anonymous: a visitor."""
    if not user.is_authenticated or not user.is_active:
        return VISITOR
    # One row for each role, verification and place of practice.
    held = list(_held(user.pk))
    rows = [row for _role, state, *row in held if state == Verification.State.VERIFIED]
    regions = dict.fromkeys(region for *_, region, _department in rows if region)
    departments = dict.fromkeys(department for *_, department in rows if department)
    professions = list(dict.fromkeys(tuple(row[:3]) for row in rows))
    tokens = {PUBLIC, *_role_tokens(user, {role for role, *_ in held})}
    if professions:
        tokens.add(PRO)
        tokens.update(profession_token(code) for code, *_ in professions)
        verified = frozenset(pk for *_, pk in professions)
        for provider in _providers:
            tokens.update(provider(user, verified))
    return Viewer(
        user_id=user.pk,
        tokens=frozenset(tokens),
        profession_codes=tuple(code for code, _slug, _pk in professions),
        profession_slugs=tuple(slug for _code, slug, _pk in professions),
        region_slugs=tuple(regions),
        department_codes=tuple(departments),
        is_waiting=any(state == Verification.State.PENDING for _role, state, *_ in held),
    )


def _held(user_id: int) -> QuerySet:
    """Names of roles, states of verifications with their professions, places: every row has some of each."""
    rows = User.objects.filter(pk=user_id).order_by("verifications__pk", "practices__pk")
    profession = ("verifications__profession__code", "verifications__profession__slug")
    return rows.values_list(
        "groups__name",
        "verifications__state",
        *profession,
        "verifications__profession_id",
        "practices__department__region__slug",
        "practices__department__code",
    )


def _role_tokens(user: User, roles: set[str | None]) -> set[str]:
    if user.is_superuser:
        return {EDITOR, MANAGER}
    return {token for name, token in ((EDITORS, EDITOR), (COMMUNITY_MANAGERS, MANAGER)) if name in roles}
