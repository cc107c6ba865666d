"""A script in every text of the database: no page shows it raw, whoever reads."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.cache import caches
from django.db import models
from wagtail.fields import StreamField

from .addresses import addresses
from .conftest import index_everything
from .leaks.world import World
from .support import browser_of

pytestmark = pytest.mark.django_db

APPS = ("home", "news", "jobs", "trainings", "community", "members", "taxonomy", "search", "core")
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
RAW = ("<script>alert", "<img src=x")
READERS = ("visitor", "nurse", "leader", "manager", "admin")
# Markup that is cleaned when it is written, and what the portal itself writes: paths, marks, codes.
OURS = {"body", "rules", "path", "url_path", "password", "code", "icon", "language", "colour", "kind", "sort"}


def texts(model: type[models.Model]) -> Iterator[models.Field]:
    """The fields of a model that hold what somebody typed, long enough for a script."""
    unique = [one for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
    left_out = OURS | {one.fields[-1] for one in unique if one.fields}
    for field in model._meta.concrete_fields:
        plain = isinstance(field, (models.CharField, models.TextField))
        coded = isinstance(field, (models.SlugField, models.EmailField, models.URLField, StreamField))
        ours = coded or field.choices or field.unique or field.name in left_out
        if plain and not ours and (field.max_length or len(SCRIPT)) >= len(RAW[0]):
            yield field


def poison() -> int:
    """How many fields of the database say the script now."""
    count = 0
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            fields = {field.name: SCRIPT[: field.max_length] for field in texts(model)}
            if fields:
                model._base_manager.update(**fields)
                count += len(fields)
    caches["process"].clear()
    return count


@pytest.fixture(scope="module")
def poisoned(world) -> World:
    assert poison() > 60
    index_everything()
    return world


@pytest.mark.parametrize("reader", READERS)
def test_no_page_shows_a_stored_script_raw(reader, poisoned):
    client = browser_of(poisoned.people[reader])
    found, shown = [], 0
    paths = [path for many in addresses(poisoned).values() for path in many]
    searches = ["/recherche/?profession=toutes&q=alert", "/recherche/suggestions/?q=script"]
    for path in [*paths, *searches, "/admin/", "/admin/reports/site-history/"]:
        response = client.get(path)
        if response.status_code >= 500:
            found.append(f"{path}: {response.exc_info[1]!r}")
        if response.streaming or "ml" not in response.headers.get("Content-Type", ""):
            continue
        html = response.content.decode()
        shown += "&lt;script&gt;alert" in html
        found += [f"{path}: {html[html.index(raw) - 80 :][:160]}" for raw in RAW if raw in html]
    assert not found, "\n".join(found)
    assert shown > 10
