"""Every portal starts with a home page, three lists, standard pages and roles."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import Page, Site

from members.models import COMMUNITY_MANAGERS, EDITORS
from portal.site_setup import ensure_site

pytestmark = pytest.mark.django_db
ADDRESSES = ["/", "/a-propos/", "/accessibilite/", "/mentions-legales/", "/confidentialite/"]
LISTS = ["/actualites/", "/emplois/", "/formations/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_pages_exist_for_visitors(site, client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


def test_setting_up_again_changes_nothing(site):
    before = list(Page.objects.order_by("pk").values())
    sites = list(Site.objects.values())
    call_command("setup_site")
    assert list(Page.objects.order_by("pk").values()) == before
    assert list(Site.objects.values()) == sites


def test_what_editors_changed_stays(site):
    page = Page.objects.get(slug="a-propos")
    page.title = "Qui nous sommes"
    page.save()
    ensure_site()
    assert Page.objects.get(slug="a-propos").title == "Qui nous sommes"


def test_wagtail_s_welcome_page_and_groups_are_gone(site):
    assert Page.objects.filter(depth=2).count() == 1
    assert set(Group.objects.values_list("name", flat=True)) == {EDITORS, COMMUNITY_MANAGERS}


def test_roles_exist_after_migrations(db):
    assert Group.objects.get(name=EDITORS).permissions.filter(codename="access_admin").exists()
    assert not Group.objects.get(name=COMMUNITY_MANAGERS).permissions.exists()


def test_the_portal_rises_from_a_flushed_database(site):
    Site.objects.all().delete()
    Page.objects.filter(depth__gt=1).delete()
    Page.objects.all().delete()
    rebuilt = ensure_site()
    assert rebuilt.root_page.get_children().count() == len(ADDRESSES) - 1 + len(LISTS)
