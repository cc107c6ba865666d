"""Somebody signs out on a shared computer; the next person presses « back »."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from .browser import ARGUMENTS, DESKTOP, new_context, sign_in


@pytest.fixture
def page(browser, chromium, portal, watch) -> Iterator[Page]:
    """In a browser that keeps pages as they were left, which Playwright's do not."""
    kept = ["--disable-back-forward-cache"]
    own = browser.browser_type.launch(executable_path=chromium, args=ARGUMENTS, ignore_default_args=kept)
    context = new_context(own, portal.address, DESKTOP)
    context.on("page", watch.page)
    yield context.new_page()
    own.close()


def back(page: Page) -> None:
    page.evaluate("history.back()")
    page.wait_for_load_state()


def test_back_shows_the_same_reader_what_they_left_and_nobody_else(page, portal, world):
    sign_in(page.context, portal.address, world.nurse)
    thread = world.thread.get_absolute_url()
    page.goto(thread)
    page.evaluate("window.asItWas = true")
    page.goto("/compte/")
    back(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(world.thread.title)
    assert page.evaluate("window.asItWas"), "the browser does not keep pages: this test shows nothing"

    page.locator("header .menu summary").last.click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()
    back(page)
    expect(page.get_by_text(world.thread.title)).to_have_count(0)
    assert not page.evaluate("window.asItWas")
    page.context.clear_cookies()
