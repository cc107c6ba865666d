"""Filters of a list, as people use them: with and without scripts, by touch and by keyboard alone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .browser import DESKTOP, PHONE

OFFERS = "/emplois/"


@pytest.fixture
def page(page_of, size) -> Page:
    return page_of(None, size)


def is_phone(page: Page) -> bool:
    return page.viewport_size["width"] < 960


def open_filters(page: Page) -> None:
    if is_phone(page):
        page.get_by_role("link", name=re.compile("^Filtrer")).click()
    expect(page.locator("#filtres")).to_be_visible()


def total(page: Page) -> Locator:
    return page.locator("output[data-total]")


def choose(page: Page, name: str, number: int) -> None:
    """Checks a box and waits for the list that follows."""
    page.get_by_role("checkbox", name=name).check()
    expect(total(page)).to_have_attribute("data-total", str(number))


def mark(page: Page) -> None:
    """The document remembers it until it is loaded anew."""
    page.evaluate("window.isTheSame = true")


def is_marked(page: Page) -> bool:
    return page.evaluate("window.isTheSame === true")


def test_the_list_follows_without_a_new_page_and_the_focus_stays(page):
    page.goto(OFFERS)
    open_filters(page)
    mark(page)
    choose(page, "CDD", 1)
    expect(page.get_by_role("checkbox", name="CDD")).to_be_focused()
    expect(page.locator("#annonce")).to_have_text("1 offre")
    expect(page).to_have_url(re.compile(r"/emplois/\?contrat=cdd$"))
    assert is_marked(page)


def test_back_goes_through_the_choices(page):
    page.goto(OFFERS)
    everything = total(page).get_attribute("data-total")
    open_filters(page)
    choose(page, "CDD", 1)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/emplois/$"))
    expect(total(page)).to_have_attribute("data-total", everything)
    expect(page.locator("#f-contrat-cdd")).not_to_be_checked()
    page.go_forward()
    expect(total(page)).to_have_attribute("data-total", "1")
    expect(page.locator("#f-contrat-cdd")).to_be_checked()


def test_chips_are_removed_one_by_one_or_all_at_once(page):
    page.goto(f"{OFFERS}?contrat=cdd&profession=pharmacien&profession=medecin")
    mark(page)
    chips = page.locator(".chips")
    chips.get_by_role("link", name="Médecin : retirer ce filtre").click()
    expect(page).to_have_url(re.compile(r"/emplois/\?profession=pharmacien&contrat=cdd$"))
    expect(chips.get_by_role("link", name="Pharmacien : retirer ce filtre")).to_be_focused()
    chips.get_by_role("link", name="Tout effacer").click()
    expect(page).to_have_url(re.compile(r"/emplois/$"))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert is_marked(page)


def test_the_order_is_changed_at_once(page):
    page.goto("/formations/")
    mark(page)
    page.get_by_label("Trier par").select_option(label="prochaine session")
    expect(page).to_have_url(re.compile(r"/formations/\?tri=session$"))
    assert is_marked(page)


def test_what_was_unfolded_stays_so_and_long_blocks_are_searched(page):
    page.goto(OFFERS)
    open_filters(page)
    employers = page.get_by_role("group", name="Employeur")
    page.locator("#b-employeur > summary").click()
    expect(employers.get_by_role("searchbox")).to_have_count(0)
    employers.get_by_role("link", name=re.compile(r"Voir les \d+ autres")).press("Enter")
    field = employers.get_by_role("searchbox", name="Chercher une valeur")
    expect(field).to_be_focused()
    shown = employers.locator("label:visible")
    number = re.search(r"numéro \d+", shown.last.inner_text())[0].removeprefix("numéro ")
    field.fill(f"NUMERO {number}")
    names = shown.all_inner_texts()
    assert names and all(f"numéro {number}" in name for name in names)
    with page.expect_response("**/emplois/?*"):
        shown.last.locator("input").check()
    expect(total(page)).to_have_attribute("data-total", "1")
    expect(field).to_have_value(f"NUMERO {number}")
    assert shown.count() == len(names)
    expect(employers.locator("input:focus")).to_be_checked()
    field.press("Enter")
    field.fill("")
    assert page.url.count("employeur=") == 1


def test_a_town_is_completed_and_a_distance_chosen(page):
    page.goto(OFFERS)
    open_filters(page)
    town = page.get_by_label("Commune ou code postal")
    with page.expect_response("**/recherche/communes/**"):
        town.press_sequentially("Saint-Br")
    expect(page.locator("#autour-communes option[value='Saint-Brieuc (22)']")).to_have_count(1)
    town.fill("saint brieuc")
    town.press("Enter")
    expect(page).to_have_url(re.compile(r"\?autour=saint-brieuc-22278-25km$"))
    if is_phone(page):  # Enter has closed the sheet
        open_filters(page)
    distance = page.get_by_label("Distance")
    distance.focus()
    distance.select_option("10")
    expect(page).to_have_url(re.compile(r"\?autour=saint-brieuc-22278-10km$"))
    expect(distance).to_be_focused()
    expect(page.locator(".chips")).to_contain_text("10 km autour de Saint-Brieuc (22)")


def test_a_town_that_may_be_several_is_asked_about(page):
    page.goto(OFFERS)
    open_filters(page)
    town = page.get_by_label("Commune ou code postal")
    town.fill("Saint-Denis")
    town.press("Enter")
    expect(town).to_have_attribute("aria-invalid", "true")
    expect(town).to_have_accessible_description(re.compile("Plusieurs lieux"))
    page.get_by_role("link", name="25 km autour de Saint-Denis (93)").click()
    expect(page).to_have_url(re.compile("autour=saint-denis-93066-25km"))


def test_nothing_found_leads_out_in_one_tap(page):
    page.goto(f"{OFFERS}?profession=infirmier&contrat=cdd")
    mark(page)
    page.get_by_role("link", name=re.compile("Chercher dans toutes les professions.*1 offre")).click()
    expect(total(page)).to_have_attribute("data-total", "1")
    assert is_marked(page)


def test_by_keyboard_alone(page_of):
    page = page_of(None, DESKTOP)
    page.goto(OFFERS)
    page.locator("#titre-liste").focus()
    page.keyboard.press("Shift+Tab")  # from the list back into the filters
    page.locator("#f-contrat-cdd").focus()
    page.keyboard.press("Space")
    expect(total(page)).to_have_attribute("data-total", "1")
    expect(page.locator("#f-contrat-cdd")).to_be_focused()
    page.locator(".chips a:not(.thumb)").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/emplois/$"))
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_the_sheet_stays_open_while_one_chooses(page_of):
    page = page_of(None, PHONE)
    page.goto(OFFERS)
    open_filters(page)
    choose(page, "CDD", 1)
    expect(page.locator("#filtres")).to_be_visible()
    page.get_by_role("button", name="Afficher 1 offre").click()
    expect(page.locator("#filtres")).to_be_hidden()
    expect(page.get_by_role("link", name="Filtrer (1)")).to_be_visible()


def test_the_sheet_gives_the_focus_back_after_a_choice_too(page_of):
    page = page_of(None, PHONE)
    page.goto(OFFERS)
    open_filters(page)
    page.locator("#f-contrat-cdd").focus()
    page.keyboard.press("Space")
    expect(total(page)).to_have_attribute("data-total", "1")
    expect(page.locator("#f-contrat-cdd")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Filtrer (1)")).to_be_focused()


def test_without_scripts(page_of, size):
    page = page_of(None, size, java_script_enabled=False)
    page.goto(OFFERS)
    open_filters(page)
    page.locator("#b-employeur > summary").click()
    page.locator("#b-employeur").get_by_role("link", name=re.compile(r"Voir les \d+ autres")).click()
    expect(page.get_by_role("searchbox", name="Chercher une valeur")).to_have_count(0)
    page.locator("#b-employeur .rest input[type=checkbox]").last.check()
    page.get_by_label("Commune ou code postal").fill("saint-brieuc")
    page.get_by_label("Distance").select_option("50")
    page.get_by_role("button", name=re.compile("^Afficher")).click()
    expect(page.locator("article.result")).to_have_count(1)
    expect(page.locator(".chips")).to_contain_text("50 km autour de Saint-Brieuc (22)")
    page.get_by_role("link", name=re.compile("Saint-Brieuc.*retirer ce filtre")).click()
    expect(page.locator(".chips a:not(.thumb, .clear)")).to_have_count(1)
