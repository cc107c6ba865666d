"""Everything is reached and left with the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from .browser import DESKTOP, PHONE
from .world import new_nurse


@pytest.fixture
def focused(page_of):
    """The page's element that has the focus."""
    return lambda page: page.locator(":focus")


def tab_to(page: Page, name: str, limit: int = 60) -> None:
    """Tab until the focus is on what is called so."""
    for _step in range(limit):
        page.keyboard.press("Tab")
        here = page.locator(":focus")
        if here.count() and name in (here.get_attribute("aria-label") or here.inner_text() or ""):
            return
    raise AssertionError(f"Tab never reaches « {name} »")


def test_skips_to_the_content(page_of, focused):
    page = page_of(None, DESKTOP)
    page.goto("/emplois/")
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_text("Aller au contenu")
    expect(focused(page)).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(focused(page)).to_have_id("main")
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)


def test_a_slash_goes_to_the_search_field(page_of, focused):
    page = page_of(None, DESKTOP)
    page.goto("/actualites/")
    page.keyboard.press("/")
    expect(focused(page)).to_have_id("q")
    page.keyboard.type("détersion 1/2")
    expect(focused(page)).to_have_value("détersion 1/2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recherche")


def test_a_filter_keeps_the_focus(page_of, focused):
    page = page_of(None, DESKTOP)
    page.goto("/emplois/")
    page.locator("#f-contrat-cdd").focus()
    with page.expect_response("**/emplois/?*"):
        page.keyboard.press("Space")
    expect(page.locator("output")).to_have_attribute("data-total", "1")
    expect(focused(page)).to_have_id("f-contrat-cdd")
    expect(page.locator("#f-contrat-cdd")).to_be_checked()


def test_the_sheet_of_filters_keeps_and_returns_the_focus(page_of, focused):
    page = page_of(None, PHONE)
    page.goto("/emplois/")
    opener = page.get_by_role("link", name="Filtrer")
    opener.focus()
    page.keyboard.press("Enter")
    sheet = page.locator("#filtres")
    expect(sheet).to_be_visible()
    expect(page.locator("#filtres :focus")).to_have_count(1)
    for key, presses in (("Shift+Tab", 3), ("Tab", 40)):
        for _press in range(presses):
            page.keyboard.press(key)
            expect(page.locator("#filtres :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_account_menu_opens_and_closes(page_of, world, focused):
    page = page_of(world.nurse, DESKTOP)
    page.goto("/")
    tab_to(page, "Mon compte")
    page.keyboard.press("Enter")
    tab_to(page, "Se déconnecter", limit=6)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_hidden()
    expect(focused(page)).to_have_attribute("aria-label", "Mon compte")


def test_answers_without_a_mouse(page_of, world):
    page = page_of(new_nurse(), DESKTOP)
    page.goto(f"{world.thread.get_absolute_url()}?page=2")
    page.get_by_label("Votre réponse").focus()
    page.keyboard.type("Écrit au clavier.")
    tab_to(page, "Répondre", limit=4)
    page.keyboard.press("Enter")
    expect(page.locator(".post", has_text="Écrit au clavier.")).to_be_in_viewport()


def test_what_to_correct_is_read_first(page_of, focused, portal):
    page = page_of(None, DESKTOP)
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse e-mail").focus()
    page.keyboard.press("Enter")
    expect(focused(page)).to_have_attribute("role", "alert")
    tab_to(page, "Adresse e-mail", limit=2)
    page.keyboard.press("Enter")
    expect(focused(page)).to_have_attribute("name", "login")
