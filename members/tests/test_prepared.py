"""Prepared questions: the same rows as their querysets, whoever asked first, and nothing of them is kept."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group as Role
from django.utils import timezone

from members.access import PRO, PUBLIC, Viewer
from members.models import Practice, User, Verification
from members.prepared import padded, prepared, prepared_related
from taxonomy.models import Profession

from ..factories import UserFactory

pytestmark = pytest.mark.django_db


def named(slugs):
    return Profession.objects.filter(slug__in=slugs).order_by("slug")


def test_who_asks_second_is_answered_with_their_own_values():
    assert [p.slug for p in prepared(named, ["infirmier", "medecin"])] == ["infirmier", "medecin"]
    assert [p.slug for p in prepared(named, ["pharmacien", "infirmier"])] == ["infirmier", "pharmacien"]


@pytest.mark.parametrize("number", range(6))
def test_a_list_may_have_any_length(number):
    slugs = list(Profession.objects.order_by("slug").values_list("slug", flat=True)[:number])
    assert [p.slug for p in prepared(named, slugs)] == slugs


def test_lists_of_near_lengths_have_one_shape():
    assert [len(padded([1] * number)) for number in range(10)] == [0, 1, 2, 4, 4, 8, 8, 8, 8, 16]
    assert set(padded([1, 2, 3])) == {1, 2, 3}


def of_user(user_id):
    rows = Practice.objects.all() if user_id is None else Practice.objects.filter(user_id=user_id)
    return rows.values_list("user_id", flat=True)


def test_nothing_is_not_a_value():
    users = [UserFactory(), UserFactory()]
    for user in users:
        Practice.objects.create(user=user, profession=Profession.objects.first())
    assert prepared(of_user, users[0].pk) == [users[0].pk]
    assert sorted(prepared(of_user, None)) == sorted(user.pk for user in users)


def first(slugs, length):
    return named(slugs)[:length]


def test_constants_are_part_of_the_question():
    slugs = ["infirmier", "medecin", "pharmacien"]
    assert [len(prepared(first, slugs, length=length)) for length in (1, 2, 3)] == [1, 2, 3]


def counted_to(length):
    return Profession.objects.all()[:length]


def beginning(words):
    return Profession.objects.filter(slug__startswith=words)


@pytest.mark.parametrize(("build", "value"), [(counted_to, 3), (beginning, "inf")])
def test_a_value_that_would_stay_in_the_question_is_refused(build, value):
    with pytest.raises(TypeError, match="became a part"):
        prepared(build, value)


def decided_since(user_id):
    return Verification.objects.filter(user_id=user_id, decided_at__gte=timezone.now() - timedelta(hours=1))


def test_a_moment_that_would_stand_still_is_refused():
    with pytest.raises(TypeError, match="moment"):
        prepared(decided_since, 1)


def joined_today(user_id):
    return User.objects.filter(pk=user_id, date_joined__date=timezone.localdate())


def test_a_question_that_reads_the_day_is_asked_anew_each_day(time_machine):
    time_machine.move_to("2026-03-03 12:00+01:00")
    user = UserFactory(date_joined=timezone.now())
    assert prepared(joined_today, user.pk) == [user]
    time_machine.move_to("2026-03-04 12:00+01:00")
    assert prepared(joined_today, user.pk) == []


def readable(viewer):
    return Profession.objects.filter(code__in=viewer.profession_codes, pk__in=viewer.group_ids)


def test_a_reader_asks_with_their_own_tokens():
    nurse, doctor = (Profession.objects.get(slug=slug) for slug in ("infirmier", "medecin"))
    for mine in (nurse, doctor):
        tokens = frozenset({PUBLIC, PRO, f"pro:{mine.code}", f"group:{mine.pk}"})
        viewer = Viewer(user_id=mine.pk, tokens=tokens, profession_codes=(mine.code,))
        assert prepared(readable, viewer) == [mine]


def test_a_reader_is_put_together_as_they_were():
    tokens = frozenset({PUBLIC, PRO, "pro:60", "pro:10", "group:4", "group:5", "group:6"})
    viewer = Viewer(7, tokens, ("60", "10"), ("infirmier", "medecin"), ("bretagne",), ())
    shape, leaves = viewer.taken_apart()
    assert Viewer.put_together(shape, iter(leaves)) == viewer
    for nobody in (Viewer(), Viewer(tokens=frozenset())):
        shape, leaves = nobody.taken_apart()
        assert leaves == [] and Viewer.put_together(shape, iter(leaves)) == nobody


def test_relations_are_filled_as_django_would(django_assert_num_queries):
    users = [UserFactory(), UserFactory(), UserFactory()]
    roles = [Role.objects.create(name=name) for name in ("b", "a")]
    users[0].groups.set(roles)
    users[1].groups.set(roles[:1])
    prepared_related(users, "groups")
    with django_assert_num_queries(0):
        assert [{role.name for role in user.groups.all()} for user in users] == [{"a", "b"}, {"b"}, set()]
