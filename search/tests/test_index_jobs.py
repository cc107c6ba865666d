"""Checks, sweeps and rebuilds that are asked for in the admin: done once, told whatever happens."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from core import background, processes
from core.background import claim_next, execute
from core.models import Heartbeat
from search.admin import engine as page_module
from search.admin.engine import without_quotes
from search.engines.base import IndexUnusable
from search.index import jobs as index_jobs
from search.index.outbox import changed
from search.models import IndexJob, OutboxRow

from .memory import KIND, memory_engine, note, notes

pytestmark = pytest.mark.django_db
engine = pytest.fixture(memory_engine)
PAGE = "portal_search_engine"


@pytest.fixture
def started(monkeypatch) -> list[list[str]]:
    """Commands that the worker would have started."""
    commands: list[list[str]] = []
    monkeypatch.setattr(processes.subprocess, "Popen", lambda command, **options: commands.append(command))
    return commands


@pytest.fixture
def admin(site, make_user):
    return make_user(is_superuser=True, first_name="Ada")


@pytest.fixture(autouse=True)
def _same_engine_on_the_page(request, monkeypatch):
    if "engine" in request.fixturenames:
        monkeypatch.setattr(page_module, "get_engine", lambda: request.getfixturevalue("engine"))


def asked(action: str, **fields) -> IndexJob:
    return IndexJob.objects.create(queue="index", kind=action, **fields)


def done(action: str) -> IndexJob:
    job = asked(action)
    execute(job)
    job.refresh_from_db()
    return job


class TestWork:
    def test_a_rebuild_fills_the_index_and_says_how_much(self, engine):
        notes(7)
        job = done("rebuild")
        assert (job.status, job.result["documents"]) == ("done", 7)
        assert len(engine.titles()) == 7
        assert job.ended_at and job.result["seconds"] >= 0

    def test_a_check_counts_the_differences(self, engine):
        note("Manque")
        job = done("check")
        assert (job.result["missing"], job.result["orphaned"]) == (1, 0)

    def test_a_sweep_queues_what_is_missing(self, engine):
        missing = note("Manque")
        assert done("sweep").result == {"queued": 1}
        assert OutboxRow.objects.get().object_pk == missing.pk

    @pytest.mark.parametrize("action", ["check", "sweep", "rebuild"])
    def test_an_engine_that_is_down_is_told(self, engine, action):
        engine.down = True
        job = done(action)
        assert (job.status, job.problem) == ("failed", "connection refused")

    def test_a_rebuild_beside_another_is_told(self, engine):
        engine.rebuild()
        assert "under way" in done("rebuild").problem

    def test_what_goes_wrong_inside_names_the_error_and_nothing_else(self, engine):
        note("Un")

        def fail(changes):
            raise RuntimeError("the password is swordfish")

        engine.before_add = fail
        job = asked("rebuild")
        execute(job)
        job.refresh_from_db()
        assert (job.status, job.problem) == ("failed", "RuntimeError")

    def test_a_job_is_done_once(self, engine):
        job = done("rebuild")
        engine.down = True
        execute(job)
        job.refresh_from_db()
        assert job.status == "done"

    def test_it_tells_how_far_it_is(self, engine, monkeypatch):
        monkeypatch.setattr(background, "PROGRESS_EVERY", 0.0)
        notes(3)
        seen = []
        engine.before_commit = lambda: seen.append(IndexJob.objects.values_list("done", "total").get())
        done("rebuild")
        assert seen == [(3, 3)]

    def test_a_rebuild_at_the_command_line_is_shown_too(self, engine, capsys):
        notes(2)
        call_command("search_reindex")
        job = index_jobs.last("rebuild")
        assert (job.result["documents"], job.user) == (2, None)

    def test_the_command_does_the_job_that_it_is_told(self, engine):
        job = asked("rebuild")
        call_command("background_run", str(job.pk))
        job.refresh_from_db()
        assert job.status == "done"
        with pytest.raises(CommandError):
            call_command("background_run", str(uuid4()))


class TestAsking:
    def test_maintenance_starts_a_process_of_its_own(self, admin, started):
        job = index_jobs.enqueue("rebuild", admin)
        background.start_waiting()
        assert started[0][1:] == [started[0][1], "background_run", str(job.pk)]
        assert started[0][1].endswith("manage.py")
        background.start_waiting()
        assert len(started) == 1
        assert (job.status, job.user) == ("waiting", admin)

    def test_one_at_a_time(self, admin, started):
        job = index_jobs.enqueue("rebuild", admin)
        assert index_jobs.enqueue("check", admin) == job

    def test_what_was_killed_or_never_taken_stands_in_nobodys_way(self, admin, started):
        now = timezone.now()
        lost = asked("rebuild", status="running", heartbeat_at=now - timedelta(minutes=3))
        assert lost.is_lost
        late = asked("check", heartbeat_at=now - timedelta(hours=2))
        assert late.is_lost
        assert index_jobs.enqueue("sweep", admin) not in (lost, late)

    def test_only_administrators_start_anything(self, editor, make_user, manager):
        for user in (editor, manager, make_user("infirmier"), make_user()):
            with pytest.raises(PermissionDenied):
                index_jobs.enqueue("rebuild", user)
        assert not IndexJob.objects.exists()

    def test_old_jobs_are_forgotten(self):
        asked("check", heartbeat_at=timezone.now() - timedelta(days=91))
        kept = asked("check")
        background.purge()
        assert list(IndexJob.objects.all()) == [kept]


class TestPage:
    def test_it_says_how_the_index_is(self, engine, admin, client_of):
        notes(3)
        done("rebuild")
        note("Pas encore")
        done("check")
        html = client_of(admin).get(reverse(PAGE)).content.decode()
        for expected in ("memory 1", "Notes", "<td>4</td>", "(écart)", "manquants : 1"):
            assert expected.replace(" :", "\N{NO-BREAK SPACE}:") in html, expected

    def test_refused_changes_are_listed_without_what_they_quote(self, engine, admin, client_of):
        changed(KIND, 12)
        OutboxRow.objects.update(error="mapper: [date] in 'note:12'. Preview of field's value: 'motsecret'")
        html = client_of(admin).get(reverse(PAGE)).content.decode()
        assert "note:12" in html and "mapper: [date] in …" in html
        assert "motsecret" not in html

    def test_it_works_when_the_engine_is_down(self, engine, admin, client_of):
        notes(2)
        engine.down = True
        response = client_of(admin).get(reverse(PAGE))
        html = response.content.decode()
        assert response.status_code == 200
        assert "ne répond pas" in html and "inconnu" in html and 'name="rebuild"' in html

    def test_a_button_starts_the_work_and_the_page_follows_it(self, engine, admin, client_of, started):
        client = client_of(admin)
        response = client.post(reverse(PAGE), {"rebuild": ""}, follow=True)
        job = IndexJob.objects.get()
        html = response.content.decode()
        assert (job.kind, job.user) == ("rebuild", admin)
        assert '<meta http-equiv="refresh" content="3">' in html
        assert 'hx-trigger="every 2s"' in html and "<progress" in html and 'name="rebuild"' not in html

    def test_the_bar_says_how_far_and_how_long(self, engine, admin, client_of):
        now = timezone.now()
        begun = {"status": "running", "started_at": now - timedelta(seconds=50), "heartbeat_at": now}
        asked("rebuild", done=250, total=1000, **begun)
        response = client_of(admin).get(reverse("portal_search_job"))
        html = response.content.decode()
        assert 'value="25"' in html and "environ 3 minutes" in html
        assert "HX-Refresh" not in response

    def test_once_it_has_ended_the_page_is_loaded_again(self, engine, admin, client_of):
        done("rebuild")
        assert client_of(admin).get(reverse("portal_search_job"))["HX-Refresh"] == "true"

    def test_what_failed_says_why_and_can_be_started_again(self, engine, admin, client_of):
        engine.down = True
        done("rebuild")
        html = client_of(admin).get(reverse(PAGE)).content.decode()
        assert "a échoué" in html and "connection refused" in html and 'name="rebuild"' in html

    def test_it_says_that_no_worker_runs(self, engine, admin, client_of):
        client = client_of(admin)
        assert "Aucun worker" in client.get(reverse(PAGE)).content.decode()
        Heartbeat.beat("maintenance")
        assert "Aucun worker" not in client.get(reverse(PAGE)).content.decode()
        Heartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=3))
        assert "Aucun worker" in client.get(reverse(PAGE)).content.decode()

    def test_editors_read_it_and_start_nothing(self, engine, site, editor, client_of):
        client = client_of(editor)
        html = client.get(reverse(PAGE)).content.decode()
        assert "memory 1" in html and 'name="rebuild"' not in html
        assert client.post(reverse(PAGE), {"rebuild": ""}).status_code in (302, 403)
        assert not IndexJob.objects.exists()

    @pytest.mark.parametrize("role", ["visitor", "member", "nurse", "manager"])
    def test_nobody_else_reads_it(self, engine, site, role, client, client_of, make_user, manager):
        people = {"member": make_user(), "nurse": make_user("infirmier"), "manager": manager}
        reader = client_of(people[role]) if role in people else client
        for name in (PAGE, "portal_search_job"):
            assert reader.get(reverse(name)).status_code == 302
        assert reader.post(reverse(PAGE), {"rebuild": ""}).status_code == 302
        assert not IndexJob.objects.exists()

    def test_it_costs_the_same_whatever_the_index_holds(
        self, engine, admin, client_of, django_assert_max_num_queries
    ):
        client = client_of(admin)
        notes(40)
        for number in range(40):
            changed(KIND, number)
        OutboxRow.objects.update(error="no")
        client.get(reverse(PAGE))
        with django_assert_max_num_queries(20):
            client.get(reverse(PAGE))


def test_what_an_error_quotes_is_left_out():
    assert without_quotes("""ValueError: 'a' "b" « c » d""") == "ValueError: … … … d"


class TestHealing:
    """The worker asks itself for an index when there is none that it can use."""

    def unusable(self) -> dict[str, bool]:
        raise IndexUnusable("The search index is damaged")

    def test_an_index_that_fits_is_left_alone(self, engine):
        assert index_jobs.self_heal() is None
        assert not IndexJob.objects.exists()

    def test_one_of_another_version_is_replaced_once_in_an_hour(self, engine):
        engine.current = False
        job = index_jobs.self_heal()
        assert claim_next("index").pk == job.pk
        assert index_jobs.self_heal() is None  # it is under way
        execute(job)
        assert index_jobs.self_heal() is None  # it did not help
        IndexJob.objects.update(created_at=timezone.now() - index_jobs.HEAL_EVERY)
        assert index_jobs.self_heal() is not None

    def test_a_job_that_a_wrong_clock_dated_ahead_holds_nothing_back(self, engine):
        engine.current = False
        execute(index_jobs.self_heal())
        IndexJob.objects.update(created_at=timezone.now() + timedelta(days=365))
        assert index_jobs.self_heal() is not None

    def test_one_that_is_damaged_is_replaced(self, engine, monkeypatch):
        monkeypatch.setattr(engine, "status", self.unusable)
        assert index_jobs.self_heal() is not None

    def test_an_engine_that_is_down_may_have_a_whole_one(self, engine):
        engine.down = True
        assert index_jobs.self_heal() is None
