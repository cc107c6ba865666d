"""The demo: what a newcomer sees first, the same at each run."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count

from community.models import Group, Post, Thread
from jobs.models import JobPage
from members.models import Practice, User
from members.viewers import viewer_for
from news.models import NewsPage
from notifications.models import Notification
from notifications.reading import unread_count
from search.index.drift import compare
from search.models import IndexJob
from taxonomy.models import Region
from trainings.models import TrainingPage

pytestmark = [pytest.mark.django_db, pytest.mark.database_free]
ACCOUNTS = (
    "admin",
    "editrice",
    "animateur",
    "pharmacienne",
    "infirmier",
    "medecin",
    "responsable",
    "nouveau",
)


def run() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def content() -> dict[str, int]:
    models = (NewsPage, JobPage, TrainingPage, Group, Thread, Post, User, Practice)
    return {model.__name__: model._base_manager.count() for model in models}


def test_the_demo_looks_lived_in_and_is_loaded_once(index, client, settings):
    said = run()
    made = content()
    least = {"NewsPage": 40, "JobPage": 300, "TrainingPage": 120, "Group": 12, "Thread": 150, "Post": 900}
    assert all(made[name] >= number for name, number in least.items()), made
    assert made["User"] >= 120
    assert Group.objects.filter(parent__isnull=False).count() >= 4
    assert set(Group.objects.values_list("visibility", flat=True)) == set(Group.Visibility.values)
    assert Practice.objects.aggregate(n=Count("profession", distinct=True))["n"] >= 12
    regions = Practice.objects.values_list("department__region", flat=True)
    assert set(regions) == set(Region.objects.values_list("pk", flat=True))
    assert compare().clean
    # The admin's page says when the index was made.
    assert IndexJob.objects.get().status == IndexJob.Status.DONE

    for name in ACCOUNTS:
        assert f"{name}@pairs.example" in said
        assert client.login(username=f"{name}@pairs.example", password="demo-pairs")
    for path in ("/", "/communaute/", "/animation/", "/admin/"):
        assert f"{settings.SITE_URL}{path} " in said

    kinds = set(Notification.objects.values_list("kind", flat=True))
    assert len(kinds) >= 10, kinds
    for name in ("animateur", "pharmacienne", "infirmier", "medecin", "responsable"):
        user = User.objects.get(email=f"{name}@pairs.example")
        assert unread_count(viewer_for(user)), name

    settings.SITE_URL = "http://127.0.0.1:8123"
    again = run()
    assert content() == made
    assert "http://127.0.0.1:8123/" in again
    client.logout()
    page = client.get("/", headers={"host": "127.0.0.1:8123"})
    assert re.search(r'<link rel="canonical" href="http://127.0.0.1:8123/"', page.content.decode())
