"""Everything that happens to a tracked object is noted, in the transaction in which it happens."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page

from search.index import tracking
from search.index.tracking import track, track_m2m, track_pages, track_related
from search.models import OutboxRow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_receivers(monkeypatch, settings):
    """What a test tracks is forgotten after it; other apps' receivers are silent meanwhile."""
    settings.SEARCH_DRAIN = "worker"
    monkeypatch.setattr(tracking, "_page_kinds", {})
    signals = (pre_save, post_save, pre_delete, post_delete, m2m_changed)
    before = [list(signal.receivers) for signal in signals]
    yield
    for signal, receivers in zip(signals, before, strict=True):
        signal.receivers[:] = receivers
        signal.sender_receivers_cache.clear()


@pytest.fixture
def home():
    track_pages(Page, "page")
    root = Page.objects.get(depth=1)
    page = root.add_child(instance=Page(title="Home", slug="tracked-home"))
    forget()
    return page


def forget() -> None:
    OutboxRow.objects.all().delete()


def noted(kind: str = "page") -> set[int]:
    """Pks noted since the last look."""
    pks = set(OutboxRow.objects.filter(kind=kind).values_list("object_pk", flat=True))
    forget()
    return pks


def child(parent: Page, slug: str) -> Page:
    page = parent.add_child(instance=Page(title=f"Title of {slug}", slug=slug))
    forget()
    return page


class TestPages:
    def test_creating_and_saving(self, home):
        page = home.add_child(instance=Page(title="News", slug="news"))
        assert page.pk in noted()
        page.save()
        assert noted() == {page.pk}

    def test_publishing_a_draft(self, home):
        page = home.add_child(instance=Page(title="News", slug="news", live=False))
        forget()
        page.save_revision().publish()
        assert page.pk in noted()

    def test_unpublishing_with_what_is_below(self, home, admin_user):
        page = child(home, "above")
        below = child(page, "below")
        page.unpublish()
        assert noted() == {page.pk, below.pk}
        page.live = True
        page.save()
        forget()
        page.refresh_from_db()
        UnpublishPageAction(page, user=admin_user, include_descendants=True).execute()
        assert {page.pk, below.pk} <= noted()

    def test_scheduled_publication_and_expiry(self, home):
        soon = timezone.now() + timedelta(hours=1)
        coming = home.add_child(instance=Page(title="Soon", slug="soon", live=False, go_live_at=soon))
        leaving = home.add_child(instance=Page(title="Gone", slug="gone", expire_at=soon))
        coming.save_revision().publish()
        Page.objects.filter(pk=leaving.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
        revision = coming.latest_revision
        revision.content["go_live_at"] = None
        revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
        revision.save()
        forget()
        call_command("publish_scheduled")
        assert {coming.pk, leaving.pk} <= noted()

    def test_moving_and_renaming_reach_what_is_below(self, home):
        page, target = child(home, "above"), child(home, "target")
        below = child(page, "below")
        deep = child(below, "deep")
        Page.objects.get(pk=page.pk).move(Page.objects.get(pk=target.pk), pos="last-child")
        assert {page.pk, below.pk, deep.pk} <= noted()
        page = Page.objects.get(pk=page.pk)
        page.slug = "renamed"
        page.save()
        assert {page.pk, below.pk, deep.pk} <= noted()

    def test_deleting_reaches_what_is_below(self, home):
        page = child(home, "above")
        below = child(page, "below")
        Page.objects.get(pk=page.pk).delete()
        assert {page.pk, below.pk} <= noted()

    def test_copies_and_aliases(self, home):
        page = child(home, "above")
        below = child(page, "below")
        copy = Page.objects.get(pk=page.pk).copy(recursive=True, update_attrs={"slug": "copy"})
        assert {copy.pk, copy.get_children().get().pk} <= noted()
        alias = below.create_alias(update_slug="alias")
        assert alias.pk in noted()

    def test_a_draft_changes_nothing_that_can_be_found(self, home):
        page = child(home, "above")
        page.title = "Draft"
        page.save_revision()
        assert noted() == set()

    def test_saving_a_page_in_place_leaves_those_below_alone(self, home):
        page = child(home, "above")
        child(page, "below")
        page = Page.objects.get(pk=page.pk)
        page.title = "Other title"
        page.save()
        assert noted() == {page.pk}

    def test_every_row_is_written_inside_a_transaction(self, home, monkeypatch):
        page, target = child(home, "above"), child(home, "target")
        depth = len(connection.savepoint_ids)
        depths = []
        monkeypatch.setattr(
            tracking, "changed", lambda *args: depths.append(len(connection.savepoint_ids) > depth)
        )
        page.title = "Other"
        page.save_revision().publish()
        page.unpublish()
        Page.objects.get(pk=page.pk).move(Page.objects.get(pk=target.pk), pos="last-child")
        Page.objects.get(pk=page.pk).delete()
        assert depths
        assert all(depths)

    def test_pages_that_nobody_tracks_are_ignored(self, home):
        tracking._page_kinds.clear()
        child(home, "untracked")
        assert noted() == set()


class TestOtherModels:
    def test_an_object_is_its_own_entry(self):
        track(Group, "group")
        group = Group.objects.create(name="Nurses")
        assert noted("group") == {group.pk}
        pk = group.pk
        group.delete()
        assert noted("group") == {pk}

    def test_a_part_is_a_change_of_its_whole(self):
        track_related(Group, "page", lambda group: [7, None])
        Group.objects.create(name="Nurses")
        assert noted() == {7}

    def test_relations_are_followed_before_a_delete(self):
        permission = Permission.objects.first()
        track_related(Group, "permission", lambda group: group.permissions.values_list("pk", flat=True))
        group = Group.objects.create(name="Nurses")
        group.permissions.add(permission)
        forget()
        group.delete()
        assert noted("permission") == {permission.pk}

    def test_many_to_many_from_both_sides(self):
        track_m2m(Group.permissions.through, "group", Group)
        group, permission = Group.objects.create(name="Nurses"), Permission.objects.first()
        for change in (
            lambda: group.permissions.add(permission),
            lambda: group.permissions.clear(),
            lambda: permission.group_set.add(group),
            lambda: permission.group_set.clear(),
            lambda: group.permissions.set([permission]),
            lambda: permission.group_set.remove(group),
        ):
            change()
            assert noted("group") == {group.pk}

    def test_a_rolled_back_save_notes_nothing(self):
        track(Group, "group")
        with pytest.raises(RuntimeError), transaction.atomic():
            Group.objects.create(name="Nurses")
            raise RuntimeError
        assert noted("group") == set()
