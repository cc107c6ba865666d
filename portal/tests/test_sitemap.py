"""What search engines are told: public and current pages, nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.factories import JobPageFactory
from news.factories import NewsPageFactory
from trainings.factories import TrainingPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def test_the_sitemap_lists_public_current_pages(client, client_of, make_user):
    listed = [NewsPageFactory(), JobPageFactory(), TrainingPageFactory()]
    hidden = [
        NewsPageFactory(audience="verified"),
        NewsPageFactory(audience="professions", professions=["infirmier"]),
        NewsPageFactory(live=False),
        JobPageFactory(closes_on=timezone.localdate() - timedelta(days=1)),
    ]
    for browser in (client, client_of(make_user("infirmier"))):
        text = browser.get("/sitemap.xml").content.decode()
        assert all(f"{page.url}</loc>" in text for page in listed)
        assert not any(f"{page.url}</loc>" in text for page in hidden)
        assert "/actualites/</loc>" in text


def test_the_sitemap_costs_the_same_for_many_pages(client, django_assert_max_num_queries):
    for _number in range(5):
        NewsPageFactory()
        JobPageFactory()
    with django_assert_max_num_queries(20):
        client.get("/sitemap.xml")


def test_robots_are_kept_out_of_what_is_not_theirs(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in text
    assert "Disallow: /communaute/" in text
    assert "/sitemap.xml" in text
