"""Opening, replying, correcting, deleting, marking the answer."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from community import services
from community.access import permissions_for, proposed_themes
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    ThreadFactory,
    viewer_of,
)
from community.models import Group, Post, Thread
from community.requested_professions import answered_label, requested_professions
from search.models import OutboxRow
from taxonomy.models import Profession, Theme

pytestmark = pytest.mark.django_db

TITLE, BODY = "Une question assez longue", "<p>Le détail.</p>"


def create(user, group, **kwargs) -> Thread:
    arguments = {"title": TITLE, "body": BODY} | kwargs
    return services.thread_create(viewer=viewer_of(user), group=group, **arguments)


def reply(user, thread, **kwargs) -> Post:
    return services.post_create(viewer=viewer_of(user), thread=thread, **({"body": "<p>Avis</p>"} | kwargs))


def test_a_thread_opens_with_its_question(nurse):
    thread = create(nurse, GroupFactory())
    question = thread.posts.get()
    assert (question.position, question.text, question.profession.slug) == (1, "Le détail.", "infirmier")
    assert (thread.post_count, thread.answer_count, thread.slug) == (1, 0, "une-question-assez-longue")
    assert OutboxRow.objects.filter(kind="thread", object_pk=thread.pk).exists()


@pytest.mark.parametrize(
    ("visibility", "professions", "writers"),
    [
        ("open", [], {"nurse", "physician", "manager", "member"}),
        ("open", ["infirmier"], {"nurse", "manager", "member"}),
        ("private", [], {"manager", "member"}),
        ("secret", [], {"member"}),
    ],
)
def test_who_writes_in_a_group(nurse, physician, visibility, professions, writers):
    group = GroupFactory(visibility=visibility, professions=professions)
    thread = ThreadFactory(group=group)
    people = {
        "unverified": MemberFactory(),
        "nurse": nurse,
        "physician": physician,
        "manager": MemberFactory(manager=True),
        "member": MembershipFactory(group=group).user,
    }
    for name, user in people.items():
        if name in writers:
            create(user, group)
            reply(user, thread)
            continue
        with pytest.raises(PermissionDenied):
            create(user, group)
        with pytest.raises(PermissionDenied):
            reply(user, thread)


def test_who_may_open_a_thread_is_asked_in_its_transaction(nurse, monkeypatch):
    outside, inside = len(connection.savepoint_ids), []

    def asked(viewer, group):
        inside.append(len(connection.savepoint_ids) > outside)
        return permissions_for(viewer, group)

    monkeypatch.setattr("community.services.threads.permissions_for", asked)
    create(nurse, GroupFactory())
    assert inside == [True]


def test_the_same_form_sent_twice_makes_one_thread_and_one_post(nurse, physician):
    group = GroupFactory()
    first = create(nurse, group, idempotency_key="a" * 32)
    assert create(nurse, group, idempotency_key="a" * 32) == first
    assert reply(physician, first, idempotency_key="b" * 32) == reply(
        physician, first, idempotency_key="b" * 32
    )
    assert (Thread.objects.count(), Post.objects.count()) == (1, 2)


def test_a_key_of_another_form_is_refused_and_anothers_key_is_ones_own(nurse, physician):
    thread, other = ThreadFactory(), ThreadFactory()
    reply(nurse, thread, idempotency_key="c" * 32)
    with pytest.raises(ValidationError):
        reply(nurse, other, idempotency_key="c" * 32)
    with pytest.raises(ValidationError):
        create(nurse, other.group, idempotency_key="c" * 32)
    assert reply(physician, other, idempotency_key="c" * 32).thread == other


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "court"},
        {"title": "x" * 151},
        {"title": "\u200b" * 20},
        {"body": ""},
        {"body": "<p> </p>"},
        {"body": "x" * 20_001},
        {"body": "<p>" * 100_000},
        {"free_themes": ["x"]},
        {"free_themes": ["y" * 41]},
        {
            "free_themes": [
                "un thème",
                "deux thèmes",
                "trois thèmes",
                "quatre thèmes",
                "cinq thèmes",
                "six thèmes",
            ]
        },
    ],
)
def test_what_cannot_be_published_is_refused_with_a_sentence(nurse, wrong):
    with pytest.raises(ValidationError) as refused:
        create(nurse, GroupFactory(), **wrong)
    assert refused.value.messages
    assert not Thread.objects.exists()


def test_titles_without_latin_letters_have_an_address(nurse):
    thread = create(nurse, GroupFactory(), title="مرحبا بكم جميعا 👩‍⚕️")
    assert thread.get_absolute_url().endswith(f"/{thread.pk}-discussion/")


def test_titles_and_themes_are_what_one_sees(nurse):
    thread = create(
        nurse, GroupFactory(), title="Le \u202ebilan\u202c de\u200b sortie", free_themes=["Ré\u200bseau"]
    )
    assert thread.title == "Le bilan de sortie"
    assert [theme.name for theme in thread.tags.all()] == ["Réseau"]
    with pytest.raises(ValidationError):
        create(nurse, GroupFactory(), title="\u202e\u200b" * 10)


def test_an_opinion_is_asked_of_professions_that_will_read_it(nurse):
    pharmacist = Profession.objects.get(slug="pharmacien")
    with pytest.raises(ValidationError):
        create(nurse, GroupFactory(professions=["infirmier"]), asked=[pharmacist])
    thread = create(nurse, GroupFactory(), asked=[pharmacist])
    assert list(thread.requested_professions.all()) == [pharmacist]


def test_answers_of_the_asked_profession_are_counted_by_person(nurse):
    thread = ThreadFactory(asked=["pharmacien", "medecin"], author=nurse)
    both = MemberFactory(professions=["infirmier", "pharmacien"])
    for user in (both, both, MemberFactory(professions=["pharmacien"]), nurse):
        reply(user, thread)
    asked = requested_professions([thread])[thread.pk]
    assert {(one.short, one.count) for one in asked} == {("Pharmacien", 2), ("Médecin", 0)}
    assert answered_label(asked) == "répondu par 2 pharmaciens"
    reply(MemberFactory(professions=["medecin"]), thread)
    assert (
        answered_label(requested_professions([thread])[thread.pk]) == "répondu par 2 pharmaciens, 1 médecin"
    )


def test_a_typed_theme_is_the_known_one_or_waits_unlisted(nurse):
    curated = Theme.objects.get(slug="plaies-et-cicatrisation")
    thread = create(nurse, GroupFactory(), free_themes=["plaies et CICATRISATION", " Décharge du talon ", ""])
    proposed = Theme.objects.get(name="Décharge du talon")
    assert set(thread.tags.all()) == {curated, proposed}
    assert proposed not in Theme.objects.listed()
    again = create(nurse, GroupFactory(), free_themes=["decharge du talon"])
    assert list(again.tags.all()) == [proposed]


def test_a_secret_group_proposes_no_theme_to_the_managers():
    member = MembershipFactory(group__visibility="secret")
    with pytest.raises(ValidationError):
        create(member.user, member.group, free_themes=["Affaire interne"])
    assert not Theme.objects.filter(name="Affaire interne").exists()


def test_the_slug_of_a_theme_does_not_tell_that_others_proposed_it():
    members = [MembershipFactory(group__visibility="private") for _group in range(2)]
    for member in members:
        create(member.user, member.group, free_themes=["Télésoin à domicile"])
    slugs = Theme.objects.filter(name="Télésoin à domicile").values_list("slug", flat=True)
    assert len(set(slugs)) == 2
    assert all(re.fullmatch("telesoin-a-domicile-[0-9a-f]{6}", slug) for slug in slugs)


def test_a_theme_that_its_group_has_proposed_is_found_however_it_is_written():
    member = MembershipFactory(group__visibility="private")
    for name in ("Télésoin à domicile", "telesoin a domicile"):
        create(member.user, member.group, free_themes=[name])
    assert Theme.objects.filter(slug__startswith="telesoin").count() == 1


def test_replies_count_and_move_the_thread_up(nurse, physician):
    thread = create(nurse, GroupFactory())
    reply(nurse, thread)
    thread.refresh_from_db()
    assert (thread.post_count, thread.answer_count) == (2, 0)
    post = reply(physician, thread)
    thread.refresh_from_db()
    assert (thread.post_count, thread.answer_count, thread.last_activity_at) == (3, 1, post.created_at)
    assert [p.position for p in thread.posts.all()] == [1, 2, 3]


def test_a_locked_thread_takes_replies_of_moderators_only(nurse, manager):
    thread = ThreadFactory(locked=True)
    with pytest.raises(ValidationError):
        reply(nurse, thread)
    reply(manager, thread)


def test_authors_correct_their_own_posts_and_nobody_elses(nurse, physician, manager):
    post = reply(nurse, ThreadFactory())
    for user in (physician, manager):
        with pytest.raises(PermissionDenied):
            services.post_update(viewer=viewer_of(user), post=post, body="<p>Autre</p>")
        with pytest.raises(PermissionDenied):
            services.post_delete(viewer=viewer_of(user), post=post)
    edited = services.post_update(viewer=viewer_of(nurse), post=post, body="<p>Mieux</p>")
    assert (edited.text, edited.edited_at is not None) == ("Mieux", True)
    same = services.post_update(viewer=viewer_of(nurse), post=reply(nurse, post.thread), body="<p>Avis</p>")
    assert same.edited_at is None


def test_a_former_member_changes_nothing_any_more(nurse):
    membership = MembershipFactory(user=nurse, group__visibility="private")
    thread = create(nurse, membership.group)
    services.membership_leave(viewer=viewer_of(nurse), group=membership.group)
    with pytest.raises(PermissionDenied):
        services.post_update(viewer=viewer_of(nurse), post=thread.posts.get(), body="<p>Autre</p>")
    with pytest.raises(PermissionDenied):
        services.thread_update(viewer=viewer_of(nurse), thread=thread, title="Un autre titre")


def test_a_deleted_post_is_gone_with_its_place_as_the_answer(nurse, physician):
    thread = create(nurse, GroupFactory())
    post = reply(physician, thread)
    services.post_accept(viewer=viewer_of(nurse), post=post)
    services.post_delete(viewer=viewer_of(physician), post=post)
    thread.refresh_from_db()
    assert (thread.accepted_post, thread.answer_count) == (None, 0)
    assert reply(physician, thread).position == 3
    with pytest.raises(PermissionDenied):
        services.post_delete(viewer=viewer_of(physician), post=post)


def test_a_question_is_deleted_with_its_thread_while_nobody_replied(nurse, physician):
    thread = create(nurse, GroupFactory())
    services.post_delete(viewer=viewer_of(nurse), post=thread.posts.get())
    assert not Thread.objects.visible_to(viewer_of(nurse)).exists()
    answered = create(nurse, GroupFactory())
    reply(physician, answered)
    with pytest.raises(ValidationError):
        services.post_delete(viewer=viewer_of(nurse), post=answered.posts.get(position=1))


def test_the_author_or_a_moderator_marks_the_answer(nurse, physician, manager):
    thread = create(nurse, GroupFactory())
    post = reply(physician, thread)
    with pytest.raises(PermissionDenied):
        services.post_accept(viewer=viewer_of(physician), post=post)
    with pytest.raises(PermissionDenied):
        services.post_accept(viewer=viewer_of(nurse), post=thread.posts.get(position=1))
    assert services.post_accept(viewer=viewer_of(nurse), post=post).accepted_post == post
    assert services.post_unaccept(viewer=viewer_of(manager), thread=thread).accepted_post is None


def test_the_author_corrects_title_and_themes(nurse, physician):
    thread = create(nurse, GroupFactory())
    with pytest.raises(PermissionDenied):
        services.thread_update(viewer=viewer_of(physician), thread=thread, title="Un autre titre")
    changed = services.thread_update(viewer=viewer_of(nurse), thread=thread, title="Un autre titre")
    assert (changed.title, changed.slug) == ("Un autre titre", "un-autre-titre")


def test_a_post_of_another_thread_does_not_become_the_answer(nurse):
    thread = create(nurse, GroupFactory())
    stranger = PostFactory(position=2)
    with pytest.raises(PermissionDenied):
        services.post_accept(viewer=viewer_of(nurse), post=stranger)
    thread.refresh_from_db()
    assert thread.accepted_post is None


def test_a_theme_proposed_where_one_does_not_read_is_not_known(nurse, physician):
    closed = MembershipFactory(user=nurse, group__visibility="private").group
    first = create(nurse, closed, free_themes=["Protocole SECRET"])
    again = create(nurse, closed, title="Encore une question ?", free_themes=["protocole secret"])
    assert set(first.tags.all()) == set(again.tags.all())
    other = create(physician, GroupFactory(), free_themes=["protocole secret"])
    assert [theme.name for theme in other.tags.all()] == ["protocole secret"]
    assert not set(first.tags.all()) & set(other.tags.all())


def test_managers_see_the_themes_of_what_they_may_read(nurse, manager):
    group = MembershipFactory(user=nurse, group__visibility="private").group
    create(nurse, group, free_themes=["Protocole commun"])
    assert [theme.name for theme in proposed_themes(viewer_of(manager))] == ["Protocole commun"]
    Group.objects.update(visibility="secret")
    assert not proposed_themes(viewer_of(manager)).exists()
