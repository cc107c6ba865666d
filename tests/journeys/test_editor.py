"""An editor writes, previews, publishes, schedules, unpublishes and moves, in French; search follows."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail.models import Page as WagtailPage

from home.models import HomePage
from news.factories import NewsPageFactory
from news.models import NewsIndexPage, NewsPage


@pytest.fixture
def page(page_of, world, size) -> Page:
    return page_of(world.editor, size)


@pytest.fixture
def visitor(page_of) -> Page:
    return page_of(None)


@pytest.fixture
def index(portal) -> NewsIndexPage:
    return NewsIndexPage.objects.get(slug="actualites")


@pytest.fixture
def archives(portal) -> Iterator[NewsIndexPage]:
    """A second list, which leaves with what was moved there."""
    made = HomePage.objects.get().add_child(instance=NewsIndexPage(title="Archives", slug="archives"))
    yield made
    WagtailPage.objects.get(pk=made.pk).delete()


def found(visitor: Page, words: str) -> list[str]:
    """Addresses of what a visitor finds."""
    visitor.goto(f"/recherche/?q={words}")
    return [link.get_attribute("href") for link in visitor.locator("article.result a").all()]


def more_actions(page: Page, name: str):
    page.get_by_role("button", name="Plus d'actions").last.click()
    return page.get_by_role("navigation", name="Actions (pied de page)").get_by_text(name, exact=True)


def test_a_draft_is_previewed_published_and_withdrawn(page, visitor, index):
    title = f"Zébrures {page.viewport_size['width']}"
    page.goto(f"/admin/pages/add/news/newspage/{index.pk}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Actualité")
    page.get_by_role("textbox", name="Titre").first.fill(title)
    page.locator("[name=standfirst]").fill("Ce qui change au lit du patient.")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.get_by_role("navigation", name="Fil d'Ariane")).to_contain_text(title)
    assert found(visitor, title) == []

    page.get_by_role("button", name="Afficher/masquer la prévisualisation").click()
    frame = page.frame_locator("iframe[title*='révisualisation']").first
    expect(frame.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("button", name="Afficher/masquer la prévisualisation").click()

    more_actions(page, "Publier").click()
    expect(page.locator(".messages")).to_contain_text("publié")
    [address] = found(visitor, title)
    assert visitor.goto(address).status == 200

    news = NewsPage.objects.get(title=title)
    page.goto(f"/admin/pages/{news.pk}/unpublish/")
    page.get_by_role("button", name="Oui, la dépublier").click()
    expect(page.locator(".messages")).to_contain_text("dépublié")
    assert found(visitor, title) == []
    assert visitor.goto(address).status == 404


def test_a_draft_is_scheduled(page, visitor):
    news = NewsPageFactory(title=f"Annoncée {page.viewport_size['width']}", live=False)
    news.save_revision()
    page.goto(f"/admin/pages/{news.pk}/edit/")
    page.get_by_role("button", name="Afficher/masquer le statut").click()
    page.get_by_role("button", name="Programmer").click()
    dialog = page.get_by_role("dialog", name="Définir la programmation")
    tomorrow = timezone.localtime() + timedelta(days=1)
    dialog.get_by_role("textbox", name="Date/heure de publication").fill(f"{tomorrow:%Y-%m-%d %H:%M}")
    # With the keyboard: the calendar lies over the button.
    dialog.get_by_role("button", name="Enregistrer la programmation").press("Enter")
    expect(page.locator("[data-side-panel=status]")).to_contain_text("Une fois publié")
    page.get_by_role("button", name="Afficher/masquer le statut").click()
    more_actions(page, "Programmer pour publication").click()
    expect(page.locator(".messages")).to_contain_text("planifiée")
    assert found(visitor, news.title) == []
    with time_machine.travel(tomorrow + timedelta(hours=1)):
        call_command("publish_scheduled")
    assert len(found(visitor, news.title)) == 1


def test_a_page_is_moved(page, visitor, index, archives):
    news = NewsPageFactory(title=f"Déménagée {page.viewport_size['width']}", parent=index)
    former = news.get_url()
    page.goto(f"/admin/pages/{news.pk}/move/{archives.pk}/confirm/")
    page.get_by_role("button", name="Oui, déplacer").click()
    expect(page.locator(".messages")).to_contain_text("déplac")
    assert found(visitor, news.title) == [f"/archives/{news.slug}/"]
    visitor.goto(former)
    expect(visitor).to_have_url(re.compile(f"/archives/{news.slug}/$"))
