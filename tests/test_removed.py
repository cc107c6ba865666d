"""Who was removed from an open group reads on, and changes nothing until its leaders let them in again."""

import contextlib
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community import services
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    ThreadFactory,
    make_manager,
    viewer_of,
)
from community.models import Group, Invitation, Membership, Post, Report, Thread

pytestmark = pytest.mark.django_db

BODY, REASON = "<p>Un texte assez long</p>", "Hors sujet."


class Place:
    """An open group with an open subgroup, what somebody wrote there, and that somebody, who was removed."""

    def __init__(self) -> None:
        self.group, self.elsewhere = GroupFactory(), GroupFactory()
        self.subgroup = GroupFactory(parent=self.group)
        self.boss = viewer_of(MembershipFactory(group=self.group, role="leader").user)
        self.membership = MembershipFactory(group=self.group)
        self.user = self.membership.user
        MembershipFactory(group=self.elsewhere, user=self.user, role="leader")
        self.thread = ThreadFactory(group=self.group, author=self.user)
        self.own = PostFactory(thread=self.thread, author=self.user, position=2)
        self.answer = PostFactory(thread=self.thread, position=3)
        self.away = ThreadFactory(group=self.elsewhere, author=self.user)
        self.other = MembershipFactory(group=self.group, state="requested")
        services.membership_remove(viewer=self.boss, membership=self.membership)

    def acts(self) -> dict[str, Callable[[], object]]:
        viewer, thread, own, group = viewer_of(self.user), self.thread, self.own, self.group
        mine = Membership.objects.filter(group=group, user=self.user).first() or self.membership
        here = {"viewer": viewer, "group": group}
        return {
            "join": lambda: services.membership_join(**here),
            "request": lambda: services.membership_request(**here),
            "leave": lambda: services.membership_leave(**here),
            "accept": lambda: services.membership_accept(viewer=viewer, membership=mine),
            "decline": lambda: services.membership_decline(viewer=viewer, membership=mine),
            "join below": lambda: services.membership_join(viewer=viewer, group=self.subgroup),
            "approve oneself": lambda: services.membership_approve(viewer=viewer, membership=mine),
            "lead": lambda: services.membership_set_role(viewer=viewer, membership=mine, role="leader"),
            "open": lambda: services.thread_create(**here, title="Une autre question", body=BODY),
            "open below": lambda: services.thread_create(
                viewer=viewer, group=self.subgroup, title="Une autre question", body=BODY
            ),
            "retitle": lambda: services.thread_update(viewer=viewer, thread=thread, title="Un autre titre"),
            "reply": lambda: services.post_create(viewer=viewer, thread=thread, body=BODY),
            "edit": lambda: services.post_update(viewer=viewer, post=own, body=BODY),
            "delete": lambda: services.post_delete(viewer=viewer, post=own),
            "answer": lambda: services.post_accept(viewer=viewer, post=self.answer),
            "no answer": lambda: services.post_unaccept(viewer=viewer, thread=thread),
            "pin": lambda: services.thread_pin(viewer=viewer, thread=thread, pinned=True),
            "lock": lambda: services.thread_lock(viewer=viewer, thread=thread, locked=True),
            "hide": lambda: services.thread_hide(viewer=viewer, thread=thread, reason=REASON),
            "show": lambda: services.thread_restore(viewer=viewer, thread=thread),
            "hide a post": lambda: services.post_hide(viewer=viewer, post=self.answer, reason=REASON),
            "show a post": lambda: services.post_restore(viewer=viewer, post=self.answer),
            "move away": lambda: services.thread_move(viewer=viewer, thread=thread, group=self.elsewhere),
            "move here": lambda: services.thread_move(viewer=viewer, thread=self.away, group=group),
            "present": lambda: services.group_update(**here, name="Un autre nom"),
            "found a subgroup": lambda: services.group_create(
                viewer=viewer, name="Sous-groupe", parent=group
            ),
            "invite": lambda: services.invitation_create(**here, email="x@exemple.test"),
            "let in": lambda: services.membership_approve(viewer=viewer, membership=self.other),
            "remove": lambda: services.membership_remove(viewer=viewer, membership=self.other),
        }

    def state(self) -> tuple:
        """All that is written in the two groups, and who is in."""
        groups = (self.group.pk, self.subgroup.pk)
        posts = Post.objects.filter(thread__group__in=groups).order_by("pk")
        threads = Thread.objects.filter(group__in=groups).order_by("pk")
        facts = ("pk", "title", "pinned", "locked", "hidden_at", "deleted_at", "accepted_post_id", "group_id")
        return (
            list(threads.values_list(*facts)),
            list(posts.values_list("pk", "body", "hidden_at", "deleted_at")),
            list(Group.objects.order_by("pk").values_list("pk", "name", "visibility")),
            list(Membership.objects.members().filter(group__in=groups).values_list("user_id", "role")),
            Invitation.objects.count(),
        )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_sequence_of_acts_writes_or_opens_the_door(db, data):
    place = Place()
    before = place.state()
    for name in data.draw(st.lists(st.sampled_from(sorted(place.acts())), min_size=1, max_size=8)):
        with contextlib.suppress(PermissionDenied, ValidationError):
            place.acts()[name]()
        assert place.state() == before, name


def test_each_act_alone_is_refused_or_changes_nothing():
    place = Place()
    before = place.state()
    for name, act in place.acts().items():
        with contextlib.suppress(PermissionDenied, ValidationError):
            act()
        assert place.state() == before, name


def test_they_read_and_report_and_are_let_in_again_by_the_leaders():
    place = Place()
    viewer = viewer_of(place.user)
    assert Thread.objects.visible_to(viewer).filter(pk=place.thread.pk).exists()
    services.report_create(viewer=viewer, post=place.answer, reason="abuse", statement="Un manque de respect")
    assert Report.objects.count() == 1
    services.membership_request(viewer=viewer, group=place.group)
    mine = Membership.objects.get(group=place.group, user=place.user)
    services.membership_approve(viewer=place.boss, membership=mine)
    for act in ("reply", "edit", "open", "open below", "answer"):
        place.acts()[act]()


def test_a_manager_who_was_removed_from_a_group_still_manages_it():
    place = Place()
    make_manager(place.user)
    place.acts()["pin"]()


def test_a_leader_who_was_removed_and_is_verified_no_longer_does_nothing():
    place = Place()
    place.user.verifications.all().delete()
    before = place.state()
    for act in place.acts().values():
        with pytest.raises((PermissionDenied, ValidationError)):
            act()
    assert place.state() == before and MemberFactory()
