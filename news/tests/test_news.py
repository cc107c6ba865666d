"""News: fields that answer for what is written, and how the page shows them."""

import json
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.text import summary
from home.blocks import BodyBlock, plain_text
from news.factories import NewsPageFactory
from news.models import NewsPage
from taxonomy.models import Profession

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

EVERYTHING = [
    ("heading", "Trois <situations>"),
    (
        "paragraph",
        '<p>Un <a href="https://source.example/">lien</a> et une <b>force</b>.</p><ul><li>un</li></ul>',
    ),
    ("quote", {"text": "On retire ce qui nuit.", "attribution": "Une infirmière"}),
    ("callout", {"title": "Avant tout geste", "text": "<p>Palper les pouls.</p>", "tone": "warning"}),
    (
        "table",
        {
            "data": [["Plaie", "Délai"], ["Escarre", "<b>7</b> jours"]],
            "first_row_is_table_header": True,
            "first_col_is_header": False,
            "table_caption": "Délais",
        },
    ),
    (
        "video",
        {"title": "Le geste", "url": "https://video.example/1", "duration": "4 min", "has_subtitles": True},
    ),
]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"reviewed_on": timezone.localdate() + timedelta(days=2), "reviewer_name": "A. B."}, "reviewed_on"),
        ({"reviewed_on": timezone.localdate()}, "reviewer_name"),
        ({"source_url": "https://source.example/"}, "source_name"),
        ({"source_url": "javascript:alert(1)", "source_name": "Source"}, "source_url"),
        ({"standfirst": ""}, "standfirst"),
    ],
)
def test_what_is_inconsistent_is_refused_and_the_field_is_named(fields, wrong):
    with pytest.raises(ValidationError) as refusal:
        NewsPageFactory(**fields)
    assert wrong in refusal.value.message_dict


def test_every_kind_of_block_is_shown(client):
    page = client.get(NewsPageFactory(body=EVERYTHING).url).content.decode()
    assert "<h2>Trois &lt;situations&gt;</h2>" in page
    assert '<a href="https://source.example/">lien</a>' in page
    assert "<footer>Une infirmière</footer>" in page
    assert '<th scope="col">Plaie</th>' in page
    assert "<td>&lt;b&gt;7&lt;/b&gt; jours</td>" in page
    assert "<caption>Délais</caption>" in page
    assert 'href="https://video.example/1"' in page
    assert "<iframe" not in page
    assert " style=" not in page


def test_search_reads_the_text_and_only_the_text():
    text = plain_text(BodyBlock().to_python([{"type": kind, "value": value} for kind, value in EVERYTHING]))
    assert "Trois <situations>" in text
    assert "Un lien et une force.\n• un" in text
    assert "Palper les pouls." in text
    assert "Escarre" in text
    for absent in ("warning", "https://", "<a", "4 min"):
        assert absent not in text


@pytest.mark.parametrize(("length", "expected"), [(100, "Un texte, court."), (12, "Un texte…"), (5, "Un…")])
def test_a_summary_ends_between_words(length, expected):
    assert summary("Un texte, court.", length) == expected


def test_a_summary_of_nothing_is_empty():
    assert summary("") == ""


def test_a_summary_of_one_endless_word_is_cut():
    assert len(summary("x" * 1000, 50)) == 51


def test_the_label_says_who_answers_for_the_text(client):
    pharmacist = Profession.objects.get(slug="pharmacien")
    page = NewsPageFactory(
        source_name="Cercle des plaies",
        source_url="https://source.example/",
        author_name="Maëlle K.",
        reviewer_name="Antoine B.",
        reviewer_profession=pharmacist,
        reviewed_on=timezone.localdate() - timedelta(days=3),
        interests="Aucun lien déclaré.",
    )
    shown = client.get(page.url).content.decode()
    for expected in ("Cercle des plaies", "Maëlle K.", "Antoine B., pharmacien", "Aucun lien déclaré."):
        assert expected in shown
    assert not page.review_is_stale


def test_an_old_review_is_said_to_be_old():
    reviewed = timezone.localdate() - timedelta(days=366)
    assert NewsPageFactory(reviewer_name="A. B.", reviewed_on=reviewed).review_is_stale


def test_structured_data_is_a_news_article(client):
    page = NewsPageFactory(
        author_name="Maëlle K.", author_profession=Profession.objects.get(slug="infirmier")
    )
    text = client.get(page.url).content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == page.title
    assert data["author"] == {"@type": "Person", "name": "Maëlle K.", "jobTitle": "Infirmier"}
    assert "editor" not in data
    assert data["url"].endswith(page.url)


def test_the_date_is_the_editor_s_or_the_moment_of_publication():
    earlier = timezone.now() - timedelta(days=40)
    assert NewsPageFactory(published_at=earlier).date == earlier
    assert (timezone.now() - NewsPageFactory().date).total_seconds() < 60


def test_a_draft_has_no_date_until_it_is_published():
    page = NewsPageFactory(live=False)
    assert page.published_at is None
    page.save_revision().publish()
    assert NewsPage.objects.get(pk=page.pk).published_at is not None
