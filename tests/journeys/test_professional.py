"""A verified professional reads what is theirs, joins a group, asks, answers, corrects and finds it again."""

import re

import pytest
from playwright.sync_api import Page, expect

from .world import new_nurse


@pytest.fixture
def page(page_of, size, portal) -> Page:
    return page_of(new_nurse(first_name="Solène"), size)


def found(page: Page, words: str) -> int:
    page.goto(f"/recherche/?profession=toutes&q={words}")
    return int(page.locator("output[data-total]").get_attribute("data-total"))


def test_lists_open_on_their_profession(page):
    for address in ("/emplois/", "/actualites/", "/formations/", "/recherche/?q=soins"):
        page.goto(address)
        switch = page.get_by_role("navigation", name="Professions affichées")
        expect(switch.locator("[aria-current]")).to_have_text("Infirmier")
    page.goto("/emplois/")
    expect(page.get_by_role("link", name="Pharmacien gérant")).to_have_count(0)
    page.get_by_role("link", name="Toutes les professions").click()
    expect(page).to_have_url(re.compile("profession=toutes"))
    expect(page.locator("output")).to_have_attribute("data-total", "22")


def test_joins_a_group_and_asks(page, page_of, world, size):
    word = f"pansement-{size['width']}"
    page.goto("/communaute/")
    page.get_by_role("link", name=world.group.name, exact=True).last.click()
    page.get_by_role("button", name="Rejoindre le groupe").click()
    expect(page.get_by_role("button", name="Quitter le groupe")).to_be_visible()

    page.get_by_role("link", name="Ouvrir une discussion").click()
    expect(page.locator(".audience")).to_contain_text("Jamais par les patients")
    page.get_by_label("Titre").fill(f"Quel {word} le dimanche ?")
    page.get_by_label("Votre message").fill("Plaie exsudative.\n\nQue posez-vous ?")
    page.locator("summary", has_text="Demander l’avis").click()
    page.get_by_role("checkbox", name="Médecin").check()
    page.locator("summary", has_text="Thèmes").click()
    page.get_by_role("checkbox", name="Plaies et cicatrisation").check()
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Quel {word} le dimanche ?")
    expect(page.locator("main")).to_contain_text("Avis demandé : médecin")
    expect(page.locator(".post .text p")).to_have_count(2)

    assert found(page, word) == 1
    assert found(page_of(new_nurse()), word) == 1
    assert found(page_of(world.pharmacist), word) == 0
    assert found(page_of(None), word) == 0


def test_replies_corrects_and_deletes(page, world):
    word = f"hydrocolloïde-{page.viewport_size['width']}"
    page.goto(world.thread.get_absolute_url())
    page.get_by_label("Votre réponse").fill(f"Un {word}, sans hésiter.")
    page.get_by_role("button", name="Répondre").click()
    mine = page.locator(".post", has_text=word)
    expect(mine).to_be_in_viewport()
    assert found(page, word) == 1

    page.goto(f"{world.thread.get_absolute_url()}?page=2")
    mine.get_by_role("link", name="Modifier").click()
    page.get_by_role("toolbar").wait_for()
    page.get_by_role("textbox", name="Votre message").fill(f"Un {word} corrigé.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(mine).to_contain_text("corrigé")
    expect(mine).to_contain_text("modifié")

    mine.get_by_role("link", name="Supprimer").click()
    page.get_by_role("button", name="Supprimer").click()
    expect(mine).to_have_count(0)
    assert found(page, word) == 0


def test_marks_the_answer(page_of, world, size):
    page = page_of(world.nurse, size)
    page.goto(world.thread.get_absolute_url())
    answer = page.locator(".post.answer")
    before = answer.get_attribute("id")
    page.locator(
        ".post:not(.answer, .question)", has=page.get_by_role("button", name="Retenir")
    ).last.get_by_role("button", name="Retenir").click()
    expect(answer).to_have_count(1)
    expect(answer).to_contain_text("Réponse retenue")
    assert answer.get_attribute("id") != before


def test_writes_with_formatting(page, world):
    page.goto(world.thread.get_absolute_url())
    page.get_by_label("Votre réponse").fill("Une botte rigide")
    page.get_by_role("button", name="Mise en forme").click()
    editor = page.get_by_role("textbox", name="Votre réponse")
    expect(editor).to_be_focused()
    editor.press("Control+a")
    page.get_by_role("button", name="Gras").click()
    expect(editor.locator("strong")).to_have_text("Une botte rigide")
    page.get_by_role("button", name="Répondre").click()
    expect(page.locator(".post").last.locator("strong")).to_have_text("Une botte rigide")


def test_reports_a_message(page, world):
    page.goto(world.thread.get_absolute_url())
    page.locator(".post").last.get_by_role("link", name="Signaler").click()
    page.get_by_role("radio").first.check()
    page.get_by_label("Expliquez").fill("On reconnaît la personne.")
    page.get_by_label("bonne foi").check()
    page.get_by_role("button", name="Signaler").click()
    expect(page.get_by_role("status")).to_be_visible()


def test_a_link_to_a_message_whose_page_has_changed_leads_to_it(page_of, world):
    reader = page_of(world.nurse)
    reader.goto(world.thread.get_absolute_url())
    message = reader.locator("article.post").nth(1).get_attribute("id")
    reader.goto(f"{world.thread.get_absolute_url()}?page=2#{message}")
    expect(reader.locator(f"#{message}")).to_be_visible()
