"""Hiding, moving, reports, and themes that members typed."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from community import services
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    ReportFactory,
    ThreadFactory,
    viewer_of,
)
from community.models import Post, Report, Thread
from members.models import Profile
from search.models import OutboxRow
from taxonomy.models import Theme

pytestmark = pytest.mark.django_db


def commands(viewer, thread: Thread, post: Post) -> list:
    """Everything that only moderators do."""
    return [
        lambda: services.thread_pin(viewer=viewer, thread=thread, pinned=True),
        lambda: services.thread_lock(viewer=viewer, thread=thread, locked=True),
        lambda: services.thread_move(viewer=viewer, thread=thread, group=GroupFactory(parent=thread.group)),
        lambda: services.post_hide(viewer=viewer, post=post, reason="Patient"),
        lambda: services.post_restore(viewer=viewer, post=post),
        lambda: services.thread_hide(viewer=viewer, thread=thread, reason="Publicité"),
        lambda: services.thread_restore(viewer=viewer, thread=thread),
    ]


@pytest.mark.parametrize("visibility", ["open", "private", "secret"])
def test_who_moderates(visibility):
    thread = ThreadFactory(group__visibility=visibility, replies=1)
    post = thread.posts.get(position=2)
    people = {
        "leader": MembershipFactory(group=thread.group, role="leader").user,
        "manager": MemberFactory(manager=True),
        "member": MembershipFactory(group=thread.group).user,
        "author": thread.author,
        "unverified": MemberFactory(),
    }
    moderators = {"leader"} if visibility == "secret" else {"leader", "manager"}
    for name, user in people.items():
        for number in range(7):
            if name == "leader" and number == 2:
                continue  # moves between two groups that one moderates: below
            run = commands(viewer_of(user), thread, post)[number]
            if name in moderators:
                run()
                Thread.objects.filter(pk=thread.pk).update(group=thread.group)
            else:
                with pytest.raises(PermissionDenied):
                    run()


def test_hiding_takes_a_reason_and_the_author_reads_it(manager, mails):
    thread = ThreadFactory(replies=2)
    post = thread.posts.get(position=2)
    services.post_accept(viewer=viewer_of(thread.author), post=post)
    with pytest.raises(ValidationError):
        services.post_hide(viewer=viewer_of(manager), post=post, reason=" ")
    OutboxRow.objects.all().delete()
    mails()
    services.post_hide(viewer=viewer_of(manager), post=post, reason="On reconnaît le patient.")
    [message] = mails()
    thread.refresh_from_db()
    assert (thread.answer_count, thread.accepted_post) == (1, None)
    assert OutboxRow.objects.filter(object_pk=thread.pk).exists()
    assert message.to == [post.author.email]
    assert "On reconnaît le patient." in message.body
    assert thread.title not in message.body + message.subject
    assert post.text not in message.body


def test_hiding_a_thread_tells_its_author_why_in_their_language_and_where(manager, client_of, mails):
    thread = ThreadFactory(replies=1)
    Profile.objects.update_or_create(user=thread.author, defaults={"language": "en"})
    services.thread_hide(viewer=viewer_of(manager), thread=thread, reason="Publicité déguisée.")
    [message] = mails()
    assert (message.to, message.subject) == ([thread.author.email], "Your discussion was hidden.")
    assert "Publicité déguisée." in message.body
    assert message.alternatives[0].mimetype == "text/html"
    assert thread.title not in message.body and thread.slug not in message.body
    address = re.search(r"https?://[^/]+(/compte/notifications/\d+/)", message.body)[1]
    page = client_of(thread.author).get(address, follow=True)
    assert thread.title in page.content.decode() and "Publicité déguisée." in page.content.decode()
    services.thread_restore(viewer=viewer_of(manager), thread=thread)
    assert mails()[0].subject == "Your discussion can be read again."


def test_hiding_the_question_hides_the_thread_and_showing_it_brings_both_back(manager):
    thread = ThreadFactory(replies=1)
    question = thread.posts.get(position=1)
    viewer = viewer_of(manager)
    services.post_hide(viewer=viewer, post=question, reason="Publicité")
    assert not Thread.objects.visible_to(viewer).exists()
    services.post_restore(viewer=viewer, post=question)
    assert Thread.objects.visible_to(viewer).get().post_count == 2


def test_a_thread_hidden_by_its_question_comes_back_with_it(manager):
    thread = ThreadFactory(replies=1)
    viewer = viewer_of(manager)
    services.post_hide(viewer=viewer, post=thread.posts.get(position=1), reason="Publicité")
    services.thread_restore(viewer=viewer, thread=thread)
    assert Post.objects.visible_to(viewer).count() == 2


@pytest.mark.parametrize(
    ("source", "target", "allowed"),
    [
        ({}, {}, True),
        ({}, {"professions": ["infirmier"]}, True),
        ({}, {"visibility": "private"}, True),
        ({"professions": ["infirmier"]}, {}, False),
        ({"professions": ["infirmier"]}, {"professions": ["infirmier", "medecin"]}, False),
        ({"professions": ["infirmier", "medecin"]}, {"professions": ["medecin"]}, True),
        ({"visibility": "private"}, {}, False),
        ({"visibility": "private"}, {"visibility": "private"}, False),
    ],
)
def test_a_thread_never_moves_to_where_more_people_would_read_it(manager, source, target, allowed):
    thread = ThreadFactory(group=GroupFactory(**source))
    group = GroupFactory(**target)
    if not allowed:
        with pytest.raises(ValidationError):
            services.thread_move(viewer=viewer_of(manager), thread=thread, group=group)
    else:
        assert services.thread_move(viewer=viewer_of(manager), thread=thread, group=group).group == group


def test_a_private_thread_moves_into_a_subgroup_and_managers_move_nothing_into_secret(manager):
    thread = ThreadFactory(group__visibility="private")
    subgroup = GroupFactory(visibility="private", parent=thread.group)
    services.thread_move(viewer=viewer_of(manager), thread=thread, group=subgroup)
    with pytest.raises(PermissionDenied):
        services.thread_move(
            viewer=viewer_of(manager), thread=ThreadFactory(), group=GroupFactory(visibility="secret")
        )


def test_a_reader_reports_what_they_read_and_nobody_reports_the_rest(nurse):
    post = PostFactory()
    report = services.report_create(
        viewer=viewer_of(nurse), post=post, reason="patient", statement="On la reconnaît."
    )
    assert (report.excerpt, report.state) == (post.text, Report.State.OPEN)
    again = services.report_create(viewer=viewer_of(nurse), post=post, reason="other", statement="Autre.")
    assert (again.pk, again.reason) == (report.pk, "other")
    closed = PostFactory(thread__group__visibility="private")
    for user in (nurse, MemberFactory()):
        with pytest.raises(PermissionDenied):
            services.report_create(viewer=viewer_of(user), post=closed, reason="other", statement="x")


@pytest.mark.parametrize("wrong", [{"reason": "rien"}, {"statement": " \u200b"}, {"statement": "x" * 2001}])
def test_a_report_says_what_is_wrong(nurse, wrong):
    arguments = {"reason": "patient", "statement": "Oui."} | wrong
    with pytest.raises(ValidationError):
        services.report_create(viewer=viewer_of(nurse), post=PostFactory(), **arguments)


def test_a_decision_goes_to_both_sides_and_settles_every_report(nurse, manager, mails):
    report = ReportFactory()
    other = ReportFactory(post=report.post)
    with pytest.raises(PermissionDenied):
        services.report_decide(viewer=viewer_of(nurse), report=report, hide=True, decision="Oui")
    services.report_decide(viewer=viewer_of(manager), report=report, hide=True, decision="Identifiable.")
    other.refresh_from_db()
    report.post.refresh_from_db()
    assert (other.state, report.post.hidden_reason) == (Report.State.HIDDEN, "Identifiable.")
    recipients = {address for message in mails() for address in message.to}
    assert recipients == {report.post.author.email, report.reporter.email, other.reporter.email}
    with pytest.raises(PermissionDenied):
        services.report_decide(viewer=viewer_of(manager), report=report, hide=False, decision="Encore")


def test_a_manager_hides_a_reported_post_of_a_secret_group_without_reading_the_group(manager):
    post = PostFactory(thread__group__visibility="secret", position=2)
    report = ReportFactory(post=post)
    viewer = viewer_of(manager)
    assert not Post.objects.openable_by(viewer).exists()
    services.report_decide(viewer=viewer, report=report, hide=True, decision="Identifiable.")
    post.refresh_from_db()
    assert post.is_hidden
    assert not Post.objects.openable_by(viewer).exists()


def test_managers_keep_rename_merge_and_remove_proposed_themes(nurse, manager):
    first, second = ThreadFactory(), ThreadFactory()
    proposed = [Theme.objects.create(name=name) for name in ("Escarres", "Talon", "Blague")]
    curated = Theme.objects.get(slug="plaies-et-cicatrisation")
    first.tags.set(proposed)
    second.tags.set([proposed[1], curated])
    viewer = viewer_of(manager)
    with pytest.raises(PermissionDenied):
        services.theme_keep(viewer=viewer_of(nurse), theme=proposed[0])
    assert services.theme_keep(viewer=viewer, theme=proposed[0], name="Escarre").name == "Escarre"
    with pytest.raises(ValidationError):
        services.theme_keep(viewer=viewer, theme=proposed[1], name="escarre")
    OutboxRow.objects.all().delete()
    services.theme_merge(viewer=viewer, theme=proposed[1], into=curated)
    assert {row.object_pk for row in OutboxRow.objects.all()} == {first.pk, second.pk}
    services.theme_drop(viewer=viewer, theme=proposed[2])
    assert {theme.name for theme in first.tags.all()} == {"Escarre", curated.name}
    assert list(second.tags.all()) == [curated]
    with pytest.raises(PermissionDenied):
        services.theme_drop(viewer=viewer, theme=curated)
