"""Somebody signs up, confirms their address, says what they practise, and asks to be verified."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

PASSWORD = "une phrase que moi seule connais"


@pytest.fixture
def page(page_of, size) -> Page:
    return page_of(None, size)


def test_signs_up_and_asks_for_verification(page, world):
    email = f"nouvelle-{page.viewport_size['width']}@exemple.test"
    page.goto("/")
    page.get_by_role("link", name="Créer un compte").click()
    page.get_by_label("Prénom").fill("Maëlle")
    page.get_by_label("Nom", exact=True).fill("Le Gall")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Créer mon compte").click()
    page.get_by_role("alert").get_by_role("link", name="J’accepte").click()
    page.keyboard.press("Space")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Créer mon compte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmez votre adresse")

    [message] = mail.outbox
    assert message.to == [email]
    page.goto(re.search(r"https?://[^/\s]+(/compte/adresse/lien/\S+)", message.body)[1])
    page.get_by_role("button", name="Confirmer mon adresse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bienvenue, Maëlle")

    page.get_by_label("Profession").select_option("Infirmier")
    expect(page.get_by_label("Spécialité").locator("option", has_text="puériculteur")).to_be_attached()
    page.get_by_label("Département").select_option("29 – Finistère")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Message").fill("Diplômée en 2019, inscrite à l’ordre.")
    page.get_by_role("button", name="Demander la vérification").click()
    expect(page.locator("main")).to_contain_text("Votre demande est à l’étude")

    assert page.goto(world.thread.get_absolute_url()).status == 404
    page.goto("/communaute/")
    expect(page.locator("main")).not_to_contain_text(world.group.name)
    page.goto("/recherche/?q=escarre")
    expect(page.locator("article[data-kind='thread']")).to_have_count(0)


def test_signs_out(page_of, world, size):
    page = page_of(world.newcomer, size)
    page.goto("/")
    page.locator("summary", has_text=world.newcomer.initials).click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Se connecter")).to_be_visible()
