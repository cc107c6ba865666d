"""The pages that every portal has. Idempotent: what exists is left as editors made it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import Collection, Locale, Page, Site, WorkflowPage

from home.branding import Brand
from home.models import HomePage, StandardPage
from home.roles import ensure_roles
from jobs.models import JobIndexPage
from news.models import NewsIndexPage
from trainings.models import TrainingIndexPage

# French texts that editors change in the admin: the home page, the lists, the standard pages by slug.
TEXTS = json.loads(Path(__file__).with_name("site_texts.json").read_text(encoding="utf-8"))
LIST_MODELS = {"actualites": NewsIndexPage, "emplois": JobIndexPage, "formations": TrainingIndexPage}
# Made by Wagtail's first migration; the portal has roles of its own.
WAGTAIL_GROUPS = ["Moderators", "Editors"]


@transaction.atomic
def ensure_site() -> Site:
    """Creates the site, its home page, the three lists, the standard pages and the roles."""
    root = _root()
    home = HomePage.objects.first() or _create_home(root)
    site = _ensure_site_record(home)
    for slug, texts in TEXTS["lists"].items():
        _ensure_child(home, LIST_MODELS[slug], slug, texts)
    for slug, texts in TEXTS["pages"].items():
        _ensure_child(home, StandardPage, slug, texts | {"body": json.dumps(texts["body"])})
    ensure_roles()
    return site


def _root() -> Page:
    """The tree's root, its locale and collection: a flushed database has lost what migrations made."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    if not Collection.get_first_root_node():
        Collection.add_root(name="Root")
    return Page.get_first_root_node() or Page.add_root(title="Root", slug="root")


def _create_home(root: Page) -> HomePage:
    """The home page, instead of Wagtail's welcome page, its groups and its approval workflow."""
    Page.objects.filter(depth=2, slug="home", content_type__model="page").delete()
    root.refresh_from_db()
    Group.objects.filter(name__in=WAGTAIL_GROUPS, user__isnull=True).delete()
    WorkflowPage.objects.filter(page=root).delete()
    home = HomePage(slug="accueil", **TEXTS["home"])
    return root.add_child(instance=home)


def _ensure_site_record(home: HomePage) -> Site:
    """The default site, at the address that the settings say now."""
    address = urlsplit(settings.SITE_URL)
    wanted = {
        "hostname": address.hostname or "localhost",
        "port": address.port or (443 if address.scheme == "https" else 80),
        "root_page": home,
    }
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if site._state.adding or any(getattr(site, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(site, name, value)
        site.save()
    Brand.objects.get_or_create(site=site)
    return site


def _ensure_child(home: HomePage, model: type[Page], slug: str, fields: Mapping[str, Any]) -> None:
    if not home.get_children().filter(slug=slug).exists():
        home.add_child(instance=model(slug=slug, **fields))
