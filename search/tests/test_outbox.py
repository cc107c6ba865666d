"""What changes is found, whatever happens on the way: rolled-back saves, dead engines, refusals, races."""

import pytest
from django.db import transaction

from search.engines.base import Change
from search.index import drain as drain_module
from search.index.drain import drain, drain_inline
from search.index.outbox import changed, deferred, waiting
from search.index.state import next_version
from search.models import IndexState, OutboxRow
from taxonomy.models import Theme

from .memory import KIND, Index, memory_engine, notes, save

pytestmark = pytest.mark.django_db
engine = pytest.fixture(memory_engine)


class TestNoting:
    def test_a_committed_change_is_found_at_once(self, engine, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            save("Plaies")
        assert engine.titles() == ["Plaies"]
        assert waiting().rows == 0

    def test_nothing_is_sent_before_the_commit(self, engine, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
            save("Plaies")
        assert engine.titles() == []
        assert len(callbacks) == 1

    def test_a_rolled_back_save_sends_nothing(self, engine, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            try:
                with transaction.atomic():
                    save("Plaies")
                    raise RuntimeError
            except RuntimeError:
                pass
        assert engine.bulks == []
        assert waiting().rows == 0

    def test_a_transaction_drains_once_however_much_it_changes(
        self, engine, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True) as callbacks, transaction.atomic():
            for theme in notes(5):
                changed(KIND, theme.pk)
        assert len(callbacks) == 1
        assert len(engine.bulks) == 1

    def test_a_change_after_a_rolled_back_savepoint_is_drained(
        self, engine, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            try:
                with transaction.atomic():
                    save("Lost")
                    raise RuntimeError
            except RuntimeError:
                pass
            save("Kept")
        assert engine.titles() == ["Kept"]

    def test_several_changes_of_one_object_are_one_write(self, engine):
        theme = save("Plaies")
        changed(KIND, theme.pk)
        changed(KIND, [theme.pk, theme.pk])
        drain()
        assert engine.bulks == [[f"{KIND}:{theme.pk}"]]
        assert waiting().rows == 0

    def test_thousands_of_objects_take_few_queries(self, engine, django_assert_max_num_queries):
        with django_assert_max_num_queries(40):  # SQLite takes 999 values at a time
            changed(KIND, range(1, 5001))
        assert waiting().rows == 5000

    def test_a_queryset_is_noted_by_the_database_itself(self, engine, django_assert_num_queries):
        wanted = {theme.pk for theme in notes(3000)}
        query = Theme.objects.filter(pk__in=Theme.objects.filter(slug__startswith="note-")).order_by("name")
        with django_assert_num_queries(1):
            changed(KIND, query.values_list("pk", flat=True))
        assert set(OutboxRow.objects.values_list("object_pk", flat=True)) == wanted
        assert waiting().refused == 0 and waiting().rows == len(wanted)
        assert drain(limit=200).written == 200

    def test_a_queryset_without_rows_notes_nothing(self, engine, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as callbacks:
            changed(KIND, Theme.objects.none().values_list("pk", flat=True))
            changed(KIND, Theme.objects.filter(name="?").values_list("pk", flat=True))
        assert callbacks == [] and waiting().rows == 0

    def test_nothing_to_note_asks_the_database_nothing(self, engine, django_assert_num_queries):
        with django_assert_num_queries(0):
            changed(KIND, [])

    def test_an_import_drains_at_its_end_only(self, engine, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as callbacks, deferred():
            save("Plaies")
        assert callbacks == []
        assert drain().written == 1

    def test_the_worker_drains_where_the_settings_say_so(
        self, engine, settings, django_capture_on_commit_callbacks
    ):
        settings.SEARCH_DRAIN = "worker"
        with django_capture_on_commit_callbacks() as callbacks:
            save("Plaies")
        assert callbacks == []
        assert waiting().rows == 1


class TestDraining:
    def test_what_is_no_longer_eligible_or_was_deleted_leaves_the_index(self, engine):
        hidden, deleted = save("A", "a"), save("B", "b")
        drain()
        Theme.objects.filter(pk=hidden.pk).update(name="hidden")
        Theme.objects.filter(pk=deleted.pk).delete()
        changed(KIND, [hidden.pk, deleted.pk])
        drain()
        assert engine.titles() == []

    def test_the_cost_does_not_grow_with_the_number_of_objects(self, engine, django_assert_max_num_queries):
        changed(KIND, [theme.pk for theme in notes(150)])
        next_version()
        with django_assert_max_num_queries(19):
            assert drain().written == 150

    def test_a_request_drains_a_bounded_number_newest_first(self, engine):
        backlog = notes(drain_module.INLINE_LIMIT + 20)
        changed(KIND, [theme.pk for theme in backlog])
        save("Zzz just saved")
        drain_inline()
        assert "Zzz just saved" in engine.titles()
        assert waiting().rows == 21

    def test_a_limit_is_kept_across_batches(self, engine):
        changed(KIND, [theme.pk for theme in notes(450)])
        assert drain(limit=300).written == 300
        assert waiting().rows == 150

    def test_no_new_batch_once_it_is_told_to_stop(self, engine):
        save("Plaies")
        assert drain(go_on=lambda: False).written == 0

    def test_an_idle_drain_asks_once_and_writes_nothing(self, engine, django_assert_num_queries):
        with django_assert_num_queries(1):
            drain()

    def test_entries_of_a_kind_that_no_app_knows_any_more_go(self, engine):
        changed("gone", 7)
        drain()
        assert waiting().rows == 0


class TestChangesMeanwhile:
    def test_a_change_during_the_write_is_not_lost(self, engine):
        theme = save("Before")

        def edit(changes):
            engine.before_write = lambda changes: None
            Theme.objects.filter(pk=theme.pk).update(name="After")
            changed(KIND, theme.pk)

        engine.before_write = edit
        drain(limit=1)
        assert engine.titles() == ["Before"]
        assert waiting().rows == 1
        drain()
        assert engine.titles() == ["After"]

    def test_a_second_drain_leaves_alone_what_the_first_is_at(self, engine):
        save("Plaies")
        seen = []

        def second(changes):
            engine.before_write = lambda changes: None
            seen.append(drain().written)

        engine.before_write = second
        assert drain().written == 1
        assert seen == [0]

    def test_the_slower_drain_cannot_overwrite_the_newer_state(self, engine):
        theme = save("Before")

        def overtaken(changes):
            engine.before_write = lambda changes: None
            Theme.objects.filter(pk=theme.pk).update(name="After")
            changed(KIND, theme.pk)
            drain()

        engine.before_write = overtaken
        drain()
        assert engine.titles() == ["After"]
        assert waiting().rows == 0

    def test_versions_grow_even_when_the_clock_is_set_back(self, monkeypatch):
        first = next_version().version
        monkeypatch.setattr("search.index.state.time.time_ns", lambda: 1)
        assert next_version().version == first + 1

    def test_versions_go_on_after_the_database_was_restored_from_a_backup(self):
        first = next_version().version
        IndexState.objects.update(version=0)
        assert next_version().version > first

    def test_the_index_keeps_the_newest_of_two_writes(self):
        index = Index()
        index.apply(Change("note:1", 2, None))
        index.apply(Change("note:1", 1, None))
        assert index.held["note:1"][0] == 2


class TestEngineDown:
    def test_saves_work_and_rows_wait(self, engine, django_capture_on_commit_callbacks):
        engine.down = True
        with django_capture_on_commit_callbacks(execute=True):
            save("Plaies")
        assert waiting().rows == 1
        engine.down = False
        assert drain().written == 1
        assert engine.titles() == ["Plaies"]

    def test_it_is_not_asked_again_at_each_request(self, engine):
        engine.down = True
        save("Plaies")
        drain_inline()
        engine.down = False
        drain_inline()
        assert engine.titles() == []

    def test_an_outage_is_no_refusal(self, engine):
        engine.down = True
        save("Plaies")
        for _attempt in range(5):
            assert drain().unavailable == "connection refused"
        row = OutboxRow.objects.get()
        assert (row.attempts, row.error) == (0, "")

    def test_an_inline_drain_never_raises(self, engine, monkeypatch, caplog):
        save("Plaies")
        monkeypatch.setattr(drain_module, "_claim", lambda *args, **kwargs: 1 / 0)
        drain_inline()
        assert waiting().rows == 1
