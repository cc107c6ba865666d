"""A new index is filled beside the live one; no change is lost, and a bad one never replaces a good one."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search.engines.base import EngineUnavailable, RebuildRunning
from search.index import rebuild as rebuild_module
from search.index.drain import drain
from search.index.outbox import changed, waiting
from search.index.rebuild import RebuildRefused, rebuild
from search.index.state import REBUILD_SILENCE, rebuild_begins, release_dead_rebuild
from search.models import IndexState, OutboxRow
from taxonomy.models import Theme

from .memory import KIND, memory_engine, note, notes

pytestmark = pytest.mark.django_db
engine = pytest.fixture(memory_engine)


def edit(theme: Theme, name: str) -> None:
    Theme.objects.filter(pk=theme.pk).update(name=name)
    changed(KIND, theme.pk)
    drain()


class TestFilling:
    def test_everything_eligible_is_there_and_the_previous_index_is_kept(self, engine):
        note("Plaies")
        note("hidden", "hidden")
        before = engine.live
        report = rebuild()
        assert engine.titles() == ["Plaies"]
        assert (report.documents, report.refused) == (1, 0)
        assert engine.previous is before

    def test_objects_are_read_by_batches_and_progress_is_told(self, engine, monkeypatch):
        monkeypatch.setattr(rebuild_module, "BATCH", 10)
        notes(25)
        sizes, steps = [], []
        engine.before_add = lambda changes: sizes.append(len(changes))
        rebuild(lambda done, total: steps.append((done, total)))
        assert max(sizes) <= 500
        assert steps[-1] == (25, 25)

    def test_an_empty_database_makes_an_empty_index(self, engine):
        assert rebuild().documents == 0

    def test_what_waited_before_is_not_written_twice(self, engine):
        changed(KIND, [theme.pk for theme in notes(5)])
        rebuild()
        assert not OutboxRow.objects.exists()
        assert engine.bulks == []

    def test_a_refused_object_waits_in_the_outbox_with_its_reason(self, engine):
        notes(5)
        bad = note("Bad")
        engine.refused[f"{KIND}:{bad.pk}"] = "too long"
        assert rebuild().refused == 1
        assert OutboxRow.objects.get().error == "too long"


class TestChangesMeanwhile:
    def test_a_change_drained_into_the_live_index_reaches_the_new_one(self, engine):
        first, second = note("First"), note("Second")
        fresh = []

        def meanwhile(changes):
            engine.before_add = lambda changes: None
            edit(first, "First, edited")
            edit(second, "hidden")
            fresh.append(note("Third"))
            changed(KIND, fresh[0].pk)
            drain()

        # The batch was loaded already when the world changes: the replay has to bring it.
        engine.before_add = meanwhile
        report = rebuild()
        assert engine.titles() == ["First, edited", "Third"]
        assert report.replayed == 3
        assert waiting().rows == 0
        assert not OutboxRow.objects.exists()

    def test_a_change_between_the_last_look_and_the_swap_is_written_again(self, engine):
        theme = note("Before")
        engine.before_commit = lambda: edit(theme, "After")
        rebuild()
        assert engine.titles() == ["After"]
        assert not OutboxRow.objects.exists()

    def test_a_drain_that_straddles_the_swap_is_done_again(self, engine):
        theme = note("Before")

        def edit_while_swapping():
            Theme.objects.filter(pk=theme.pk).update(name="After")
            changed(KIND, theme.pk)

        def whole_rebuild(changes):
            engine.before_write = lambda changes: None
            rebuild()
            # The write that was under way reaches the index that was just replaced.
            engine.live, engine.kept = engine.previous, engine.live

        edit_while_swapping()
        token = rebuild_begins()  # another rebuild under way when the rows are claimed
        engine.before_write = whole_rebuild
        drain()
        engine.live = engine.kept
        assert IndexState.objects.get().rebuild != token
        drain()
        assert engine.titles() == ["After"]
        assert not OutboxRow.objects.exists()

    def test_rows_nobody_drained_yet_are_drained_into_the_new_index(self, engine):
        theme = note("Before")
        engine.before_commit = lambda: (
            Theme.objects.filter(pk=theme.pk).update(name="After"),
            changed(KIND, theme.pk),
        )
        rebuild()
        assert engine.titles() == ["After"]


class TestRefusedSwaps:
    def test_an_index_far_below_the_database_is_not_put_in_place(self, engine):
        live = engine.live
        for theme in notes(20):
            engine.refused[f"{KIND}:{theme.pk}"] = "mapping"
        with pytest.raises(RebuildRefused, match="0 documents, the database 20"):
            rebuild()
        assert engine.live is live
        assert engine.aborted == 1
        assert IndexState.objects.get().rebuild == ""

    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, EngineUnavailable])
    def test_an_interrupted_rebuild_leaves_nothing_behind(self, engine, error):
        note("Plaies")

        def fail(changes):
            raise error

        engine.before_add = fail
        with pytest.raises(error):
            rebuild()
        assert engine.aborted == 1
        assert engine.rebuilding is None
        assert IndexState.objects.get().rebuild == ""

    def test_what_was_kept_for_it_is_drained_again(self, engine):
        theme = note("Before")

        def fail(changes):
            edit(theme, "After")
            raise ValueError

        engine.before_add = fail
        with pytest.raises(ValueError):
            rebuild()
        assert waiting().rows == 1
        drain()
        assert not OutboxRow.objects.exists()

    def test_one_at_a_time(self, engine):
        engine.rebuild()
        with pytest.raises(RebuildRunning):
            rebuild()


class TestKilledRebuild:
    def kill(self) -> None:
        rebuild_begins()
        IndexState.objects.update(rebuild_seen_at=timezone.now() - REBUILD_SILENCE - timedelta(seconds=1))

    def test_what_it_kept_is_let_go_after_a_while(self, engine):
        theme = note("Before")
        self.kill()
        edit(theme, "After")
        assert OutboxRow.objects.get().done
        assert release_dead_rebuild()
        drain()
        assert not OutboxRow.objects.exists()

    def test_a_living_one_is_left_alone(self):
        rebuild_begins()
        assert not release_dead_rebuild()

    def test_the_next_one_takes_over(self, engine):
        note("Plaies")
        self.kill()
        rebuild()
        assert engine.titles() == ["Plaies"]

    def test_one_that_was_declared_dead_does_not_swap(self, engine):
        notes(3)
        live = engine.live
        engine.before_add = lambda changes: (
            IndexState.objects.update(rebuild_seen_at=timezone.now() - 2 * REBUILD_SILENCE),
            release_dead_rebuild(),
        )
        with pytest.raises(RebuildRefused, match="silent"):
            rebuild()
        assert engine.live is live


class TestCommand:
    def test_it_says_what_it_did(self, engine):
        notes(3)
        out = StringIO()
        call_command("search_reindex", stdout=out, stderr=StringIO())
        assert "Documents: 3." in out.getvalue()

    def test_a_terminal_sees_a_bar_and_the_time_left(self, engine):
        notes(3)
        terminal = StringIO()
        terminal.isatty = lambda: True
        call_command("search_reindex", stdout=StringIO(), stderr=terminal)
        assert "3/3 documents, 0 s left" in terminal.getvalue()

    def test_not_when_it_is_not_needed(self, engine):
        out = StringIO()
        call_command("search_reindex", "--if-needed", stdout=out)
        assert "nothing to do" in out.getvalue()
        assert engine.previous is None

    def test_a_dead_engine_is_a_sentence(self, engine):
        engine.down = True
        with pytest.raises(CommandError, match="unavailable"):
            call_command("search_reindex", "--if-needed")

    def test_a_second_one_is_told_to_wait(self, engine):
        engine.rebuild()
        with pytest.raises(CommandError, match="under way"):
            call_command("search_reindex")
