"""What is shown of hits: the database's text, the passage, why it is there."""

import pytest

from community.factories import MemberFactory, PostFactory, ThreadFactory, viewer_of
from community.models import Post
from news.factories import NewsPageFactory
from search.engines.base import Hit, SearchResponse
from search.query.text import parse_text
from search.results.results import Result, results

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return viewer_of(MemberFactory(professions=["infirmier"]))


def result(viewer, kind: str, pk: int, typed: str, keywords: str = "", corrected: str = "") -> Result:
    response = SearchResponse([Hit(kind, pk, 1.0, keywords)], 1, corrected=corrected)
    return results(response, parse_text(typed), viewer)[(kind, pk)]


def test_titles_and_passages_are_the_databases_and_escaped(site, viewer):
    page = NewsPageFactory(title="<b>Tension</b> & cœur", standfirst="<i>Tension</i> : mesurer.")
    found = result(viewer, "news", page.pk, "tension")
    assert found.title == "&lt;b&gt;<mark>Tension</mark>&lt;/b&gt; &amp; cœur"
    assert found.extract.startswith("&lt;i&gt;<mark>Tension</mark>&lt;/i&gt; : mesurer.")
    assert (found.url, found.reasons) == (page.url, [])


def test_a_passage_in_a_late_reply_is_shown_and_linked(viewer):
    thread = ThreadFactory(text="Une question.", replies=2)
    reply = PostFactory(thread=thread, text="Chez nous, une botte à air suffit.", body="<p>…</p>")
    found = result(viewer, "thread", thread.pk, "bottes à air")
    assert "<mark>botte</mark> à <mark>air</mark>" in found.extract
    assert found.url == reply.get_absolute_url()
    assert found.reasons == ["dans une réponse"]


def test_the_question_keeps_the_address_of_the_thread(viewer):
    thread = ThreadFactory(text="Une botte à air ?", replies=1)
    PostFactory(thread=thread, text="Une botte à air, oui.", body="<p>…</p>")
    found = result(viewer, "thread", thread.pk, "botte")
    assert (found.url, found.reasons) == (thread.get_absolute_url(), [])


@pytest.mark.parametrize("field", ["hidden_at", "deleted_at"])
def test_a_post_that_was_taken_away_is_not_quoted_whatever_the_index_says(viewer, field):
    thread = ThreadFactory(text="Une question.")
    reply = PostFactory(thread=thread, text="Une botte à air.", body="<p>…</p>")
    Post.objects.filter(pk=reply.pk).update(**{field: thread.created_at})
    found = result(viewer, "thread", thread.pk, "botte")
    assert "botte" not in found.extract
    assert found.url == thread.get_absolute_url()


def test_what_the_viewer_may_not_read_is_no_result():
    thread = ThreadFactory()
    response = SearchResponse([Hit("thread", thread.pk, 1.0)], 1)
    assert results(response, parse_text("question"), viewer_of(MemberFactory())) == {}


@pytest.mark.parametrize(
    ("typed", "title", "keywords", "said"),
    [
        ("kiné", "Poste en cabinet", "Masseur-kinésithérapeute", "kiné = masseur-kinésithérapeute"),
        ("doliprane", "Le paracétamol chez l’enfant", "", "doliprane = paracetamol"),
        ("HTA", "Dépister l’hypertension artérielle", "", "HTA = hypertension artérielle"),
        ("aide-soignante", "Une AS de nuit", "", "aide soignante = AS"),
    ],
)
def test_what_stands_for_the_typed_word_is_said(site, viewer, typed, title, keywords, said):
    page = NewsPageFactory(title=title, standfirst="Rien.")
    assert result(viewer, "news", page.pk, typed, keywords).reasons == [said]


@pytest.mark.parametrize("typed", ["enfants", "PARACETAMOL enfant", '"chez l’enfant"', "-rien"])
def test_what_is_obvious_is_not_said(site, viewer, typed):
    page = NewsPageFactory(title="Le paracétamol chez l’enfant", standfirst="Rien.")
    assert result(viewer, "news", page.pk, typed, "Infirmier").reasons == []


def test_a_correction_is_what_is_marked(site, viewer):
    page = NewsPageFactory(title="Le paracétamol chez l’enfant", standfirst="Rien.")
    found = result(viewer, "news", page.pk, "paracetmol", corrected="paracétamol")
    assert "<mark>paracétamol</mark>" in found.title
