"""Addresses of pages, site and brand: found in few queries, never stale for who changed them."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from home.branding import Brand
from home.factories import StandardPageFactory
from home.models import HomePage
from jobs.factories import JobPageFactory
from jobs.models import JobIndexPage
from news.factories import NewsPageFactory

pytestmark = pytest.mark.django_db


def test_pages_answer_at_any_depth(site, client):
    page = StandardPageFactory()
    for _level in range(10):
        page = StandardPageFactory(parent=page)
    assert client.get(page.url).status_code == 200


def test_the_same_slug_elsewhere_is_another_page(site, client):
    NewsPageFactory(slug="jumeau", title="La nouvelle")
    JobPageFactory(slug="jumeau", title="Le poste")
    assert "La nouvelle" in client.get("/actualites/jumeau/").content.decode()
    assert "Le poste" in client.get("/emplois/jumeau/").content.decode()


@pytest.mark.parametrize(
    "path", ["/jumeau/", "/emplois/actualites/", "/actualites/jumeau/suite/", "/a/b/c/d/e/f/g/h/i/j/k/"]
)
def test_other_ways_lead_nowhere(site, client, path):
    NewsPageFactory(slug="jumeau")
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/_util/login/", "/_util/authenticate_with_password/1/1/"])
def test_wagtail_s_own_sign_in_for_readers_is_not_there(site, client, path):
    assert client.get(path).status_code == client.post(path).status_code == 404


def test_a_live_page_below_an_unpublished_list_still_answers(site, client):
    page = NewsPageFactory()
    page.get_parent().specific.unpublish()
    assert client.get(page.url).status_code == 200


def test_an_unpublished_home_page_is_not_found(site, client):
    assert client.get("/").status_code == 200
    HomePage.objects.get().unpublish()
    assert client.get("/").status_code == 404


def test_a_change_of_brand_shows_at_once(site, client):
    client.get("/")
    brand = Brand.for_site(site)
    brand.name = "Confrères"
    brand.save()
    assert "Confrères" in client.get("/").content.decode()


def test_a_change_of_the_home_page_shows_at_once(site, client):
    client.get("/")
    home = HomePage.objects.get()
    home.introduction = "Une autre phrase."
    home.save()
    assert "Une autre phrase." in client.get("/").content.decode()


def test_unknown_hosts_get_the_default_site(site):
    NewsPageFactory(title="La nouvelle")
    for number in range(25):
        assert Client(HTTP_HOST=f"hote{number}.example").get("/actualites/").status_code in (200, 503)
    assert Site.objects.count() == 1


@pytest.mark.parametrize("address", ["/", "/emplois/"])
def test_the_home_page_and_the_lists_have_a_preview(site, editor, client_of, address):
    page = HomePage.objects.get() if address == "/" else JobIndexPage.objects.get()
    page.save_revision()
    response = client_of(editor).get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert response.status_code in (200, 503)
