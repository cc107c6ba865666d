"""« En bref »: one finite page a day, each thing with its reason, nothing twice."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from briefing import issues
from briefing.models import BriefIssue
from briefing.sections import sections
from community.counters import refresh_counters
from community.factories import MemberFactory, PostFactory, ThreadFactory, viewer_of
from community.models import GroupReadMark, Post, Thread
from jobs.factories import JobPageFactory
from news.factories import NewsPageFactory
from trainings.factories import TrainingPageFactory, TrainingSessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def nurse():
    return MemberFactory(professions=["infirmier"])


def titles(user) -> dict[str, list[str]]:
    """Section → titles of the issue of today."""
    viewer = viewer_of(user)
    brief = issues.read_issue(issues.issue_of_today(viewer), viewer)
    return {filled.section.name: [item.row.title for item in filled.items] for filled in brief.sections}


def reasons(user) -> list[str]:
    viewer = viewer_of(user)
    brief = issues.read_issue(issues.issue_of_today(viewer), viewer)
    return [item.reason for filled in brief.sections for item in filled.items]


def everything(nurse) -> None:
    for number in range(9):
        NewsPageFactory(title=f"Actualité {number}")
        JobPageFactory(title=f"Poste {number}")
        TrainingPageFactory(title=f"Cours {number}", sessions=[TrainingSessionFactory(in_days=40)])
        ThreadFactory(asked=["infirmier"], title=f"Question posée numéro {number}")
    JobPageFactory(
        title="Ferme bientôt",
        published_at=timezone.now() - timedelta(days=9),
        closes_on=timezone.localdate() + timedelta(days=2),
    )


def test_an_issue_is_short_and_says_why(nurse, client_of):
    everything(nurse)
    found = titles(nurse)
    assert {name: len(shown) for name, shown in found.items()} == {
        "questions": 2,
        "news": 3,
        "job": 2,
        "training": 1,
        "job_closing": 1,
    }
    page = client_of(nurse).get("/bref/").content.decode()
    assert page.count('<span class="why">parce que') == 9
    assert "Vous êtes à jour" in page
    assert re.search(r"9 éléments", page)


def test_all_sections_are_bounded():
    assert {section.name: section.most for section in sections()} == {
        "replies": 5,
        "questions": 2,
        "news": 3,
        "job": 2,
        "training": 1,
        "job_closing": 2,
        "training_soon": 1,
    }


def test_the_issue_of_a_day_stays_and_the_next_holds_nothing_of_it(nurse):
    everything(nurse)
    first = titles(nurse)
    NewsPageFactory(title="Toute nouvelle")
    assert titles(nurse) == first
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        second = titles(nurse)
    assert "Toute nouvelle" in second["news"]
    shown = {title for section in first.values() for title in section}
    assert shown.isdisjoint(title for section in second.values() for title in section)


def test_nothing_new_makes_no_issue(nurse, client_of):
    page = client_of(nurse).get("/bref/").content.decode()
    assert "Vous êtes à jour" in page and not BriefIssue.objects.exists()
    NewsPageFactory(title="Plus tard")
    assert titles(nurse) == {"news": ["Plus tard"]}


def test_a_thing_stands_once_in_an_issue(nurse):
    JobPageFactory(title="Nouveau et presque fermé", closes_on=timezone.localdate() + timedelta(days=1))
    assert titles(nurse) == {"job": ["Nouveau et presque fermé (H/F)"]}


def test_replies_in_own_threads_come_until_they_are_read_and_again_with_others(nurse, client_of):
    thread = ThreadFactory(author=nurse, asked=["medecin"], replies=1)
    GroupReadMark.objects.create(
        user=nurse, group=thread.group, read_until=timezone.now() - timedelta(days=1)
    )
    assert titles(nurse) == {"replies": [thread.title]}
    assert reasons(nurse) == ["parce que vous avez ouvert cette discussion"]
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert titles(nurse) == {}
        PostFactory(thread=thread, position=3)
        refresh_counters([thread.pk])
        assert titles(nurse) == {"replies": [thread.title]}
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        client_of(nurse).get(thread.get_absolute_url())
        assert titles(nurse) == {}


def test_questions_put_to_my_profession_come_before_those_asked_of_nobody(nurse):
    free = ThreadFactory(title="Une question sans destinataire", author=MemberFactory())
    asked = ThreadFactory(asked=["infirmier"], title="Une question aux infirmiers")
    ThreadFactory(asked=["pharmacien"], title="Une question aux pharmaciens")
    assert titles(nurse) == {"questions": [asked.title, free.title]}
    assert reasons(nurse) == [
        "parce que l’avis de votre profession est demandé",
        "parce que personne n’a encore répondu",
    ]


def test_what_may_not_be_read_any_more_leaves_the_issue(nurse, client_of):
    thread = ThreadFactory(asked=["infirmier"], title="Bientôt masquée, cette question")
    assert titles(nurse) == {"questions": [thread.title]}
    Thread.objects.filter(pk=thread.pk).update(hidden_at=timezone.now())
    page = client_of(nurse).get("/bref/").content.decode()
    assert thread.title not in page and "Vous êtes à jour" in page


def test_members_who_are_not_verified_read_the_public_parts(client_of, make_user):
    NewsPageFactory(title="Publique"), NewsPageFactory(title="Réservée", audience="verified")
    ThreadFactory(title="Entre professionnels seulement")
    page = client_of(make_user()).get("/bref/").content.decode()
    assert "Publique" in page
    assert "Réservée" not in page and "Entre professionnels" not in page


def test_visitors_are_asked_to_sign_in(client):
    assert client.get("/bref/").url == "/compte/connexion/?next=/bref/"


def test_old_issues_are_forgotten(nurse):
    NewsPageFactory()
    titles(nurse)
    assert issues.purge() == 0
    BriefIssue.objects.update(created_at=timezone.now() - issues.REMEMBERED - timedelta(days=1))
    assert issues.purge() == 1


def test_an_issue_takes_a_bounded_number_of_queries(nurse, django_assert_max_num_queries):
    everything(nurse)
    titles(nurse)
    viewer = viewer_of(nurse)
    with django_assert_max_num_queries(20):
        issues.read_issue(issues.issue_of_today(viewer), viewer)
    BriefIssue.objects.all().delete()
    with django_assert_max_num_queries(35):
        issues.issue_of_today(viewer)
    assert Post.objects.count() == 9
