"""Five minutes between two patients: what is new, « En bref », and a search that is kept."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.counters import refresh_counters
from community.factories import GroupFactory, MembershipFactory, PostFactory, ThreadFactory
from community.models import GroupReadMark, Thread
from members.models import User

from .browser import DESKTOP
from .world import new_nurse


@pytest.fixture
def nurse(portal) -> User:
    return new_nurse()


@pytest.fixture
def page(page_of, size, nurse) -> Page:
    return page_of(nurse, size)


def new_thread(nurse: User) -> Thread:
    """In a group of the nurse, who was there yesterday: three messages, the first of which is read."""
    group = MembershipFactory(user=nurse, group=GroupFactory(professions=["infirmier"])).group
    yesterday = timezone.now() - timedelta(days=1)
    thread = ThreadFactory(group=group, replies=2)
    thread.posts.filter(position=1).update(created_at=yesterday - timedelta(hours=1))
    GroupReadMark.objects.create(user=nurse, group=group, read_until=yesterday)
    return thread


def write(thread: Thread) -> None:
    PostFactory(thread=thread, position=thread.posts.latest("position").position + 1)
    refresh_counters([thread.pk])


def test_home_leads_to_the_first_new_message(page, nurse):
    thread = new_thread(nurse)
    page.goto("/")
    row = page.locator(f'[data-kind="thread"][data-id="{thread.pk}"]').first
    expect(row).to_have_attribute("data-new", "2")
    expect(row).to_contain_text("2 nouveaux")
    row.click()
    first = thread.posts.get(position=2)
    expect(page).to_have_url(re.compile(f"#message-{first.pk}$"))
    expect(page.get_by_text("Nouveaux messages")).to_be_in_viewport()
    page.goto("/")
    expect(page.locator(f'[data-id="{thread.pk}"]').first).to_have_attribute("data-new", "0")


def test_a_group_is_marked_as_read(page, nurse):
    thread = new_thread(nurse)
    page.goto(thread.group.get_absolute_url())
    expect(page.locator("article.result")).to_contain_text("2 nouveaux")
    page.get_by_role("button", name="Marquer le groupe comme lu").click()
    expect(page.locator("article.result")).to_have_attribute("data-new", "0")
    expect(page.get_by_role("button", name="Marquer le groupe comme lu")).to_have_count(0)
    write(thread)
    page.reload()
    expect(page.locator("article.result")).to_contain_text("1 nouveau")


def test_reads_and_marks_without_script(context_of, size, nurse):
    thread = new_thread(nurse)
    page = context_of(nurse, size, java_script_enabled=False).new_page()
    page.goto(thread.group.get_absolute_url())
    page.get_by_role("link", name=thread.title).click()
    expect(page.get_by_text("Nouveaux messages")).to_be_visible()
    write(thread)
    page.goto(thread.group.get_absolute_url())
    page.get_by_role("button", name="Marquer le groupe comme lu").click()
    expect(page.locator("article.result")).to_have_attribute("data-new", "0")
    page.goto("/bref/")
    expect(page.get_by_role("heading", name="Vous êtes à jour")).to_be_visible()


def test_in_brief_is_read_to_its_end(page, nurse):
    page.goto("/bref/")
    expect(page.locator("article .why").first).to_contain_text("parce que")
    page.get_by_role("heading", name="Vous êtes à jour").scroll_into_view_if_needed()
    expect(page.locator("[data-took]")).to_contain_text("Vous avez passé")


def test_in_brief_by_keyboard(page_of, nurse):
    page = page_of(nurse, DESKTOP)
    page.goto("/bref/")
    links = page.locator("article h3 a")
    titles = links.all_inner_texts()
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("e")
    expect(page.locator("article").nth(0)).to_be_hidden()
    expect(links.nth(1)).to_be_focused()
    page.reload()
    expect(page.locator("article").nth(0)).to_be_hidden()
    page.get_by_role("searchbox").first.fill("je")  # not when typing
    expect(page.locator("article").nth(1)).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_contain_text(titles[1].split(" : ")[0])


def test_a_list_is_kept_and_found_again(page):
    page.goto("/emplois/?contrat=cdi")
    page.get_by_role("link", name="Enregistrer cette recherche").click()
    page.get_by_label("Nom").fill("Postes stables")
    page.get_by_label("chaque semaine").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Postes stables", exact=True).click()
    expect(page).to_have_url(re.compile("type=job.*contrat=cdi"))
    page.goto("/compte/recherches/")
    expect(page.locator("[data-saved-search]")).to_contain_text("chaque semaine")
    page.get_by_role("link", name="Modifier Postes stables").click()
    page.get_by_role("button", name="Supprimer cette recherche").click()
    expect(page.locator("[data-saved-search]")).to_have_count(0)
