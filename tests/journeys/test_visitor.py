"""A visitor reads and filters what is public, searches all of it, and learns nothing of the rest."""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def page(page_of, size) -> Page:
    return page_of(None, size)


def rows(page: Page):
    return page.locator("article.result")


def total(page: Page) -> int:
    return int(page.locator("output[data-total]").get_attribute("data-total"))


def test_reads_news_an_offer_and_a_course(page, world):
    page.goto("/")
    for section, item in (("Actualités", world.news), ("Emplois", world.job), ("Formations", world.training)):
        page.get_by_role("navigation").get_by_role("link", name=section, exact=True).locator(
            "visible=true"
        ).click()
        page.get_by_role("link", name=item.display_title).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(item.display_title)
        expect(page.locator("article")).to_contain_text("Une réévaluation à quinze jours.")


def test_filters_the_offers(page, world):
    page.goto("/emplois/")
    everything = total(page)
    if page.viewport_size["width"] < 960:
        page.get_by_role("link", name="Filtrer").click()
    page.get_by_role("checkbox", name="Pharmacien").check()
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile("profession=pharmacien"))
    if page.viewport_size["width"] < 960:
        page.get_by_role("button", name="Afficher 1 offre").click()
    page.get_by_role("link", name="Pharmacien : retirer ce filtre").click()
    expect(page.locator("output")).to_have_attribute("data-total", str(everything))


def test_searches_everything_and_pages_through_it(page):
    page.goto("/")
    page.get_by_role("search").first.get_by_role("searchbox").fill("plaies")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/recherche/\?q=plaies"))
    assert {row.get_attribute("data-kind") for row in rows(page).all()} == {"news", "job", "training"}
    page.goto("/emplois/")
    page.get_by_role("link", name="Suivant").click()
    expect(page.get_by_role("navigation", name="Pages").locator("[aria-current]")).to_have_text(
        re.compile("2")
    )


def test_learns_nothing_of_what_is_reserved(page, world):
    for address in ("/recherche/?q=escarre", "/recherche/?q=pommade", "/actualites/"):
        page.goto(address)
        expect(page.locator("main")).not_to_contain_text(world.reserved.title)
        expect(page.locator("main")).not_to_contain_text("botte à air")
    answer = page.goto(world.reserved.get_url())
    assert answer.status == 403
    expect(page.locator("main")).not_to_contain_text(world.reserved.title)
    expect(page.locator("main").get_by_role("link", name="Se connecter")).to_be_visible()
    page.goto("/communaute/")
    expect(page.get_by_role("heading", level=1)).to_have_text("La communauté")
    expect(page.locator("main")).not_to_contain_text(world.group.name)
    assert page.goto(world.thread.get_absolute_url()).status == 404


def test_an_offer_that_is_over_leads_to_current_ones(page, world):
    assert page.goto(world.expired.get_url()).status == 410
    page.get_by_role("region", name="Offres en cours").get_by_role(
        "link", name=re.compile("secteur de")
    ).first.click()
    expect(page.get_by_role("link", name="Postuler")).to_be_visible()
