"""Reading, searching, filtering, signing in and writing work without JavaScript."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from members.factories import PASSWORD, UserFactory, verified

from .world import new_nurse


@pytest.fixture
def context(context_of, size) -> BrowserContext:
    return context_of(None, size, java_script_enabled=False)


@pytest.fixture
def page(context) -> Page:
    return context.new_page()


def test_reads_filters_and_searches(page, world):
    page.goto("/emplois/")
    if page.viewport_size["width"] < 960:
        page.get_by_role("link", name="Filtrer").click()
    page.get_by_role("checkbox", name="CDD").check()
    page.get_by_role("button", name=re.compile("^Afficher")).click()
    expect(page.locator("article.result")).to_have_count(1)
    page.get_by_role("link", name="Pharmacien gérant").click()
    expect(page.get_by_role("link", name="Postuler")).to_be_visible()
    page.goto("/recherche/?q=escarres")
    page.get_by_label("Mots à chercher").fill("détersion")
    page.get_by_label("Trier par").select_option("date")
    page.locator(".ask").get_by_role("button", name="Rechercher").click()
    expect(page).to_have_url(re.compile("tri=date"))
    page.get_by_role("link", name=world.news.title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(world.news.title)


def test_signs_in_and_out(page):
    user = verified(UserFactory(), "infirmier")
    page.goto("/communaute/")
    page.get_by_role("main").get_by_role("link", name="Se connecter").click()
    page.get_by_label("Adresse e-mail").fill(user.email)
    page.get_by_label("Mot de passe").fill("ce n’est pas celui-là")
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(re.compile("/communaute/$"))
    page.get_by_role("banner").locator("summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Se connecter")).to_be_visible()


def test_writes_plain_text(context_of, size, world):
    page = context_of(new_nurse(), size, java_script_enabled=False).new_page()
    page.goto(f"{world.group.get_absolute_url()}nouveau/")
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_role("alert")).to_contain_text("Titre")
    page.get_by_label("Titre").fill("Sans script, on écrit aussi ?")
    page.get_by_label("Votre message").fill("Première ligne\nDeuxième ligne\n\n<b>Troisième</b>")
    page.get_by_role("button", name="Publier").click()
    expect(page.locator(".post .text p")).to_have_count(2)
    expect(page.locator(".post .text")).to_contain_text("<b>Troisième</b>")
    page.get_by_label("Votre réponse").fill("Je me réponds.")
    page.get_by_role("button", name="Répondre").click()
    expect(page.locator(".post")).to_have_count(2)
