"""Saved searches: any list, under a name, with the same URL syntax."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from alerts import services
from alerts.models import SavedSearch
from alerts.queries import new_results, read_query
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    ThreadFactory,
    viewer_of,
)
from community.models import Membership
from jobs.factories import JobPageFactory
from members.models import Verification
from news.factories import NewsPageFactory

from .conftest import index_everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

NEW, LIST = "/compte/recherches/nouvelle/", "/compte/recherches/"


@pytest.fixture
def nurse():
    return MemberFactory(professions=["infirmier"])


def save(user, query="type=job", name="Mes offres", frequency="daily") -> SavedSearch:
    return services.saved_search_create(viewer=viewer_of(user), name=name, query=query, frequency=frequency)


def new(saved) -> list[str]:
    viewer = viewer_of(saved.user)
    state = read_query(saved.query, viewer).state
    found = new_results(state, viewer, since=saved.checked_at, told=saved.told, now=timezone.now())
    return sorted(result.row.title for result in found)


@pytest.mark.parametrize(
    ("path", "saved"),
    [
        ("/emplois/?contrat=cdi", "type=job&profession=infirmier&contrat=cdi"),
        ("/recherche/?q=plaie&profession=toutes&page=1", "q=plaie&profession=toutes"),
        ("/communaute/discussions/?attend=infirmier", "type=thread&profession=infirmier&attend=infirmier"),
        ("/actualites/?theme=douleur&profession=toutes", "type=news&profession=toutes&theme=douleur"),
    ],
)
def test_every_list_leads_to_saving_it(nurse, client_of, path, saved):
    index_everything()
    browser = client_of(nurse)
    page = browser.get(path).content.decode()
    url = next(part.split('"')[0] for part in page.split('href="') if part.startswith(NEW)).replace(
        "&amp;", "&"
    )
    assert browser.post(url, {"name": "À suivre", "frequency": "weekly"}).url == LIST
    held = SavedSearch.objects.get()
    assert (held.name, held.frequency) == ("À suivre", "weekly")
    assert set(held.query.split("&")) == set(saved.split("&"))
    listed = browser.get(LIST).content.decode()
    assert "À suivre" in listed and held.query.replace("&", "&amp;") in listed
    assert browser.get(f"/recherche/?{held.query}").status_code == 200


def test_visitors_are_not_offered_to_save(client):
    assert NEW not in client.get("/emplois/").content.decode()
    assert client.get(NEW).status_code == 302


def test_a_search_is_renamed_changed_and_deleted(nurse, client_of):
    saved, browser = save(nurse), client_of(nurse)
    url = f"{LIST}{saved.pk}/"
    assert browser.get(url).status_code == 200
    browser.post(url, {"name": "Autre nom", "frequency": "never"})
    saved.refresh_from_db()
    assert (saved.name, saved.frequency) == ("Autre nom", "never")
    assert browser.post(url, {"name": "", "frequency": "never"}).status_code == 422
    replaced = {"name": "x", "frequency": "daily", "replaced": saved.pk}
    browser.post(f"{NEW}?type=news&profession=toutes", replaced)
    saved.refresh_from_db()
    assert (saved.name, saved.query) == ("Autre nom", "type=news&profession=toutes")
    assert browser.get(f"{url}supprimer/").status_code == 405
    browser.post(f"{url}supprimer/")
    assert not SavedSearch.objects.exists()


def test_searches_of_others_do_not_exist(nurse, client_of):
    saved, browser = save(MemberFactory(professions=["medecin"])), client_of(nurse)
    assert saved.name not in browser.get(LIST).content.decode()
    for url in (f"{LIST}{saved.pk}/", f"{LIST}{saved.pk}/supprimer/"):
        assert browser.post(url, {"name": "x", "frequency": "never"}).status_code == 404
    for command in (services.saved_search_update, services.saved_search_replace):
        arguments = {"name": "x", "frequency": "never"} if "update" in command.__name__ else {"query": ""}
        with pytest.raises(PermissionDenied):
            command(viewer=viewer_of(nurse), pk=saved.pk, **arguments)
    assert SavedSearch.objects.filter(pk=saved.pk, name="Mes offres").exists()


def test_the_same_list_is_saved_once_and_at_most_a_hundred(nurse, monkeypatch):
    save(nurse)
    with pytest.raises(ValidationError, match="déjà"):
        save(nurse, name="Encore")
    monkeypatch.setattr(services, "MOST", 2)
    save(nurse, "type=news")
    with pytest.raises(ValidationError, match="2"):
        save(nurse, "type=training")


def test_new_is_what_was_published_since_and_matches(nurse):
    JobPageFactory(title="Ancienne")
    index_everything()
    saved = save(nurse, "type=job&q=cardiologie")
    JobPageFactory(title="Poste en cardiologie")
    JobPageFactory(title="Poste en gériatrie")
    NewsPageFactory(title="Actualité de cardiologie")
    index_everything()
    assert new(saved) == ["Poste en cardiologie (H/F)"]


def test_what_stands_in_the_list_already_is_not_new(nurse):
    JobPageFactory(title="Déjà là")
    index_everything()
    saved = save(nurse)
    assert new(saved) == []


def test_a_page_dated_before_it_is_published_is_new_all_the_same(nurse):
    saved = save(nurse)
    JobPageFactory(title="Datée d’hier", published_at=timezone.now() - timedelta(days=1))
    JobPageFactory(title="Datée du mois dernier", published_at=timezone.now() - timedelta(days=31))
    index_everything()
    assert new(saved) == ["Datée d’hier (H/F)"]


def test_only_what_its_owner_may_read_now_is_new(nurse):
    group = GroupFactory(visibility="private")
    membership = MembershipFactory(user=nurse, group=group)
    saved = save(nurse, "type=thread&profession=toutes")
    thread = ThreadFactory(group=group, title="Entre membres du groupe")
    NewsPageFactory(title="Actualité")
    index_everything()
    assert new(saved) == [thread.title]
    membership.state = Membership.State.REMOVED
    membership.save()
    assert new(saved) == []


def test_a_search_that_lost_a_filter_says_so(nurse, client_of):
    group = GroupFactory(visibility="private")
    membership = MembershipFactory(user=nurse, group=group)
    saved = save(nurse, f"type=thread&groupe={group.slug}&profession=toutes")
    assert read_query(saved.query, viewer_of(nurse)).is_whole
    membership.delete()
    assert not read_query(saved.query, viewer_of(nurse)).is_whole
    page = client_of(nurse).get(LIST).content.decode()
    assert "aucun e-mail" in page and group.name not in page


def test_who_is_no_longer_verified_is_told_of_no_discussion(nurse):
    saved = save(nurse, "type=thread&profession=toutes")
    Verification.objects.filter(user=nurse).update(state=Verification.State.REVOKED)
    assert not read_query(saved.query, viewer_of(nurse)).is_whole


def test_nothing_of_the_time_without_mails_is_told_afterwards(nurse):
    saved = save(nurse, frequency="never")
    JobPageFactory(title="Entre-temps")
    index_everything()
    saved = services.saved_search_update(
        viewer=viewer_of(nurse), pk=saved.pk, name=saved.name, frequency="daily"
    )
    assert new(saved) == []
