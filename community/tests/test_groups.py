"""Creating and changing groups: a subgroup is never more visible than its parent."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from community import services
from community.factories import GroupFactory, MemberFactory, MembershipFactory, ThreadFactory, viewer_of
from community.models import Group, Membership
from search.models import OutboxRow
from taxonomy.models import Profession

pytestmark = pytest.mark.django_db


def profession(slug: str) -> Profession:
    return Profession.objects.get(slug=slug)


def create(user, **kwargs) -> Group:
    return services.group_create(viewer=viewer_of(user), **({"name": "Plaies"} | kwargs))


def test_managers_create_groups_and_nobody_else(nurse, manager):
    group = create(manager, professions=[profession("infirmier")], rules="<p>Respect</p><script>x</script>")
    assert group.rules == "<p>Respect</p>"
    for user in (nurse, MemberFactory()):
        with pytest.raises(PermissionDenied):
            create(user)


def test_a_name_that_looks_like_another_by_unseen_signs_is_that_other(manager):
    create(manager)
    with pytest.raises(ValidationError) as refused:
        create(manager, name="\u2067Pla\u200dies\u2069")
    assert "name" in refused.value.error_dict


def test_leaders_create_subgroups_of_their_group():
    leader = MembershipFactory(group__visibility="secret", role="leader")
    subgroup = create(leader.user, parent=leader.group, visibility="secret", leaders=[leader.user])
    assert subgroup.parent == leader.group
    with pytest.raises(PermissionDenied):
        create(leader.user)


@pytest.mark.parametrize(
    ("parent", "child", "fits"),
    [
        ("open", "open", True),
        ("open", "private", True),
        ("open", "secret", True),
        ("private", "open", False),
        ("private", "private", True),
        ("private", "secret", True),
    ],
)
def test_a_subgroup_is_as_visible_as_its_parent_or_less(manager, parent, child, fits):
    top = GroupFactory(visibility=parent)
    MembershipFactory(group=top, user=manager)
    if fits:
        assert create(manager, parent=top, visibility=child, leaders=[manager]).parent == top
    else:
        with pytest.raises(ValidationError) as refused:
            create(manager, parent=top, visibility=child, leaders=[manager])
        assert "visibility" in refused.value.error_dict


def test_there_are_two_levels(manager):
    subgroup = GroupFactory(parent=GroupFactory())
    with pytest.raises(ValidationError):
        create(manager, parent=subgroup)


def test_a_subgroup_is_for_professions_of_its_parent(manager):
    parent = GroupFactory(professions=["infirmier", "medecin"])
    inherits = create(manager, parent=parent)
    assert set(inherits.professions.all()) == set(parent.professions.all())
    with pytest.raises(ValidationError):
        create(manager, parent=parent, professions=[profession("pharmacien")])


def test_a_secret_group_has_a_leader_from_the_start(manager, nurse):
    with pytest.raises(ValidationError):
        create(manager, visibility="secret")
    group = create(manager, visibility="secret", leaders=[nurse])
    assert not Group.objects.visible_to(viewer_of(manager)).filter(pk=group.pk).exists()
    assert Group.objects.readable_by(viewer_of(nurse)).filter(pk=group.pk).exists()


@pytest.mark.parametrize("hidden", ["", "private", "secret"])
def test_the_address_of_a_group_does_not_tell_of_another_of_that_name(manager, nurse, hidden):
    if hidden:
        created = create(manager, name="Plaies", visibility="open", leaders=[nurse])
        Group.objects.filter(pk=created.pk).update(visibility=hidden, slug="plaies")
    slug = create(MemberFactory(manager=True), name="Plaies").slug
    assert re.fullmatch(r"plaies-[0-9a-f]{4}", slug)
    assert create(manager, name="Discussions").slug != "discussions"


def test_the_address_of_a_secret_group_is_not_its_name(manager, nurse):
    group = create(manager, name="Plaies", visibility="secret", leaders=[nurse])
    assert "plaies" not in group.slug


def test_the_creator_of_a_group_does_not_learn_its_new_secret_name(manager, nurse):
    group = create(manager, name="Plaies", visibility="secret", leaders=[nurse])
    Group.objects.filter(pk=group.pk).update(name="Escarres", created_at=timezone.now() - timedelta(hours=1))
    create(manager, name="Escarres")


def test_a_parent_that_changes_does_not_tell_of_its_secret_subgroup(manager):
    parent = GroupFactory(professions=["infirmier", "medecin"])
    secret = GroupFactory(parent=parent, visibility="secret", professions=["medecin"])
    both = GroupFactory(parent=parent, visibility="secret", professions=["infirmier", "medecin"])
    nurses = [profession("infirmier")]
    services.group_update(
        viewer=viewer_of(manager), group=parent, name=parent.name, professions=nurses, visibility="open"
    )
    assert [list(group.professions.all()) for group in (parent, secret, both)] == [nurses] * 3


def test_a_form_sent_twice_makes_one_group(manager):
    create(manager, name="Plaies")
    with pytest.raises(ValidationError):
        create(manager, name="plaies ")
    assert Group.objects.count() == 1


def test_leaders_change_the_presentation_only():
    leader = MembershipFactory(role="leader", group__visibility="private")
    viewer = viewer_of(leader.user)
    group = services.group_update(viewer=viewer, group=leader.group, name="Autre nom", rules="<p>Un</p>")
    assert (group.name, group.slug, group.rules) == ("Autre nom", leader.group.slug, "<p>Un</p>")
    with pytest.raises(PermissionDenied):
        services.group_update(viewer=viewer, group=group, name="Autre nom", visibility="open")


def test_managers_do_not_touch_a_secret_group(manager):
    group = GroupFactory(visibility="secret")
    with pytest.raises(PermissionDenied):
        services.group_update(viewer=viewer_of(manager), group=group, name="Trouvé", visibility="open")


def test_opening_a_group_that_has_threads_is_said_on_purpose(manager):
    group = ThreadFactory(group__visibility="private").group
    viewer = viewer_of(manager)
    with pytest.raises(ValidationError) as refused:
        services.group_update(viewer=viewer, group=group, name=group.name, visibility="open")
    assert "widen" in refused.value.error_dict
    services.group_update(viewer=viewer, group=group, name=group.name, visibility="open", widen=True)
    group.refresh_from_db()
    assert group.is_open


def test_adding_a_profession_to_a_group_is_widening_too(manager):
    group = ThreadFactory(group__professions=["infirmier"]).group
    viewer = viewer_of(manager)
    for professions in ([], [profession("infirmier"), profession("medecin")]):
        with pytest.raises(ValidationError):
            services.group_update(viewer=viewer, group=group, name=group.name, professions=professions)
    services.group_update(
        viewer=viewer,
        group=group,
        name=group.name,
        professions=[profession("infirmier")],
        visibility="private",
    )


def test_a_parent_is_not_closed_over_a_more_visible_subgroup(manager):
    parent = GroupFactory()
    subgroup = GroupFactory(parent=parent)
    viewer = viewer_of(manager)
    with pytest.raises(ValidationError):
        services.group_update(viewer=viewer, group=parent, name=parent.name, visibility="private")
    with pytest.raises(ValidationError):
        services.group_update(
            viewer=viewer, group=parent, name=parent.name, professions=[profession("infirmier")]
        )
    services.group_update(viewer=viewer, group=subgroup, name=subgroup.name, visibility="private")
    outsider = MembershipFactory(group=subgroup)
    services.group_update(viewer=viewer, group=parent, name=parent.name, visibility="private")
    assert not Membership.objects.filter(pk=outsider.pk).exists()


def test_threads_are_indexed_again_when_their_group_is_renamed_or_for_others(manager):
    thread = ThreadFactory()
    other = ThreadFactory(group=thread.group)
    for change in ({"name": "Un autre nom"}, {"professions": [profession("infirmier")]}):
        OutboxRow.objects.all().delete()
        services.group_update(
            viewer=viewer_of(manager), group=thread.group, **({"name": "Un autre nom"} | change)
        )
        noted = OutboxRow.objects.filter(kind="thread").values_list("object_pk", flat=True)
        assert set(noted) == {thread.pk, other.pk}, change


@pytest.mark.parametrize("name", ["", "ab", "x" * 81, "\x00\x00\x00", "🙂🙂🙂"])
def test_a_group_has_a_name_that_makes_an_address(manager, name):
    with pytest.raises(ValidationError):
        create(manager, name=name)
