"""Who is told of what happens in the community, and never of what they may not read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community import services
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    ThreadFactory,
    viewer_of,
)
from community.models import Membership, Thread
from community.notifications.reminders import remind_to_accept
from notifications.models import Channel, Event, Notification, Preference, Subscription
from notifications.reading import entries_of, notifications_of, unread_count
from notifications.services import subscription_set
from notifications.telling import purge, tell_waiting

pytestmark = pytest.mark.django_db

Level = Subscription.Level
BODY = "<p>Un avis, en toutes lettres.</p>"


def reply(user, thread, body: str = BODY):
    return services.post_create(viewer=viewer_of(user), thread=thread, body=body)


def follow(user, target: str, thing, level: str = Level.FOLLOWED) -> None:
    subscription_set(viewer=viewer_of(user), target=target, target_id=thing.pk, level=level)


def sentences(user) -> list[str]:
    viewer = viewer_of(user)
    rows = notifications_of(viewer).select_related("event__actor").order_by("pk")
    return [entry.sentence for entry in entries_of(viewer, rows)]


def test_who_asked_is_told_of_the_first_reply_and_follows_the_others(nurse, physician, told):
    thread = services.thread_create(
        viewer=viewer_of(nurse), group=GroupFactory(), title="Une question à tous", body=BODY
    )
    other = MemberFactory(professions=["pharmacien"], first_name="Anne", last_name="Lemoine")
    reply(other, thread)
    assert told() == {(nurse.email, "first_reply")}
    assert sentences(nurse) == ["Anne L. a répondu à votre question « Une question à tous »"]
    reply(physician, thread)
    assert told() == {(nurse.email, "first_reply"), (nurse.email, "reply"), (other.email, "reply")}


def test_writing_follows_a_thread_unless_one_chose_otherwise(nurse, physician, told):
    thread = ThreadFactory()
    follow(nurse, "thread", thread, Level.MUTED)
    reply(nurse, thread)
    reply(physician, thread)
    assert told() == {(thread.author.email, "first_reply")}


@pytest.mark.parametrize(
    ("thread_level", "group_level", "theme_level", "is_told"),
    [
        (None, "followed", None, True),
        (None, "first", None, False),
        (None, None, "followed", True),
        (None, "muted", "followed", False),
        ("followed", "muted", None, True),
        ("normal", "followed", None, False),
        ("muted", "followed", "followed", False),
        (None, None, None, False),
    ],
)
def test_the_choice_for_the_thread_decides_then_those_around_it(
    nurse, physician, told, thread_level, group_level, theme_level, is_told
):
    from taxonomy.models import Theme

    thread = ThreadFactory()
    theme = Theme.objects.get(slug="douleur")
    thread.tags.add(theme)
    chosen = [("thread", thread, thread_level), ("group", thread.group, group_level)]
    for target, thing, level in [*chosen, ("theme", theme, theme_level)]:
        if level:
            follow(nurse, target, thing, level)
    reply(physician, thread)
    assert ((nurse.email, "reply") in told()) == is_told


def test_followers_of_a_group_are_told_of_new_threads(nurse, physician, told):
    group, muted = GroupFactory(), MemberFactory(professions=["medecin"])
    first = MemberFactory(professions=["pharmacien"])
    for user, level in ((nurse, "followed"), (first, "first"), (muted, "muted")):
        follow(user, "group", group, level)
    services.thread_create(viewer=viewer_of(physician), group=group, title="Une question", body=BODY)
    assert told() == {(nurse.email, "new_thread"), (first.email, "new_thread")}


def test_a_question_reaches_those_of_the_asked_profession_who_want_it_so_many_times_a_day(
    nurse, physician, told, settings
):
    from taxonomy.models import Profession

    settings.NOTIFICATION_QUESTIONS_A_DAY = 2
    group = GroupFactory()
    asked = [Profession.objects.get(slug="pharmacien")]
    wants, silent, outside = (MemberFactory(professions=["pharmacien"]) for _ in range(3))
    for user in (wants, silent, nurse):
        MembershipFactory(group=group, user=user)
    for user in (wants, outside, nurse):
        Preference.objects.create(user=user, kind="asked", channel=Channel.AT_ONCE)
    for number in range(3):
        services.thread_create(
            viewer=viewer_of(physician), group=group, title=f"Question {number} au pharmacien", body=BODY,
            asked=asked,
        )  # fmt: skip
        assert told() == {(wants.email, "asked")}
    assert Notification.objects.count() == 2


def test_joining_tells_leaders_then_who_asked(nurse, told):
    leader = MembershipFactory(role="leader", group__visibility="private")
    asked = services.membership_request(viewer=viewer_of(nurse), group=leader.group)
    services.membership_request(viewer=viewer_of(nurse), group=leader.group)
    assert told() == {(leader.user.email, "join_request")}
    assert unread_count(viewer_of(leader.user)) == 1
    services.membership_approve(viewer=viewer_of(leader.user), membership=asked)
    assert (nurse.email, "request_accepted") in told()
    assert unread_count(viewer_of(leader.user)) == 0  # nothing waits any more
    assert sentences(nurse) == [f"Vous êtes membre du groupe « {leader.group.name} »"]


def test_a_refusal_is_told_and_a_request_without_leader_goes_to_the_managers(nurse, manager, told):
    group = GroupFactory(visibility="private")
    asked = services.membership_request(viewer=viewer_of(nurse), group=group)
    assert told() == {(manager.email, "join_request")}
    services.membership_refuse(viewer=viewer_of(manager), membership=asked)
    assert (nurse.email, "request_refused") in told()


def test_an_invitation_to_a_secret_group_is_told_to_who_is_invited_until_it_ends(nurse, told):
    leader = MembershipFactory(role="leader", group__visibility="secret")
    invited = services.membership_invite(viewer=viewer_of(leader.user), group=leader.group, user=nurse)
    assert told() == {(nurse.email, "invitation")}
    assert leader.group.name in sentences(nurse)[0]
    services.membership_refuse(viewer=viewer_of(leader.user), membership=invited)
    assert (sentences(nurse), unread_count(viewer_of(nurse))) == ([], 0)


def test_an_accepted_answer_is_told_while_it_is_one(told):
    thread = ThreadFactory(replies=1)
    post = thread.posts.get(position=2)
    services.post_accept(viewer=viewer_of(thread.author), post=post)
    assert told() == {(post.author.email, "accepted")}
    services.post_unaccept(viewer=viewer_of(thread.author), thread=thread)
    assert unread_count(viewer_of(post.author)) == 0


def test_a_move_is_told_to_all_who_wrote_and_names_nothing_to_whom_it_leaves_behind(manager, told):
    thread = ThreadFactory(replies=2)
    stays, leaves = (thread.posts.get(position=position).author for position in (2, 3))
    group = GroupFactory(visibility="private")
    MembershipFactory(group=group, user=stays)
    services.thread_move(viewer=viewer_of(manager), thread=thread, group=group)
    assert {email for email, kind in told() if kind == "moved"} == {
        user.email for user in (thread.author, stays, leaves)
    }
    assert manager.email not in {email for email, _kind in told()}
    assert thread.title in sentences(stays)[0]
    assert sentences(leaves) == [
        "Une discussion où vous avez écrit a été déplacée dans un groupe que vous ne lisez pas."
    ]


def test_hiding_tells_the_author_why_even_where_they_read_no_longer(nurse, manager, told):
    membership = MembershipFactory(group__visibility="private", user=nurse)
    thread = ThreadFactory(group=membership.group, author=nurse)
    Membership.objects.filter(pk=membership.pk).delete()
    services.thread_hide(viewer=viewer_of(manager), thread=thread, reason="On reconnaît le patient.")
    assert told() == {(nurse.email, "hidden")}
    viewer = viewer_of(nurse)
    [entry] = entries_of(viewer, notifications_of(viewer).select_related("event__actor"))
    assert (entry.told.reason, entry.told.title) == ("On reconnaît le patient.", "")
    services.thread_restore(viewer=viewer_of(manager), thread=thread)
    told()
    assert unread_count(viewer_of(nurse)) == 0  # it is not hidden any more, and shown where they do not read


def test_reports_wait_for_managers_and_decisions_go_to_both_sides(nurse, manager, told):
    thread = ThreadFactory(replies=1)
    post = thread.posts.get(position=2)
    report = services.report_create(viewer=viewer_of(nurse), post=post, reason="patient", statement="Un nom.")
    assert told() == {(manager.email, "report_waits")}
    services.report_decide(viewer=viewer_of(manager), report=report, hide=True, decision="Identifiable.")
    assert told() >= {(nurse.email, "report_decided"), (post.author.email, "hidden")}
    assert unread_count(viewer_of(manager)) == 0


def test_nobody_is_told_of_their_own_deeds_or_twice_of_one(physician, told):
    thread = ThreadFactory()
    follow(physician, "group", thread.group)
    follow(physician, "thread", thread)
    reply(physician, thread)
    reply(thread.author, thread)
    told()
    assert Notification.objects.filter(recipient=physician).count() == 1


def test_what_is_hidden_or_closed_before_the_worker_comes_is_not_told(nurse, manager, physician, told):
    hidden, closed = ThreadFactory(), ThreadFactory()
    for thread in (hidden, closed):
        follow(nurse, "thread", thread)
    services.post_hide(viewer=viewer_of(manager), post=reply(physician, hidden), reason="Hors sujet.")
    reply(physician, closed)
    type(closed.group).objects.filter(pk=closed.group_id).update(visibility="secret")
    assert not {kind for email, kind in told() if email == nurse.email}


def test_an_event_is_told_once_however_often_the_worker_is_killed(nurse, physician, monkeypatch):
    thread = ThreadFactory()
    follow(nurse, "thread", thread)
    reply(physician, thread)
    saved = Event.save

    def killed(self, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Event, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        tell_waiting()
    assert not Notification.objects.exists()
    monkeypatch.setattr(Event, "save", saved)
    tell_waiting()
    tell_waiting()
    assert Notification.objects.filter(recipient=nurse).count() == 1


def test_who_asked_is_reminded_once_to_choose_an_answer(told):
    thread, answered, _fresh = (ThreadFactory(replies=1) for _ in range(3))
    Thread.objects.filter(pk__in=[thread.pk, answered.pk]).update(
        last_activity_at=timezone.now() - timedelta(days=4)
    )
    Thread.objects.filter(pk=answered.pk).update(accepted_post=answered.posts.get(position=2))
    for _ in range(2):
        remind_to_accept()
    assert told() == {(thread.author.email, "please_accept")}
    assert Notification.objects.count() == 1


def test_what_is_old_is_forgotten(told, settings):
    services.post_create(
        viewer=viewer_of(MemberFactory(professions=["medecin"])), thread=ThreadFactory(), body=BODY
    )
    told()
    purge()
    assert Notification.objects.count() == 1
    settings.NOTIFICATION_DAYS = -1
    purge()
    assert not Notification.objects.exists() and not Event.objects.exists()
