"""The `Viewer` of an account: its roles, verified professions and places, and the tokens that apps add."""

from collections.abc import Callable, Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from core.compiled_query import compiled_query

from .access import EDITOR, MANAGER, PRO, PUBLIC, VISITOR, Viewer, profession_token
from .models import COMMUNITY_MANAGERS, EDITORS, User, Verification

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
    held = compiled_query(_held, user.pk)
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
