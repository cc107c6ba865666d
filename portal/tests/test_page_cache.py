"""Visitors' pages are rendered once, never for a member, and anew after each change (portal.page_cache)."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.content import content_version, forget_changes
from core.models import ContentChange
from home.branding import Brand
from home.factories import StandardPageFactory
from home.models import HomePage
from jobs.factories import JobPageFactory
from jobs.models import JobPage
from news.factories import NewsPageFactory
from portal.page_cache import CACHE_CONTROL, note_indexed
from search.models import OutboxRow
from taxonomy.models import Profession, Theme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole_minute(time_machine) -> None:
    """Each test has a minute of its own: what is kept ends with its minute."""
    time_machine.move_to(timezone.now().replace(second=1) + timedelta(minutes=1))


def queries(client: Client, path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, headers=headers).status_code == 200
    return len(captured)


def is_hit(client: Client, path: str, **headers: str) -> bool:
    """Whether it was answered by one query, before any URL was resolved."""
    with CaptureQueriesContext(connection) as captured:
        request = client.get(path, headers=headers).wsgi_request
    return request.resolver_match is None and len(captured) == 1


def shown(client: Client, path: str) -> tuple[int, str]:
    response = client.get(path)
    return response.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.text)


@pytest.fixture
def page(site, client):
    """A page that a visitor has just read."""
    page = NewsPageFactory(title="La nouvelle", themes=["douleur"])
    assert not is_hit(client, page.url)
    assert is_hit(client, page.url)
    return page


@pytest.fixture
def member(make_user, client_of):
    return client_of(make_user("infirmier", first_name="Maïwenn", last_name="Le Goff"))


def test_a_page_is_told_to_be_asked_for_again_and_is_sent_once(page, client):
    first = client.get(page.url, headers={"Accept-Encoding": "gzip"})
    assert first["Cache-Control"] == CACHE_CONTROL
    assert {"Cookie", "Accept-Encoding", "HX-Request"} <= set(first["Vary"].split(", "))
    assert first["Content-Encoding"] == "gzip" and not first.cookies
    again = client.get(page.url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == CACHE_CONTROL


def test_what_is_cached_is_what_is_rendered(page, client):
    cached = client.get(page.url)
    caches["pages"].clear()
    rendered = client.get(page.url)
    assert cached.content == rendered.content
    assert dict(cached.items()) == dict(rendered.items())
    assert client.head(page.url).headers["ETag"] == rendered["ETag"]


def unpublish(page):
    page.unpublish()


def delete(page):
    page.delete()


def move(page):
    page.move(HomePage.objects.get(), pos="last-child")


def change_the_slug(page):
    page.slug = "ailleurs"
    page.save()


def publish_a_revision(page):
    page.title = "Autre titre"
    page.save_revision().publish()


def rename_a_theme(page):
    theme = Theme.objects.get(slug="douleur")
    theme.name = "Souffrance"
    theme.save()


def drop_a_theme(page):
    Theme.objects.get(slug="douleur").delete()


def change_the_brand(page):
    brand = Brand.objects.get()
    brand.name = "Confrères"
    brand.save()


def change_the_site(page):
    page.get_site().save()


def change_the_navigation(page):
    StandardPageFactory()


@pytest.mark.parametrize(
    "change",
    [
        unpublish,
        delete,
        move,
        change_the_slug,
        publish_a_revision,
        rename_a_theme,
        drop_a_theme,
        change_the_brand,
        change_the_site,
        change_the_navigation,
    ],
)
@pytest.mark.parametrize("who", ["visitor", "member"])
def test_a_change_is_seen_by_the_next_request(page, client, member, change, who):
    reader = {"visitor": client, "member": member}[who]
    url, before = page.url, shown(reader, page.url)
    change(type(page).objects.get(pk=page.pk))
    after = shown(reader, url)
    for name in ("pages", "content"):
        caches[name].clear()
    assert after == shown(reader, url)
    if change not in (change_the_site, change_the_navigation):
        assert after != before


def test_what_is_rolled_back_changes_nothing(page):
    before = content_version()
    with transaction.atomic():
        unpublish(page)
        assert content_version() != before
        transaction.set_rollback(True)
    assert content_version() == before


def test_a_change_that_commits_after_a_later_one_counts():
    """Two transactions at once: the row that was made first appears last."""
    early, late = ContentChange(), ContentChange(made_at=timezone.now() + timedelta(seconds=1))
    late.save()
    between = content_version()
    early.save()
    assert content_version() != between


def test_what_was_rendered_in_a_transaction_that_failed_is_not_served(site, client):
    for title in ("Jamais publiée", "Publiée"):
        with transaction.atomic():
            page = NewsPageFactory(slug="nouvelle", title=title)
            assert title in client.get(page.url).content.decode()
            transaction.set_rollback(True)


def test_forgetting_changes_is_a_change(page):
    before = content_version()
    forget_changes()
    assert content_version() != before
    assert ContentChange.objects.count() == 1


def test_lists_follow_the_index(site):
    before = content_version()
    note_indexed(sender=OutboxRow, kinds={"thread"})
    assert content_version() == before
    note_indexed(sender=OutboxRow, kinds={"job"})
    assert content_version() != before


def test_nothing_is_older_than_its_minute(site, client, time_machine):
    closes = timezone.localdate() + timedelta(days=3)
    offer = JobPageFactory(closes_on=closes)
    midnight = datetime.combine(closes + timedelta(days=1), datetime.min.time(), ZoneInfo("Europe/Paris"))
    time_machine.move_to(midnight - timedelta(seconds=30), tick=False)
    assert client.get(offer.url).status_code == 200
    assert is_hit(client, offer.url)
    time_machine.move_to(midnight + timedelta(seconds=1), tick=False)
    assert client.get(offer.url).status_code == 410


def test_members_and_visitors_never_share(page, client, member):
    visitors = client.get(page.url).content
    of_a_member = member.get(page.url)
    assert b"Le Goff" not in visitors and of_a_member.content != visitors
    assert "private" in of_a_member["Cache-Control"] and "ETag" not in of_a_member
    assert not is_hit(member, page.url)
    caches["pages"].clear()
    assert member.get(page.url).content != client.get(page.url).content == visitors


def test_reserved_pages_are_not_kept(site, client, member):
    page = NewsPageFactory(audience="verified", title="Entre nous")
    for reader, status in ((member, 200), (client, 403), (member, 200), (client, 403)):
        response = reader.get(page.url)
        assert response.status_code == status
        assert response["Cache-Control"] == "private, no-cache"
    assert not caches["pages"]._cache


@pytest.mark.parametrize("name", ["sessionid", CookieStorage.cookie_name])
def test_whoever_may_be_shown_their_own_is_not_served_from_the_cache(page, client, name):
    client.cookies[name] = "x"
    assert not is_hit(client, page.url)


def test_a_form_with_a_token_is_not_kept(site, client, monkeypatch):
    monkeypatch.setattr("portal.page_cache.VIEWS", {"account_login"})
    for _ in range(2):
        assert b"csrfmiddlewaretoken" in client.get("/compte/connexion/").content
    assert not caches["pages"]._cache


def test_searches_for_words_are_answered_anew(site, client, index):
    index()
    for path in ("/emplois/?q=infirmier", "/recherche/?q=infirmier"):
        client.get(path)
        assert not is_hit(client, path)
    client.get("/recherche/")
    assert is_hit(client, "/recherche/")


def test_languages_hosts_and_parts_of_pages_are_kept_apart(site, client, index):
    index()
    client.get("/emplois/")
    assert is_hit(client, "/emplois/")
    assert not is_hit(client, "/emplois/", host="autre.example")
    assert not is_hit(client, "/emplois/", hx_request="true")
    asked = {"HX-Request": "true", "HX-Target": "liste"}
    assert "HX-Push-Url" in client.get("/emplois/", headers=asked)
    assert "HX-Push-Url" not in client.get("/emplois/", headers={"HX-Request": "true"})
    assert "HX-Push-Url" not in client.get("/emplois/")
    client.cookies["django_language"] = "en"
    assert not is_hit(client, "/emplois/")
    assert client.get("/emplois/")["Content-Language"] == "en"


def test_the_language_can_be_chosen_without_a_token(site):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/langue/", {"language": "en", "next": "/"})
    assert response.status_code == 302
    assert client.get("/")["Content-Language"] == "en"


def test_a_reserved_page_is_kept_for_those_who_may_read_it(site, client, member):
    page = NewsPageFactory(audience="verified", title="Entre nous")
    assert member.get(page.url).status_code == 200
    assert client.get(page.url).status_code == 403
    page.audience = "professions"
    page.professions = Profession.objects.filter(slug="pharmacien")
    page.save()
    assert member.get(page.url).status_code == 403


def test_rows_of_a_list_follow_each_change_before_the_index_does(site, member, index):
    offer = JobPageFactory(title="Infirmier de nuit")
    index()
    assert offer.title in member.get("/emplois/").text
    JobPage.objects.get().unpublish()
    assert offer.title not in member.get("/emplois/").text


def test_rows_are_kept_for_those_who_read_the_same(site, client, make_user, client_of, index):
    offer = JobPageFactory(title="Infirmier de nuit", audience="professions", professions=["infirmier"])
    index()
    assert offer.title in client_of(make_user("infirmier")).get("/emplois/?profession=toutes").text
    for other in (client, client_of(make_user("pharmacien")), client_of(make_user())):
        assert offer.title not in other.get("/emplois/?profession=toutes").text


class TestColumnsOfTheHomePage:
    """Kept for all who may read the same pages (`core.content.cached_content`)."""

    @pytest.fixture
    def reserved(self, site):
        return NewsPageFactory(
            title="Pour les seules infirmières", audience="professions", professions=["infirmier"]
        )

    def test_are_read_once_for_readers_of_one_profession(self, reserved, make_user, client_of):
        first, second = (client_of(make_user("infirmier")) for _ in range(2))
        asked = queries(first, "/")
        assert queries(second, "/") < asked
        assert reserved.title in second.get("/").content.decode()

    def test_are_not_shown_to_whoever_may_not_read_them(self, reserved, make_user, client_of, client):
        assert reserved.title in client_of(make_user("infirmier")).get("/?profession=toutes").content.decode()
        for other in (client, client_of(make_user("pharmacien")), client_of(make_user())):
            assert reserved.title not in other.get("/?profession=toutes").content.decode()

    def test_follow_each_change(self, reserved, member):
        assert reserved.title in member.get("/").content.decode()
        other = NewsPageFactory(title="Tout juste parue", audience="verified")
        assert other.title in member.get("/").content.decode()
        other.unpublish()
        assert other.title not in member.get("/").content.decode()
