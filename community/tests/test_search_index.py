"""Threads as search documents, and the database's last word on results."""

import pytest

from community import search_index
from community.factories import GroupFactory, MemberFactory, PostFactory, ThreadFactory, viewer_of
from community.models import Post, Thread
from community.search_index import ThreadSource
from members.access import VISITOR, group_token
from search.models import OutboxRow
from taxonomy.models import Theme

pytestmark = pytest.mark.django_db

source = ThreadSource()


def document(thread: Thread):
    return next(iter(source.documents([thread.pk])), None)


def test_a_document_holds_the_words_and_the_tokens_of_its_thread():
    thread = ThreadFactory(
        group__professions=["infirmier"], asked=["pharmacien"], replies=1, text="Le talon."
    )
    curated = Theme.objects.get(slug="plaies-et-cicatrisation")
    thread.tags.set([curated, Theme.objects.create(name="Botte à air")])
    found = document(thread)
    reply = thread.posts.get(position=2)
    assert found.body == f"Le talon.\n\n{reply.text}"
    assert found.access == {group_token(thread.group_id)}
    assert found.date == thread.last_activity_at
    assert found.facets == {
        "profession": ("infirmier", "pharmacien"),
        "theme": (curated.slug,),
        "group": (thread.group.slug,),
        "replies": ("avec",),
        "asked": ("pharmacien",),
        "answered_by": (),
    }
    for word in ("Pharmaciens", "escarre", "Botte à air", thread.group.name):
        assert word in found.keywords


def test_hidden_and_deleted_posts_and_threads_are_not_in_the_index():
    thread = ThreadFactory(replies=2, text="La question.")
    Post.objects.filter(thread=thread, position=2).update(hidden_at=thread.created_at)
    Post.objects.filter(thread=thread, position=3).update(deleted_at=thread.created_at)
    assert document(thread).body == "La question."
    for field in ("hidden_at", "deleted_at"):
        Thread.objects.filter(pk=thread.pk).update(**{field: thread.created_at})
        assert document(thread) is None
        Thread.objects.filter(pk=thread.pk).update(**{field: None})


def test_the_text_is_bounded(monkeypatch):
    monkeypatch.setattr(search_index, "BODY_MAX", 1_000)
    thread = ThreadFactory()
    PostFactory(thread=thread, text="mot " * 5000, body="<p>mot</p>")
    assert len(document(thread).body) == 1_000


def test_parts_are_the_posts_that_the_viewer_may_read_now(django_assert_num_queries):
    thread = ThreadFactory(replies=3, text="La question.")
    hidden = thread.posts.get(position=3)
    Post.objects.filter(pk=hidden.pk).update(hidden_at=thread.created_at)
    viewer = viewer_of(MemberFactory(professions=["infirmier"]))
    with django_assert_num_queries(1):
        parts = list(source.parts([thread.pk], viewer))
    shown = thread.posts.exclude(pk=hidden.pk).values_list("pk", "text")
    assert [(part.pk, part.text) for part in parts] == list(shown)
    assert [part.apart for part in parts] == [False, True, True]
    assert source.part_url(parts[1].pk) == thread.posts.get(position=2).get_absolute_url()
    assert list(source.parts([thread.pk], VISITOR)) == []


def test_any_number_of_documents_and_rows_takes_a_bounded_number_of_queries(django_assert_max_num_queries):
    pks = [ThreadFactory(replies=2, asked=["medecin"]).pk for _number in range(12)]
    viewer = viewer_of(MemberFactory(professions=["infirmier"]))
    with django_assert_max_num_queries(6):
        assert len(list(source.documents(pks))) == 12
    with django_assert_max_num_queries(2):
        assert len(source.visible(pks, viewer)) == 12


def test_rows_are_those_that_the_viewer_may_read_now():
    thread = ThreadFactory(asked=["pharmacien"], group=GroupFactory(professions=["infirmier"]), replies=1)
    nurse = viewer_of(MemberFactory(professions=["infirmier"]))
    row = source.visible([thread.pk], nurse)[thread.pk]
    assert (row.title, row.url, row.facts[0]) == (thread.title, thread.get_absolute_url(), thread.group.name)
    assert "pharmacien" in row.signal
    for viewer in (VISITOR, viewer_of(MemberFactory()), viewer_of(MemberFactory(professions=["medecin"]))):
        assert source.visible([thread.pk], viewer) == {}


def test_only_professionals_know_of_the_kind():
    assert source.offered_to(viewer_of(MemberFactory(professions=["medecin"])))
    assert source.offered_to(viewer_of(MemberFactory(manager=True)))
    assert not source.offered_to(VISITOR)
    assert not source.offered_to(viewer_of(MemberFactory()))


def test_a_renamed_or_listed_theme_sends_its_threads_to_the_index():
    thread, theme = ThreadFactory(), Theme.objects.create(name="Talon")
    thread.tags.set([theme])
    OutboxRow.objects.all().delete()
    theme.status = Theme.Status.CURATED
    theme.save()
    assert OutboxRow.objects.filter(kind="thread", object_pk=thread.pk).exists()
