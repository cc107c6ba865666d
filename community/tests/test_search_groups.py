"""Groups in the search: found by those who may know that they exist."""

import pytest

from community.factories import GroupFactory, MemberFactory, MembershipFactory, viewer_of
from community.permissions import name_tokens
from community.search_groups import GroupSource
from community.services import group_update
from members.access import VISITOR
from search.models import OutboxRow
from taxonomy.models import Profession

pytestmark = pytest.mark.django_db

source = GroupSource()


def document(group):
    return next(source.documents([group.pk]), None)


def waiting(group) -> bool:
    return bool(OutboxRow.objects.filter(kind="group", object_pk=group.pk).delete()[0])


def test_a_document_holds_what_the_group_says_of_itself():
    group = GroupFactory(
        name="Plaies complexes",
        description="Escarres et ulcères.",
        rules="<p>Aucune <b>photo</b> de visage.</p>",
        professions=["infirmier"],
    )
    found = document(group)
    assert (found.title, found.facets) == ("Plaies complexes", {"profession": ("infirmier",)})
    assert "Infirmiers" in found.keywords
    assert found.body.startswith("Escarres et ulcères.")
    assert "photo" in found.body
    assert "<" not in found.body


@pytest.mark.parametrize("visibility", ["open", "private", "secret"])
def test_the_index_opens_to_those_to_whom_the_database_shows(visibility, manager):
    group = GroupFactory(visibility=visibility, professions=["infirmier"])
    inside = MembershipFactory(group=group).user
    viewers = [
        VISITOR,
        viewer_of(MemberFactory()),
        viewer_of(MemberFactory(professions=["medecin"])),
        viewer_of(MemberFactory(professions=["infirmier"])),
        viewer_of(manager),
        viewer_of(inside),
    ]
    assert document(group).access == name_tokens(group)
    for viewer in viewers:
        assert bool(document(group).access & viewer.tokens) == (
            group.pk in source.visible([group.pk], viewer)
        )
    assert group.pk in source.visible([group.pk], viewer_of(inside))


def test_a_row_says_what_kind_of_group_it_is_and_for_whom(nurse):
    group = GroupFactory(visibility="private", professions=["infirmier"])
    row = source.visible([group.pk], viewer_of(nurse))[group.pk]
    assert (row.title, row.url, row.summary) == (group.name, group.get_absolute_url(), group.description)
    assert list(row.meta_items) == ["Groupe privé", "Infirmiers"]


def test_any_number_of_groups_takes_a_bounded_number_of_queries(nurse, django_assert_max_num_queries):
    pks = [GroupFactory(professions=["infirmier"]).pk for _number in range(12)]
    with django_assert_max_num_queries(3):
        assert len(list(source.documents(pks))) == 12
    viewer = viewer_of(nurse)
    with django_assert_max_num_queries(3):
        assert len(source.visible(pks, viewer)) == 12


def test_what_changes_a_group_reaches_the_index(manager):
    group = GroupFactory(name="Nuits en EHPAD")
    assert waiting(group)
    group_update(viewer=viewer_of(manager), group=group, name="Nuits", visibility="private")
    assert waiting(group)
    group.professions.set(Profession.objects.filter(slug="infirmier"))
    assert waiting(group)
    Profession.objects.get(slug="infirmier").save()
    assert waiting(group)
    pk = group.pk
    group.delete()
    assert OutboxRow.objects.filter(kind="group", object_pk=pk).exists()


def test_only_professionals_know_of_the_kind(nurse, manager):
    assert source.offered_to(viewer_of(nurse))
    assert source.offered_to(viewer_of(manager))
    assert not source.offered_to(VISITOR)
    assert not source.offered_to(viewer_of(MemberFactory()))
