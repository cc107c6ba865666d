"""Who reads what: the token rule and the queryset rule are the same rule."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community import permissions
from community.access import permissions_for
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    ThreadFactory,
    make_manager,
    verify,
    viewer_of,
)
from community.models import Group, Membership, Post, Report, Thread
from community.search_index import ThreadSource
from members.access import MANAGER, PRO, PUBLIC, VISITOR, Viewer, group_token, profession_token
from members.models import Verification

pytestmark = pytest.mark.django_db

OPEN, PRIVATE, SECRET = "open", "private", "secret"
NURSE, PHYSICIAN = "infirmier", "medecin"


def people() -> dict[str, Viewer]:
    return {
        "visitor": VISITOR,
        "unverified": viewer_of(MemberFactory()),
        "nurse": viewer_of(MemberFactory(professions=[NURSE])),
        "physician": viewer_of(MemberFactory(professions=[PHYSICIAN])),
        "manager": viewer_of(MemberFactory(manager=True)),
    }


# visibility, professions → who reads the threads, who sees the name (members of the group aside)
RULES = [
    (OPEN, [], {"nurse", "physician", "manager"}, {"nurse", "physician", "manager"}),
    (OPEN, [NURSE], {"nurse", "manager"}, {"nurse", "manager"}),
    (PRIVATE, [], {"manager"}, {"nurse", "physician", "manager"}),
    (PRIVATE, [NURSE], {"manager"}, {"nurse", "manager"}),
    (SECRET, [], set(), set()),
    (SECRET, [NURSE], set(), set()),
]


@pytest.mark.parametrize(("visibility", "professions", "readers", "seers"), RULES)
def test_who_reads_and_who_sees_a_group(visibility, professions, readers, seers):
    group = GroupFactory(visibility=visibility, professions=professions)
    thread = ThreadFactory(group=group)
    for name, viewer in people().items():
        assert Group.objects.readable_by(viewer).exists() is (name in readers), name
        assert Group.objects.visible_to(viewer).exists() is (name in seers), name
        assert Thread.objects.visible_to(viewer).filter(pk=thread.pk).exists() is (name in readers), name
        assert Post.objects.visible_to(viewer).exists() is (name in readers), name
        assert bool(permissions.content_tokens(group) & viewer.tokens) is (name in readers), name
        assert bool(permissions.name_tokens(group) & viewer.tokens) is (name in seers), name


@pytest.mark.parametrize("visibility", [OPEN, PRIVATE, SECRET])
def test_a_member_reads_until_no_longer_member_or_verified_or_active(visibility):
    membership = MembershipFactory(group__visibility=visibility)
    user, group = membership.user, membership.group

    def reads() -> bool:
        return Group.objects.readable_by(viewer_of(user)).filter(pk=group.pk).exists()

    assert reads()
    for state in (Membership.State.REQUESTED, Membership.State.INVITED, Membership.State.REMOVED):
        membership.state = state
        membership.save()
        assert reads() is (visibility == OPEN)
    membership.state = Membership.State.MEMBER
    membership.save()
    verification = verify(user, NURSE, Verification.State.REVOKED)
    assert not reads()
    verification.state = Verification.State.VERIFIED
    verification.save()
    user.is_active = False
    user.save()
    assert not reads()


def test_a_membership_counts_only_in_a_profession_of_the_group():
    group = GroupFactory(visibility=PRIVATE, professions=[NURSE])
    user = MemberFactory(professions=[NURSE, PHYSICIAN])
    MembershipFactory(group=group, user=user)
    assert group_token(group.pk) in viewer_of(user).tokens
    verify(user, NURSE, Verification.State.REVOKED)
    assert viewer_of(user).is_verified
    assert group_token(group.pk) not in viewer_of(user).tokens


def test_membership_of_a_subgroup_needs_that_of_its_parent_unless_the_parent_is_open():
    parent = GroupFactory(visibility=PRIVATE)
    subgroup = GroupFactory(visibility=PRIVATE, parent=parent)
    user = MemberFactory(professions=[NURSE])
    MembershipFactory(group=subgroup, user=user)
    assert viewer_of(user).group_ids == frozenset()
    MembershipFactory(group=parent, user=user)
    assert viewer_of(user).group_ids == {parent.pk, subgroup.pk}


def test_an_unknown_visibility_opens_nothing():
    group = GroupFactory(visibility="else")
    everything = Viewer(1, frozenset({PUBLIC, PRO, MANAGER, group_token(group.pk), profession_token("60")}))
    assert permissions.content_tokens(group) == permissions.name_tokens(group) == frozenset()
    assert not Group.objects.visible_to(everything).exists()
    assert not Group.objects.readable_by(everything).exists()


def test_what_is_hidden_or_deleted_is_found_by_nobody(django_assert_max_num_queries):
    thread = ThreadFactory(replies=2)
    hidden, deleted = thread.posts.filter(position__gt=1)
    Post.objects.filter(pk=hidden.pk).update(hidden_at=hidden.created_at, hidden_reason="Un patient")
    Post.objects.filter(pk=deleted.pk).update(deleted_at=deleted.created_at)
    author = viewer_of(hidden.author)
    manager = viewer_of(MemberFactory(manager=True))
    other = viewer_of(MemberFactory(professions=[NURSE]))
    for viewer in (author, manager, other):
        assert set(Post.objects.visible_to(viewer)) == {thread.posts.get(position=1)}
    assert hidden in Post.objects.openable_by(author)
    assert hidden in Post.objects.openable_by(manager)
    assert hidden not in Post.objects.openable_by(other)
    assert deleted not in Post.objects.openable_by(viewer_of(deleted.author))


def test_a_hidden_thread_opens_for_its_author_and_moderators_only():
    thread = ThreadFactory(group__visibility=PRIVATE)
    leader = MembershipFactory(group=thread.group, role="leader").user
    member = MembershipFactory(group=thread.group).user
    MembershipFactory(group=thread.group, user=thread.author)
    Thread.objects.filter(pk=thread.pk).update(hidden_at=thread.created_at, hidden_reason="Publicité")
    manager = MemberFactory(manager=True)
    for user, opens in ((thread.author, True), (leader, True), (manager, True), (member, False)):
        viewer = viewer_of(user)
        assert Thread.objects.openable_by(viewer).exists() is opens
        assert not Thread.objects.visible_to(viewer).exists()


def test_a_manager_moderates_what_is_open_or_private_but_not_what_is_secret():
    manager = viewer_of(make_manager(MemberFactory(professions=[NURSE])))
    for visibility, moderates in ((OPEN, True), (PRIVATE, True), (SECRET, False)):
        perms = permissions_for(manager, GroupFactory(visibility=visibility))
        assert (perms.can_moderate, perms.can_see, perms.can_read) == (moderates, moderates, moderates)


def test_a_leader_who_lost_verification_leads_no_more():
    membership = MembershipFactory(role="leader", group__visibility=PRIVATE)
    assert permissions_for(viewer_of(membership.user), membership.group).is_leader
    verify(membership.user, NURSE, Verification.State.REVOKED)
    assert not permissions_for(viewer_of(membership.user), membership.group).is_leader


def test_reports_are_the_managers_business():
    assert Report.objects.visible_to(VISITOR).query.is_empty()
    assert not Report.objects.visible_to(viewer_of(MemberFactory(manager=True))).query.is_empty()


@pytest.mark.parametrize("visibility", [OPEN, PRIVATE, SECRET])
@pytest.mark.parametrize("gone", ["", "hidden_at", "deleted_at"])
def test_one_thread_or_post_in_hand_opens_as_the_querysets_say(visibility, gone):
    group = GroupFactory(visibility=visibility)
    thread = ThreadFactory(group=group, replies=1)
    viewers = [
        *people().values(),
        *(
            viewer_of(MembershipFactory(group=group, user=user, role=role).user)
            for user, role in ((thread.author, "member"), (MemberFactory(professions=[NURSE]), "leader"))
        ),
        viewer_of(MembershipFactory(group=group, user=thread.posts.get(position=2).author).user),
    ]
    for model in (Thread, Post):
        rows = model.objects.filter(pk=thread.pk) if model is Thread else thread.posts.filter(position=2)
        rows.update(**({gone: thread.created_at} if gone else {}))
        for viewer in viewers:
            perms = permissions_for(viewer, group)
            thread = Thread.objects.get(pk=thread.pk)
            post = thread.posts.get(position=2)
            assert permissions.opens_thread(thread, perms) is Thread.objects.openable_by(viewer).exists()
            assert (
                permissions.opens_post(post, perms)
                is Post.objects.openable_by(viewer).filter(pk=post.pk).exists()
            )


CODES = ["60", "10", "21"]
SLUGS = {"60": "infirmier", "10": "medecin", "21": "pharmacien"}
group_plans = st.lists(
    st.tuples(st.sampled_from([OPEN, PRIVATE, SECRET]), st.sets(st.sampled_from(CODES), max_size=2)),
    min_size=1,
    max_size=5,
)
base_tokens = st.sets(st.sampled_from([PRO, MANAGER, *(profession_token(code) for code in CODES)]))


@given(
    plans=group_plans, base=base_tokens, joined=st.sets(st.integers(0, 4)), gone=st.sets(st.integers(0, 4))
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_visible_to_equals_tokens_whatever_the_groups_and_the_viewer(plans, base, joined, gone):
    Thread.objects.all().delete()
    Group.objects.all().delete()
    groups, threads = [], []
    for number, (visibility, codes) in enumerate(plans):
        group = GroupFactory(visibility=visibility, professions=[SLUGS[code] for code in codes])
        thread = Thread.objects.create(group=group, title="Titre de la question")
        post = Post.objects.create(thread=thread, position=1, body="<p>x</p>", text="x")
        if number in gone:
            Thread.objects.filter(pk=thread.pk).update(hidden_at=post.created_at)
            thread.refresh_from_db()
        groups.append(group)
        threads.append(thread)
    held = {group_token(groups[n].pk) for n in joined if n < len(groups)}
    viewer = Viewer(user_id=None, tokens=frozenset({PUBLIC, *base, *held}))

    seen = {group for group in groups if permissions.name_tokens(group) & viewer.tokens}
    readable = {group for group in groups if permissions.content_tokens(group) & viewer.tokens}
    expected = {thread for thread in threads if thread.group in readable and not thread.is_hidden}
    # A viewer made by hand asks the rule each time, that of a request only once.
    for reader in (viewer, replace(viewer, memo={})):
        assert set(Group.objects.visible_to(reader)) == seen
        assert set(Group.objects.readable_by(reader)) == readable
        assert ThreadSource().runtime_access_tokens(reader) == {group_token(group.pk) for group in readable}
        assert set(Thread.objects.visible_to(reader)) == expected
        assert {post.thread for post in Post.objects.visible_to(reader)} == expected


def test_a_post_is_as_readable_as_its_thread():
    post = PostFactory(thread__group__visibility=PRIVATE)
    member = MembershipFactory(group=post.thread.group).user
    assert post in Post.objects.visible_to(viewer_of(member))
    assert not Post.objects.visible_to(viewer_of(MemberFactory(professions=[NURSE]))).exists()
