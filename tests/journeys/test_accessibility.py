"""Every kind of page and form, without a violation of WCAG 2.2 AA that axe can see, light and dark."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page

from members.factories import UserFactory
from search.engines.base import EngineUnavailable
from search.models import IndexJob, OutboxRow, Promotion, QueryCount, SynonymRule

from .browser import DESKTOP, PHONE
from .pages import MANAGERS, MEMBERS, PUBLIC, Kind

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# What depends on the colour scheme.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
COLOURS |= {"resultTypes": ["violations"]}
# What is ours in Wagtail's admin. Its editor has no h1, and a small button that opens the side panel.
OURS = {"include": [["main"]], "exclude": [["#w-minimap-toggle"]]}

# Colours on their way to others are nobody's: those of Wagtail's buttons take their time.
SETTLED = """async () => {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const ends = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(ends.map((one) => one.finished));
}"""


@cache
def _axe() -> Axe:
    return Axe()


def violations(page: Page, options: dict, part: dict | None = None) -> list[str]:
    """`part`: axe looks at this only (its « context »)."""
    page.evaluate(SETTLED)
    found = _axe().run(page, context=part, options=options).response["violations"]
    return [
        f"{page.url} {rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def check(page: Page, part: dict | None = None) -> None:
    """On a desktop, light then dark, then on a phone: nothing wrong, nothing wider than the screen."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(DESKTOP)
    found = violations(page, EVERYTHING, part)
    page.emulate_media(color_scheme="dark")
    found += violations(page, COLOURS, part)
    page.set_viewport_size(PHONE)
    found += violations(page, EVERYTHING, part)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE["width"]:
        found.append(f"{page.url} is {width} pixels wide on a phone of {PHONE['width']}")
    assert found == []


@pytest.mark.parametrize("kind", [*PUBLIC, *MEMBERS, *MANAGERS], ids=lambda kind: kind.name)
def test_a_page(kind: Kind, page_of, world):
    page = page_of(getattr(world, kind.who) if kind.who else None)
    page.goto(kind.path(world))
    check(page)


@dataclass(frozen=True)
class Form:
    """A form sent empty, or with something that is refused, comes back with what to correct."""

    address: str
    button: str
    who: str = ""


FORMS = [
    Form("/compte/inscription/", "Créer mon compte"),
    Form("/compte/connexion/", "Se connecter"),
    Form("/compte/bienvenue/", "Continuer", "newcomer"),
    Form("/compte/mot-de-passe/", "Garder ce mot de passe", "nurse"),
    Form("{group}nouveau/", "Publier", "nurse"),
    Form("{thread}", "Répondre", "nurse"),
    Form("{thread}modifier/", "Enregistrer", "nurse"),
    Form("{group}membres/", "Inviter", "nurse"),
    Form("{reply}signaler/", "Signaler", "nurse"),
    Form("/animation/groupes/nouveau/", "Créer", "manager"),
    Form("/animation/verifications/{verification}/", "Refuser cette demande", "manager"),
    Form("{thread}moderer/", "Masquer la discussion", "manager"),
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.address)
def test_a_refused_form(form: Form, page_of, world):
    page = page_of(getattr(world, form.who) if form.who else None)
    places = {
        "group": world.group.get_absolute_url(),
        "thread": world.thread.get_absolute_url(),
        "reply": world.thread.posts.get(position=2).get_absolute_url(),
        "verification": world.verification.pk,
    }
    page.goto(form.address.format(**places))
    for box in page.locator("main input[type=text]:visible").all():
        box.fill("")
    page.get_by_role("main").get_by_role("button", name=form.button, exact=True).click()
    page.locator(".errorlist").first.wait_for(state="attached")
    check(page)


def test_the_sheet_of_filters(page_of):
    page = page_of(None, PHONE)
    page.goto("/emplois/")
    page.get_by_role("link", name="Filtrer").click()
    assert violations(page, EVERYTHING) == []


def test_the_rich_editor(page_of, world):
    page = page_of(world.nurse)
    page.goto(world.thread.get_absolute_url())
    page.get_by_role("button", name="Mise en forme").click()
    page.get_by_role("toolbar").wait_for()
    check(page)


def fail_with(error: Exception):
    def fail(*args, **kwargs):
        raise error

    return fail


def test_search_that_rests(page_of, monkeypatch):
    page = page_of(None)
    monkeypatch.setattr("search.results.result_page.get_engine", fail_with(EngineUnavailable("down")))
    assert page.goto("/recherche/?q=plaies").status == 503
    check(page)


@pytest.mark.parametrize("status", [400, 500])
def test_an_error(status, page_of, world, monkeypatch):
    from django.core.exceptions import BadRequest

    error = BadRequest() if status == 400 else RuntimeError("on purpose")
    monkeypatch.setattr("news.models.NewsPage.serve", fail_with(error))
    page = page_of(None)
    assert page.goto(world.news.get_url()).status == status
    check(page)


def test_the_portal_that_is_unavailable(page_of, portal):
    """The page that a proxy shows while the portal is looked after; nothing serves it from inside."""
    from django.template.loader import render_to_string

    page = page_of(None)
    page.route(
        "**/indisponible",
        lambda route: route.fulfill(
            status=503, body=render_to_string("503.html"), content_type="text/html; charset=utf-8"
        ),
    )
    page.goto("/indisponible")
    check(page)


def test_an_expired_form(page_of, world, context_of):
    context = context_of(world.nurse)
    page = context.new_page()
    page.goto(world.thread.get_absolute_url())
    page.get_by_label("Votre réponse").fill("Écrit avant que la session ne se termine.")
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Répondre").click()
    page.get_by_text("Écrit avant que la session").wait_for()
    check(page)


@pytest.fixture
def curated(portal) -> Iterator[dict[str, int]]:
    """A rule, a selection, what was looked for, a rebuild that is under way and a change that was refused."""
    now = timezone.now()
    made = {
        "rule": SynonymRule.objects.create(words="télésoin\nsoin à distance", note="Demandé en réunion"),
        "selection": Promotion.objects.create(query="zona"),
        "count": QueryCount.objects.create(day=timezone.localdate(), query="zona", searches=9, empty=2),
        "job": IndexJob.objects.create(
            queue="index", kind="rebuild", status="running", started_at=now, done=20, total=80
        ),
        "refused": OutboxRow.objects.create(
            kind="job", object_pk=0, error="too long", not_before=now + timedelta(days=1)
        ),
    }
    yield {name: thing.pk for name, thing in made.items()}
    for thing in made.values():
        thing.delete()


@pytest.mark.parametrize(
    "address",
    [
        "snippets/search/synonymrule/",
        "snippets/search/synonymrule/edit/{rule}/",
        "snippets/search/promotion/",
        "snippets/search/promotion/edit/{selection}/",
        "recherches/",
        "moteur/",
    ],
)
def test_search_in_the_admin(address, page_of, curated):
    page = page_of(UserFactory(is_superuser=True))
    page.goto(f"/admin/{address.format(**curated)}")
    page.get_by_role("heading", level=1).or_(page.get_by_role("heading", level=2)).first.wait_for()
    check(page, OURS)


def test_a_rule_that_is_refused(page_of, curated):
    page = page_of(UserFactory(is_superuser=True))
    page.goto("/admin/snippets/search/synonymrule/add/")
    page.get_by_role("textbox", name="Mots ou expressions").fill("le\nde")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("mot courant").or_(page.locator(".error-message")).first.wait_for()
    check(page, OURS)
