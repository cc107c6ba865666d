"""The audience line counts the people whom the access rule lets read."""

import pytest
from django.utils import translation

from community.audience import audience, readers
from community.factories import GroupFactory, MemberFactory, MembershipFactory, verify, viewer_of
from community.permissions import content_tokens
from members.access import MANAGER
from members.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("visibility", ["open", "private", "secret"])
@pytest.mark.parametrize("professions", [[], ["infirmier"], ["infirmier", "medecin"]])
def test_readers_are_those_whose_tokens_open_the_group(visibility, professions):
    parent = GroupFactory(visibility=visibility, professions=professions)
    groups = [
        parent,
        GroupFactory(visibility=visibility, professions=professions, parent=parent),
        GroupFactory(visibility="secret", professions=professions, parent=parent),
    ]
    people = [
        MemberFactory(),
        MemberFactory(professions=["infirmier"]),
        MemberFactory(professions=["medecin", "pharmacien"]),
        MemberFactory(professions=["pharmacien"]),
        MemberFactory(professions=["infirmier"], is_active=False),
        MemberFactory(manager=True),
    ]
    for user in people:
        for group in groups[:2]:
            MembershipFactory(group=group, user=user)
    MembershipFactory(group=groups[1], user=MemberFactory(professions=["infirmier"]))
    verify(people[2], "medecin", "revoked")
    for group in groups:
        expected = {
            user
            for user in User.objects.all()
            if (content_tokens(group) - {MANAGER}) & viewer_of(user).tokens
        }
        assert set(readers(group)) == expected


def test_the_line_says_who_and_that_patients_never_read():
    MemberFactory.create_batch(2, professions=["pharmacien"])
    with translation.override("en"):
        sentence = audience(GroupFactory(professions=["pharmacien"])).sentence
        assert sentence.startswith("Visible to 2 verified pharmaciens")
        assert sentence.endswith("Never by patients or search engines.")
        secret = MembershipFactory(group__visibility="secret").group
        assert audience(secret).sentence.startswith("Visible to 1 verified member of the group.")
