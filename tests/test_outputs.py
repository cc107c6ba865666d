"""What leaves the portal, and what comes to it by addresses that others wrote."""

import unicodedata
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from news.factories import NewsPageFactory
from news.models import NewsPage

pytestmark = pytest.mark.django_db


# --- Redirects and accents ------------------------------------------------------------------------------


@pytest.fixture
def moved(site):
    page = NewsPageFactory()
    for old in ("/ancien/?id=12&lang=fr", "/ancien/"):
        target = {"redirect_page": page} if "?" in old else {"redirect_link": "/actualites/"}
        Redirect.objects.create(old_path=Redirect.normalise_path(old), is_permanent=True, **target)
    return page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("id=12&lang=fr", True),
        ("lang=fr&id=12", True),
        ("id=12&lang=fr&utm_source=lettre&utm_campaign=%C3%A9t%C3%A9", True),
        ("fbclid=abc&id=12&lang=fr", True),
        ("id=13&lang=fr&utm_source=lettre", False),
        ("utm_source=lettre", False),
    ],
)
def test_a_redirect_with_a_query_string_stands_what_campaigns_add(moved, client, asked, found):
    response = client.get(f"/ancien/?{asked}")
    assert response.status_code == 301
    assert response["Location"] == (moved.url if found else "/actualites/")


def test_an_accented_address_is_found_however_its_accents_are_sent(site, client):
    page = NewsPageFactory(slug=unicodedata.normalize("NFD", "été-à-l-hôpital"))
    assert page.slug == "été-à-l-hôpital"
    decomposed = quote(unicodedata.normalize("NFD", f"/actualites/{page.slug}/"))
    response = client.get(f"{decomposed}?a=1", follow=True)
    assert response.status_code == 200 and response.redirect_chain[-1][1] == 301
    assert client.get(quote(unicodedata.normalize("NFD", "/actualites/été/")), follow=True).status_code == 404


# --- Reports --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t="])
def test_reports_for_spreadsheets_hold_no_formula(site, editor, client_of, sign):
    page = NewsPageFactory(title=f"{sign}HYPERLINK(1)")
    page.save_revision(user=editor).publish(user=editor)
    response = client_of(editor).get(reverse("wagtailadmin_reports:site_history") + "?export=csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert any("HYPERLINK" in line for line in lines)
    cells = [cell.strip('"') for line in lines for cell in line.split(",")]
    assert all(not cell.startswith(("=", "+", "@", "\t")) for cell in cells)
    assert not any(cell.startswith("-H") for cell in cells)


# --- Schedules ------------------------------------------------------------------------------------------


def news_form(page: NewsPage, **fields) -> dict:
    body = streamfield([("paragraph", rich_text("<p>Un texte.</p>"))])
    form = {"title": page.title, "slug": page.slug, "standfirst": "Ce qui change.", "audience": "everyone"}
    return nested_form_data(form | {"source_type": "editorial", "body": body, **fields})


def local(moment) -> str:
    return timezone.localtime(moment).strftime("%d/%m/%Y %H:%M")


def test_a_page_whose_time_has_run_out_can_be_edited_and_published_again(site, editor, client_of, client):
    past = timezone.now() - timedelta(days=2)
    page = NewsPageFactory(live=False, expired=True, expire_at=past)
    desk, address = client_of(editor), reverse("wagtailadmin_pages:edit", args=[page.pk])
    fields = {"expire_at": local(past), "title": "Une nouvelle version", "action-publish": "1"}
    desk.post(address, news_form(page, **fields))
    page.refresh_from_db()
    assert page.live and page.expire_at is None
    assert "Une nouvelle version" in client.get(page.url).content.decode()


def test_a_new_end_in_the_past_is_still_refused(site, editor, client_of):
    page = NewsPageFactory(live=False, expire_at=timezone.now() - timedelta(days=2))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    other = timezone.now() - timedelta(days=1)
    client_of(editor).post(address, news_form(page, expire_at=local(other), title="Autre"))
    assert not NewsPage.objects.get(pk=page.pk).has_unpublished_changes
