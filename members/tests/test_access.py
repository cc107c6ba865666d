"""Who reads with which tokens."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from members import access, viewers
from members.access import EDITOR, MANAGER, PRO, PUBLIC, VISITOR, profession_token
from members.factories import UserFactory, in_state, verified, viewer_of
from members.models import COMMUNITY_MANAGERS, EDITORS, Practice, Verification
from members.viewers import viewer_for
from taxonomy.models import Department, Profession

NURSE, PHYSICIAN = profession_token("60"), profession_token("10")
State = Verification.State


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("states", "roles", "active", "tokens"),
    [
        ({}, (), True, {PUBLIC}),
        ({"infirmier": State.PENDING}, (), True, {PUBLIC}),
        ({"infirmier": State.REFUSED}, (), True, {PUBLIC}),
        ({"infirmier": State.REVOKED}, (), True, {PUBLIC}),
        ({"infirmier": State.VERIFIED}, (), True, {PUBLIC, PRO, NURSE}),
        ({"infirmier": State.VERIFIED, "medecin": State.PENDING}, (), True, {PUBLIC, PRO, NURSE}),
        ({"infirmier": State.VERIFIED, "medecin": State.VERIFIED}, (), True, {PUBLIC, PRO, NURSE, PHYSICIAN}),
        ({}, (EDITORS,), True, {PUBLIC, EDITOR}),
        ({}, (COMMUNITY_MANAGERS,), True, {PUBLIC, MANAGER}),
        ({"medecin": State.VERIFIED}, (COMMUNITY_MANAGERS,), True, {PUBLIC, PRO, PHYSICIAN, MANAGER}),
        ({"infirmier": State.VERIFIED}, (EDITORS, COMMUNITY_MANAGERS), False, {PUBLIC}),
    ],
)
def test_tokens_follow_what_is_verified_and_the_roles(states, roles, active, tokens):
    user = UserFactory(is_active=active)
    for slug, state in states.items():
        in_state(user, slug, state)
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in roles])
    assert viewer_of(user).tokens == tokens


@pytest.mark.django_db
def test_an_administrator_edits_and_manages_but_is_no_professional():
    assert viewer_of(UserFactory(is_superuser=True)).tokens == {PUBLIC, EDITOR, MANAGER}


def test_nobody_signed_in_is_a_visitor():
    viewer = viewer_for(AnonymousUser())
    assert viewer == VISITOR
    assert (viewer.is_authenticated, viewer.is_verified, viewer.is_manager, viewer.is_editor) == (False,) * 4


@pytest.mark.django_db
def test_codes_and_slugs_are_in_the_same_order():
    user = verified(verified(UserFactory(), "medecin"), "infirmier")
    viewer = viewer_of(user)
    assert (viewer.profession_codes, viewer.profession_slugs) == (("10", "60"), ("medecin", "infirmier"))


@pytest.fixture
def group_tokens(monkeypatch):
    monkeypatch.setattr(viewers, "_providers", [lambda user, verified: [access.group_token(42)]])


@pytest.mark.django_db
@pytest.mark.usefixtures("group_tokens")
def test_groups_open_for_verified_and_active_members_only():
    assert viewer_of(verified(UserFactory(), "infirmier")).group_ids == {42}
    assert viewer_of(UserFactory()).group_ids == set()
    closed = verified(UserFactory(is_active=False), "infirmier")
    assert viewer_of(closed).group_ids == set()


@pytest.mark.django_db
@pytest.mark.usefixtures("group_tokens")
def test_a_viewer_is_resolved_in_two_queries(django_assert_max_num_queries):
    user = verified(verified(UserFactory(), "medecin"), "infirmier")
    for code in ("22", "35", "44"):
        practise(user, "infirmier", code)
    with django_assert_max_num_queries(2):
        viewer = viewer_for(user)
        assert viewer.is_verified
    assert viewer.profession_slugs == ("medecin", "infirmier")
    assert viewer.region_slugs == ("bretagne", "pays-de-la-loire")


@pytest.mark.django_db
def test_where_somebody_practises_counts_once_they_are_verified():
    user = UserFactory()
    practise(user, "infirmier", "22")
    assert viewer_of(user).region_slugs == ()
    assert viewer_of(verified(user, "infirmier")).region_slugs == ("bretagne",)
    assert VISITOR.region_slugs == ()


def practise(user, slug: str, department: str) -> None:
    Practice.objects.create(
        user=user,
        profession=Profession.objects.get(slug=slug),
        department=Department.objects.get(code=department),
    )


class TestTokensOfAnyStates(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        states=st.dictionaries(
            st.sampled_from(["infirmier", "medecin", "pharmacien", "sage-femme"]),
            st.sampled_from(list(State)),
        ),
        active=st.booleans(),
    )
    def test_exactly_the_verified_professions_of_open_accounts_open_something(self, states, active):
        user = UserFactory(is_active=active)
        for slug, state in states.items():
            in_state(user, slug, state)
        held = [slug for slug, state in states.items() if active and state == State.VERIFIED]
        codes = set(Profession.objects.filter(slug__in=held).values_list("code", flat=True))
        expected = {PUBLIC} | {profession_token(code) for code in codes} | ({PRO} if codes else set())
        viewer = viewer_of(user)
        assert viewer.tokens - viewer_group_tokens(viewer) == expected
        assert set(viewer.profession_codes) == codes


def viewer_group_tokens(viewer):
    return {access.group_token(pk) for pk in viewer.group_ids}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("states", "waiting"),
    [
        ({}, False),
        ({"infirmier": State.REFUSED}, False),
        ({"infirmier": State.VERIFIED}, False),
        ({"infirmier": State.PENDING}, True),
        ({"infirmier": State.VERIFIED, "medecin": State.PENDING}, True),
    ],
)
def test_who_has_asked_is_known_to_wait(states, waiting):
    user = UserFactory()
    for slug, state in states.items():
        in_state(user, slug, state)
    assert viewer_for(user).is_waiting is waiting
