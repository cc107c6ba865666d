"""Suggestions under a search field: by keyboard, by touch, for screen readers, and without them."""

from playwright.sync_api import Page, expect

from search.engines.base import EngineUnavailable
from search.results import views

from .browser import DESKTOP, PHONE
from .test_accessibility import check


def type_in(page: Page, text: str, path: str = "/actualites/", field: str = "#q"):
    """The field and its open list."""
    page.goto(path)
    box = page.locator(field)
    box.click()
    expect(box).to_have_attribute("role", "combobox")
    box.press_sequentially(text)
    expect(box).to_have_attribute("aria-expanded", "true")
    return box, page.locator(f"{field}-suggestions")


def test_a_professional_finds_by_the_keyboard_alone(page_of, world):
    page = page_of(world.nurse, DESKTOP)
    box, listed = type_in(page, "esca")
    expect(page.get_by_role("status").filter(has_text="suggestions")).to_have_count(1)
    groups = listed.get_by_role("group")
    expect(groups.filter(has_text="Escarre du talon")).to_have_attribute("aria-label", "Discussions")
    options = listed.get_by_role("option")
    expect(listed.locator("[aria-selected='true']")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    expect(listed.locator("[aria-selected='true']")).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    expect(box).to_have_value("esca")
    page.keyboard.press("End")  # the caret, as Home has moved it
    page.keyboard.type("rre tal")
    # One suggestion: the discussion alone has both words.
    expect(options).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Escarre du talon")


def test_enter_without_a_choice_searches(page_of):
    page = page_of(None, DESKTOP)
    type_in(page, "infirm")
    page.keyboard.press("Enter")
    expect(page).to_have_url("http://" + page.url.split("/")[2] + "/recherche/?q=infirm")


def test_a_tap_chooses_and_a_list_offers_its_own_kind(page_of):
    page = page_of(None, PHONE, has_touch=True)
    _box, listed = type_in(page, "infirm", "/emplois/", "#q-liste")
    expect(listed.get_by_role("group").filter(has_text="Actualités")).to_have_count(0)
    listed.get_by_role("option", name="Infirmier", exact=True).tap()
    expect(page).to_have_url("**/emplois/?profession=infirmier".replace("**", page.url.split("/emplois")[0]))


def test_leaving_the_field_closes_the_list(page_of):
    page = page_of(None, DESKTOP)
    box, listed = type_in(page, "infirm")
    page.keyboard.press("Tab")
    expect(listed).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")


def test_an_open_list_is_accessible(page_of, world):
    page = page_of(world.nurse, DESKTOP)
    type_in(page, "esca")
    page.keyboard.press("ArrowDown")
    check(page)


def test_a_silent_engine_leaves_the_form_alone(page_of, watch, monkeypatch):
    def down(*args, **kwargs):
        raise EngineUnavailable("no answer")

    monkeypatch.setattr(views, "suggest", down)
    page = page_of(None, DESKTOP)
    page.goto("/actualites/")
    page.locator("#q").click()
    with page.expect_response("**/suggestions/**") as answer:
        page.keyboard.type("infirm")
    assert answer.value.status == 503
    expect(page.locator("#q-suggestions")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recherche")
    watch.problems[:] = [problem for problem in watch.problems if not problem.startswith("503")]


def test_without_scripts_the_field_is_a_plain_one(page_of):
    page = page_of(None, DESKTOP, java_script_enabled=False)
    page.goto("/")
    box = page.locator("#q")
    assert box.get_attribute("role") is None
    box.fill("infirmier")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recherche")
