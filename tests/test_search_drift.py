"""Every kind that can be found: a rebuild holds all of it, the check sees what differs and repairs it."""

from dataclasses import replace

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat

from community.models import Group, Thread
from jobs.models import JobPage
from members.models import User
from news.models import NewsPage
from search.engines import get_engine
from search.engines.base import Change
from search.index.drain import drain
from search.index.drift import compare, repair
from search.index.state import next_version
from search.sources import sources
from trainings.models import TrainingPage

from .conftest import index_everything
from .leaks.world import make_world

pytestmark = pytest.mark.django_db

TITLES = {
    "group": (Group, "name"),
    "job": (JobPage, "title"),
    "news": (NewsPage, "title"),
    "person": (User, "first_name"),
    "thread": (Thread, "title"),
    "training": (TrainingPage, "title"),
}


@pytest.fixture
def world(site, index, settings):
    settings.SEARCH_DRAIN = "worker"
    make_world()
    index_everything()


def test_every_kind_is_looked_at_here():
    assert set(TITLES) == set(sources())


def test_a_rebuild_holds_every_kind_whole(world):
    expected = {kind: source.eligible().count() for kind, source in sources().items()}
    assert min(expected.values()) > 0
    assert get_engine().counts() == expected
    assert compare().clean


def test_what_was_changed_behind_the_outbox_is_seen_and_repaired(world):
    stale, missing, orphaned = set(), set(), set()
    for kind, (model, field) in TITLES.items():
        source = sources()[kind]
        first, second = source.eligible().order_by("pk").values_list("pk", flat=True)[:2]
        (document,) = source.documents([first])
        ghost, version = replace(document, pk=999_999), next_version().version
        get_engine().write([Change(f"{kind}:{second}", version, None), Change(ghost.id, version, ghost)])
        model.objects.filter(pk=first).update(**{field: Concat(F(field), Value(" bis"))})
        stale.add(f"{kind}:{first}")
        missing.add(f"{kind}:{second}")
        orphaned.add(ghost.id)

    drift = compare()
    assert stale <= set(drift.stale)
    assert (set(drift.missing), set(drift.orphaned)) == (missing, orphaned)
    repair(drift)
    drain()
    assert compare().clean
