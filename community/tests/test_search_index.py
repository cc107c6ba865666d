"""Threads as search documents, and the database's last word on results."""

import pytest

from community import search_index
from community.factories import GroupFactory, MemberFactory, PostFactory, ThreadFactory, viewer_of
from community.models import Post, Thread
from community.search_index import ThreadSource
from members.access import VISITOR, group_token
from search.models import OutboxRow
from search.query.passages import patterns_of
from search.query.plan import build_plan
from search.query.text import parse_text
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
        "awaiting": ("pharmacien",),
        "answered_by": (),
    }
    for word in ("Pharmaciens", "escarre", "Botte à air", thread.group.name):
        assert word in found.keywords


def test_a_document_does_not_depend_on_the_order_in_which_themes_were_given():
    thread, themes = ThreadFactory(), list(Theme.objects.all()[:4])
    thread.tags.set(themes)
    before = document(thread)
    thread.tags.clear()
    thread.tags.add(*reversed(themes))
    assert document(thread) == before


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


def looked_for(text: str):
    return patterns_of(build_plan(parse_text(text)))


def test_parts_are_the_posts_that_say_most_and_that_the_viewer_may_read_now(django_assert_num_queries):
    thread = ThreadFactory(text="Un talon ?")
    texts = [
        "Le talon, l’attelle.",
        "Rien.",
        "L’attelle du talon.",
        "Talons et attelles",
        "L’attelle, le talon.",
    ]
    posts = [PostFactory(thread=thread, text=text, body=f"<p>{text}</p>") for text in texts]
    Post.objects.filter(pk=posts[0].pk).update(hidden_at=thread.created_at)
    viewer = viewer_of(MemberFactory(professions=["infirmier"]))
    with django_assert_num_queries(2):
        passages = list(source.passages([thread.pk], viewer, looked_for("attelle talon")))
    assert [passage.text for passage in passages] == texts[2:]
    assert all(passage.has_own_url for passage in passages)
    assert source.passage_url(passages[0].pk) == posts[2].get_absolute_url()
    (question, *_others) = source.passages([thread.pk], viewer, looked_for("talon"))
    assert (question.text, question.has_own_url) == ("Un talon ?", False)
    assert list(source.passages([thread.pk], VISITOR, looked_for("talon"))) == []
    assert list(source.passages([thread.pk], viewer, looked_for("scaphoïde"))) == []


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("kinesitherapeutes", "Le kinésithérapeute passe."),
        ("oedeme", "Un ŒDÈME du pied."),
        ("voyants", "Elle voyait mal."),
        ("mastiquer", "La mastication est lente."),
        ("yeux", "Un œil rouge."),
        ("médecine", "Avis de la medecine du travail."),
        ("HTA", "Une hypertension artérielle."),
        ("AS", "Nous sommes deux AS."),
        ("500mg", "Puis 500 mg le soir."),
        ('"peau à peau"', "En peau à peau."),
        ("l’hôpital", "Vers l'hopital."),
    ],
)
def test_parts_are_found_however_they_are_written(typed, text):
    thread = ThreadFactory(text="Une question.", replies=1)
    PostFactory(thread=thread, text=text, body=f"<p>{text}</p>")
    viewer = viewer_of(MemberFactory(professions=["infirmier"]))
    assert [passage.text for passage in source.passages([thread.pk], viewer, looked_for(typed))] == [text]


def test_any_number_of_documents_and_rows_takes_a_bounded_number_of_queries(django_assert_max_num_queries):
    pks = [ThreadFactory(replies=2, asked=["medecin"]).pk for _number in range(12)]
    viewer = viewer_of(MemberFactory(professions=["infirmier"]))
    with django_assert_max_num_queries(6):
        assert len(list(source.documents(pks))) == 12
    with django_assert_max_num_queries(4):
        assert len(source.visible(pks, viewer)) == 12


def test_rows_are_those_that_the_viewer_may_read_now():
    thread = ThreadFactory(asked=["pharmacien"], group=GroupFactory(professions=["infirmier"]), replies=1)
    nurse = viewer_of(MemberFactory(professions=["infirmier"]))
    row = source.visible([thread.pk], nurse)[thread.pk]
    assert (row.title, row.url, row.meta_items[0]) == (
        thread.title,
        thread.get_absolute_url(),
        thread.group.name,
    )
    assert "pharmacien" in row.highlight_badge
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
