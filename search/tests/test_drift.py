"""Does the index say what the database says? What differs is seen, said and repaired."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search.documents import fingerprint
from search.engines.base import Change
from search.index.drain import drain
from search.index.drift import compare, repair, sweep
from search.index.outbox import changed, waiting
from search.models import OutboxRow
from taxonomy.models import Theme

from .memory import DATE, KIND, NoteSource, memory_engine, note, notes

pytestmark = pytest.mark.django_db
engine = pytest.fixture(memory_engine)


def indexed(name: str) -> Theme:
    theme = note(name)
    changed(KIND, theme.pk)
    drain()
    return theme


def key(theme: Theme) -> str:
    return f"{KIND}:{theme.pk}"


class TestFingerprint:
    def documents(self, **changes):
        theme = note("Plaies")
        (document,) = NoteSource().documents([theme.pk])
        return document, type(document)(
            **{name: getattr(document, name) for name in document.__slots__} | changes
        )

    def test_equal_documents_have_equal_ones(self):
        one, other = self.documents(facets={"theme": ()})
        assert fingerprint(one) == fingerprint(other)

    @pytest.mark.parametrize(
        "change",
        [
            {"title": "Plaie"},
            {"body": "x"},
            {"access": frozenset()},
            {"expires_at": DATE},
            {"facets": {"theme": ("plaies",)}},
        ],
    )
    def test_any_difference_shows(self, change):
        one, other = self.documents(**change)
        assert fingerprint(one) != fingerprint(other)


class TestCompare:
    def test_what_was_drained_is_clean(self, engine):
        indexed("Plaies")
        drift = compare()
        assert drift.clean
        assert drift.compared == 1

    def test_missing_orphaned_and_stale(self, engine):
        missing = note("Missing")
        orphan = indexed("Orphan")
        Theme.objects.filter(pk=orphan.pk).update(name="hidden")
        stale = indexed("Stale")
        Theme.objects.filter(pk=stale.pk).update(name="Another name")
        drift = compare()
        assert drift.missing == [key(missing)]
        assert drift.orphaned == [key(orphan)]
        assert drift.stale == [key(stale)]
        assert not drift.clean

    def test_what_waits_is_no_drift_but_is_counted(self, engine):
        theme = note("Plaies")
        changed(KIND, theme.pk)
        drift = compare()
        assert drift.clean
        assert drift.waiting.rows == 1

    def test_what_waits_too_long_is(self, engine):
        changed(KIND, note("Plaies").pk)
        OutboxRow.objects.update(created_at=timezone.now() - timedelta(minutes=11))
        assert not compare().clean

    def test_what_the_index_refused_is(self, engine):
        theme = note("Plaies")
        engine.refused[key(theme)] = "no"
        changed(KIND, theme.pk)
        drain()
        assert not compare().clean

    def test_what_changes_while_it_looks_is_no_drift(self, engine, monkeypatch):
        theme = indexed("Before")
        fingerprints = engine.fingerprints
        first = []

        def overtaken():
            found = list(fingerprints())
            if not first:
                first.append(True)
                Theme.objects.filter(pk=theme.pk).update(name="After")
                changed(KIND, theme.pk)
                drain()
            return iter(found)

        monkeypatch.setattr(engine, "fingerprints", overtaken)
        assert compare().clean

    def test_what_no_document_can_be_made_of_is_named(self, engine):
        theme = note("broken")
        assert list(compare().failed) == [key(theme)]

    def test_repair(self, engine):
        note("Missing")
        orphan = indexed("Orphan")
        Theme.objects.filter(pk=orphan.pk).update(name="hidden")
        repair(compare())
        drain()
        assert compare().clean
        assert engine.titles() == ["Missing"]

    def test_the_number_of_queries_follows_the_batches(self, engine, django_assert_max_num_queries):
        changed(KIND, [theme.pk for theme in notes(600)])
        drain()
        with django_assert_max_num_queries(8):
            assert compare().clean


class TestSweep:
    def test_nothing_to_do_costs_one_count(self, engine, django_assert_max_num_queries):
        indexed("Plaies")
        with django_assert_max_num_queries(2):
            assert sweep() == 0

    def test_what_is_missing_or_no_longer_eligible_is_queued(self, engine):
        note("Missing")
        for name in ("One", "Two"):
            Theme.objects.filter(pk=indexed(name).pk).update(name=f"hidden {name}")
        assert sweep() == 3
        drain()
        assert engine.titles() == ["Missing"]

    def test_equal_counts_hide_a_difference_from_the_quick_look_only(self, engine):
        note("Missing")
        Theme.objects.filter(pk=indexed("Orphan").pk).delete()
        assert sweep() == 0
        assert sweep(thorough=True) == 2

    def test_what_waits_already_is_not_queued_twice(self, engine):
        changed(KIND, note("Missing").pk)
        assert sweep() == 0
        assert waiting().rows == 1

    def test_entries_of_an_app_that_is_gone_are_removed(self, engine):
        (document,) = NoteSource().documents([note("Plaies").pk])
        engine.write([Change("gone:3", 1, document)])
        sweep(thorough=True)
        drain()
        assert [document_id for document_id, _version in engine.entries()] == [document.id]


def check(*options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("search_check", *options, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


class TestCommands:
    def test_check_says_that_all_is_well(self, engine):
        indexed("Plaies")
        code, text = check()
        assert code == 0
        assert "The index agrees with the database." in text

    def test_check_names_what_differs_and_fails(self, engine):
        theme = note("Missing")
        code, text = check()
        assert code == 1
        assert f"Missing from the index: 1: {key(theme)}." in text

    def test_check_repairs(self, engine):
        note("Missing")
        code, text = check("--fix")
        assert code == 0
        assert text.endswith("The index agrees with the database.\n")

    def test_check_cannot_repair_what_is_refused(self, engine):
        engine.refused[key(note("Bad"))] = "no"
        code, text = check("--fix")
        assert code == 1
        assert "Refused: 1" in text

    def test_an_index_of_another_version_is_said(self, engine):
        engine.current = False
        code, text = check()
        assert code == 1
        assert "run search_reindex" in text

    def test_check_without_an_engine_says_so(self, engine):
        engine.down = True
        with pytest.raises(CommandError, match="unavailable") as caught:
            call_command("search_check")
        assert caught.value.returncode == 2

    def test_drain_writes_what_waits(self, engine):
        changed(KIND, note("Plaies").pk)
        out = StringIO()
        call_command("search_drain", stdout=out)
        assert out.getvalue() == "Written: 1. Refused: 0. Waiting: 0.\n"

    def test_drain_without_an_engine_fails(self, engine):
        engine.down = True
        changed(KIND, note("Plaies").pk)
        with pytest.raises(CommandError, match="unavailable"):
            call_command("search_drain", stdout=StringIO())
