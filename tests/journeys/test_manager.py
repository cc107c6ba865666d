"""A community manager decides, answers for the groups, and keeps discussions in order."""

import pytest
from playwright.sync_api import Page, expect

from community.factories import MembershipFactory, ReportFactory, ThreadFactory
from community.models import Membership, Thread
from members.factories import UserFactory, waiting

from .world import new_manager, new_nurse


@pytest.fixture
def page(page_of, size, portal) -> Page:
    return page_of(new_manager(), size)


@pytest.fixture
def thread(world) -> Thread:
    return ThreadFactory(group=world.group, title="Un matelas pour le week-end ?", replies=1)


def said(page: Page):
    return page.get_by_role("status").first


def test_accepts_and_refuses_members(page, portal):
    accepted = waiting(UserFactory(first_name="Nolwenn", last_name="Cadiou"), "infirmier").user
    refused = waiting(UserFactory(first_name="Jérôme", last_name="Grondin"), "medecin").user
    page.goto("/animation/")
    page.get_by_role("link", name=accepted.display_name).first.click()
    page.get_by_role("radio").first.check()
    page.get_by_label("Note").first.fill("Carte comparée au répertoire.")
    page.get_by_role("button", name="Vérifier cette profession").click()
    expect(said(page)).to_contain_text(accepted.display_name)

    page.get_by_role("link", name=refused.get_full_name()).first.click()
    page.get_by_role("button", name="Refuser cette demande").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Note").last.fill("Le document est illisible : renvoyez-le.")
    page.get_by_role("button", name="Refuser cette demande").click()
    expect(said(page)).to_contain_text(refused.display_name)
    assert [one.verifications.get().state for one in (accepted, refused)] == ["verified", "refused"]


def test_sees_what_waits_and_decides_on_a_report(page, thread):
    post = thread.posts.last()
    ReportFactory(post=post, statement="Une photo reconnaissable.")
    page.goto("/animation/")
    expect(page.get_by_role("region", name="Questions sans réponse")).to_contain_text("Cathéter à chambre")
    page.locator("li", has_text=post.text).get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("Une photo reconnaissable.")
    page.get_by_label("Masquer le message").check()
    page.get_by_label("Motifs").fill("On reconnaît la personne.")
    page.get_by_role("button", name="Décider").click()
    post.refresh_from_db()
    assert post.hidden_reason == "On reconnaît la personne."


def test_creates_a_group_and_a_subgroup(page, world):
    name = f"Douleur {page.viewport_size['width']}"
    page.goto("/animation/groupes/")
    page.get_by_role("link", name="Créer un groupe").click()
    page.get_by_label("Nom", exact=True).fill(name)
    page.get_by_role("checkbox", name="Infirmier", exact=True).check()
    page.get_by_role("button", name="Créer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)

    page.goto("/animation/groupes/nouveau/")
    page.get_by_label("Nom", exact=True).fill(f"{name} de l’enfant")
    page.get_by_label("Groupe parent").select_option(name)
    page.get_by_role("radio", name="Privé").check()
    page.get_by_role("button", name="Créer").click()
    page.get_by_role("navigation", name="Vous êtes ici").get_by_role("link", name=name).click()
    expect(page.get_by_role("link", name=f"{name} de l’enfant")).to_be_visible()


def test_pins_locks_hides_and_moves(page, page_of, world, thread):
    reader = page_of(new_nurse())
    page.goto(thread.get_absolute_url())
    page.get_by_role("button", name="Épingler").click()
    expect(page.get_by_role("button", name="Désépingler")).to_be_visible()
    page.get_by_role("button", name="Fermer les réponses").click()
    reader.goto(thread.get_absolute_url())
    expect(reader.locator("main")).to_contain_text("Épinglée")
    expect(reader.get_by_role("button", name="Répondre")).to_have_count(0)

    page.get_by_role("link", name="Masquer ou déplacer").click()
    page.get_by_label("Déplacer vers").select_option("Pied diabétique")
    page.get_by_role("button", name="Déplacer la discussion").click()
    expect(page.get_by_role("navigation", name="Vous êtes ici")).to_contain_text("Pied diabétique")

    page.get_by_role("link", name="Masquer ou déplacer").click()
    page.get_by_label("Motif").fill("En double.")
    page.get_by_role("button", name="Masquer la discussion").click()
    expect(page.locator("main")).to_contain_text("En double.")
    thread.refresh_from_db()
    assert reader.goto(thread.get_absolute_url()).status == 404


def test_lets_somebody_in(page, world):
    asked = MembershipFactory(group=world.private, state=Membership.State.REQUESTED)
    page.goto("/animation/groupes/")
    page.get_by_role("link", name=f"Membres {world.private.name}").click()
    page.get_by_role("button", name=f"Accepter {asked.user.display_name}").click()
    asked.refresh_from_db()
    assert asked.state == Membership.State.MEMBER
