"""What the index refuses waits with its reason and its delay; what a killed drain was at is drained again."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from search.index.drain import LEASE, LONGEST_DELAY, drain
from search.index.outbox import changed, waiting
from search.models import OutboxRow

from .memory import KIND, NoteSource, memory_engine, save

pytestmark = pytest.mark.django_db
engine = pytest.fixture(memory_engine)


class TestRefusals:
    def test_a_refused_object_waits_with_its_reason_and_the_others_pass(self, engine):
        good, bad = save("Good"), save("Bad")
        engine.refused[f"{KIND}:{bad.pk}"] = "too long"
        report = drain()
        assert (report.written, report.refused) == (1, 1)
        row = OutboxRow.objects.get()
        assert (row.object_pk, row.error, row.attempts) == (bad.pk, "too long", 1)
        assert waiting().refused == 1
        assert engine.titles() == [good.name]

    def test_delays_grow_and_stay_bounded(self, engine):
        bad = save("Bad")
        engine.refused[f"{KIND}:{bad.pk}"] = "no"
        delays = []
        for _attempt in range(12):
            drain(force=True)
            delays.append(OutboxRow.objects.get().not_before - timezone.now())
        assert all(earlier < later for earlier, later in pairwise(delays[:8]))
        assert delays[-1] <= LONGEST_DELAY

    def test_it_is_left_alone_until_its_next_attempt(self, engine):
        bad = save("Bad")
        engine.refused[f"{KIND}:{bad.pk}"] = "no"
        drain()
        assert drain().refused == 0
        OutboxRow.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        engine.refused.clear()
        assert drain().written == 1
        assert waiting().rows == 0

    def test_a_new_change_is_tried_at_once_and_replaces_the_refused_row(self, engine):
        bad = save("Bad")
        engine.refused[f"{KIND}:{bad.pk}"] = "no"
        drain()
        engine.refused.clear()
        changed(KIND, bad.pk)
        assert drain().written == 1
        assert waiting().rows == 0

    def test_repeated_refusals_of_one_object_stay_one_row(self, engine):
        bad = save("Bad")
        engine.refused[f"{KIND}:{bad.pk}"] = "no"
        for _change in range(3):
            changed(KIND, bad.pk)
            drain()
        assert OutboxRow.objects.count() == 1

    def test_a_clock_that_was_wrong_does_not_keep_it_waiting_for_ever(self, engine):
        bad = save("Bad")
        engine.refused[f"{KIND}:{bad.pk}"] = "no"
        drain()
        OutboxRow.objects.update(not_before=timezone.now() + timedelta(days=400))
        engine.refused.clear()
        assert drain().written == 1
        assert waiting().rows == 0

    def test_one_document_that_cannot_be_made_does_not_stop_the_others(self, engine):
        save("Good")
        save("broken")
        report = drain()
        assert (report.written, report.refused) == (1, 1)
        assert "no document can be made" in OutboxRow.objects.get().error

    def test_one_that_the_database_cannot_read_in_time_does_not_stop_the_others(self, engine, monkeypatch):
        good, bad = save("Good"), save("Bad")
        honest = NoteSource.documents

        def documents(self, pks):
            if bad.pk in pks:
                raise OperationalError("canceling statement due to statement timeout")
            return honest(self, pks)

        monkeypatch.setattr(NoteSource, "documents", documents)
        report = drain()
        assert (report.written, report.refused) == (1, 1)
        assert "statement timeout" in OutboxRow.objects.get().error
        assert engine.titles() == [good.name]

    def test_without_its_database_a_drain_refuses_nothing(self, engine, monkeypatch):
        save("Good")

        def documents(self, pks):
            raise OperationalError("the connection is lost")

        monkeypatch.setattr(NoteSource, "documents", documents)
        monkeypatch.setattr(connection, "is_usable", lambda: False)
        with pytest.raises(OperationalError):
            drain()
        assert (waiting().rows, waiting().refused) == (1, 0)

    def test_one_document_that_fails_the_whole_bulk_is_found_out(self, engine):
        good, bad = save("Good"), save("Bad")
        engine.poisonous.add(f"{KIND}:{bad.pk}")
        report = drain()
        assert (report.written, report.refused) == (1, 1)
        assert engine.titles() == [good.name]


class TestKilled:
    def test_rows_of_a_killed_drain_are_due_again_after_their_lease(self, engine, monkeypatch):
        save("Plaies")

        def die(changes):
            raise KeyboardInterrupt

        engine.before_write = die
        with pytest.raises(KeyboardInterrupt):
            drain()
        engine.before_write = lambda changes: None
        assert drain().written == 0
        later = timezone.now() + LEASE + timedelta(seconds=1)
        monkeypatch.setattr("search.index.drain.timezone.now", lambda: later)
        assert drain().written == 1

    def test_an_operator_does_not_wait_for_the_lease(self, engine):
        save("Plaies")
        OutboxRow.objects.update(not_before=timezone.now() + LEASE)
        assert drain(force=True).written == 1
