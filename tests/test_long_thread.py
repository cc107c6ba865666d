"""A thread of two thousand posts in the search: one result, its passage, and what that costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.factories import MemberFactory, ThreadFactory
from community.models import Post
from search.query.passages import MAX_PASSAGES
from search.results import results

from .test_listing import rows, total

pytestmark = pytest.mark.django_db

POSTS = 2_000
FOUND = 300
COMMON = "Chez nous la tournée du matin commence tôt, et chacun note ce qui a changé depuis la veille."


@pytest.fixture
def reader(client_of):
    return client_of(MemberFactory(professions=["infirmier"]))


@pytest.fixture
def long_thread(site, index):
    thread = ThreadFactory(title="La tournée", text="Comment faites-vous ?", replies=1)
    model = thread.posts.get(position=2)
    texts = {FOUND: "Un scaphoïde fracturé, attelle en attendant l’avis."}
    Post.objects.bulk_create(
        Post(
            thread=thread,
            author=model.author,
            profession=model.profession,
            position=position,
            text=(text := texts.get(position, COMMON)),
            body=f"<p>{text}</p>",
        )
        for position in range(3, POSTS + 1)
    )
    index()
    return thread


def test_a_hit_in_the_three_hundredth_post_is_one_result_that_leads_to_it(long_thread, reader):
    response = reader.get("/recherche/?q=scaphoides&profession=toutes")

    html = response.content.decode()
    assert total(response) == 1
    assert rows(response) == [("thread", str(long_thread.pk))]
    assert "Un <mark>scaphoïde</mark> fracturé" in html
    assert f'href="{long_thread.posts.get(position=FOUND).get_absolute_url()}"' in html
    assert "dans une réponse" in html


def test_a_page_reads_a_few_posts_of_a_thread_however_long_it_is(long_thread, reader, monkeypatch):
    read = []
    monkeypatch.setattr(results, "best_extract", lambda text, marks: read.append(text) or (1, text))
    with CaptureQueriesContext(connection) as asked:
        reader.get("/recherche/?q=matin&profession=toutes&type=thread")
    assert 0 < len(read) <= MAX_PASSAGES
    assert sum("REGEXP" in query["sql"] or "~*" in query["sql"] for query in asked) == 1
