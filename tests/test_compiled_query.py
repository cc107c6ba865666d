"""A compiled query finds what the plain queryset finds, whatever it is asked for (core.compiled_query)."""

import warnings
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import compiled_query as module
from core.compiled_query import compiled_query
from core.models import BackgroundRun
from home.access import audience_of, viewer_of
from home.branding import Brand
from jobs.factories import JobPageFactory
from jobs.models import JobPage
from members.access import EDITOR, PRO, PUBLIC, Viewer, profession_token

pytestmark = pytest.mark.django_db

KINDS = ("rebuild", "check", "50 %", "l’œil", "a' OR 1=1 --", "")


@pytest.fixture(autouse=True)
def _on(settings):
    settings.COMPILED_QUERIES = True
    module._compile.cache_clear()


@pytest.fixture
def runs():
    return [
        BackgroundRun.objects.create(queue=f"q{number % 3}", kind=KINDS[number % 6], done=number)
        for number in range(12)
    ]


def of_kind(kind, least, queues):
    runs = BackgroundRun.objects.filter(Q(kind=kind) | Q(queue__in=queues), done__gte=least)
    return runs.order_by("done")


def names_of(queues, *, descending=False):
    runs = BackgroundRun.objects.filter(queue__in=queues).order_by("-done" if descending else "done")
    return runs.values_list("kind", "created_at", "done")


def asked(run) -> int:
    with CaptureQueriesContext(connection) as captured:
        run()
    return len(captured)


def is_compiled(build, *args) -> bool:
    before = module._compile.cache_info().hits
    compiled_query(build, *args)
    compiled_query(build, *args)
    shapes = tuple(module._shape_of(arg)[0] for arg in args)
    return module._compile.cache_info().hits > before and bool(
        module._compile(build, shapes, timezone.localdate())
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS)
    | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8),
    least=st.integers(-(2**62), 2**62),
    queues=st.lists(st.sampled_from(["q0", "q1", "q2", "q3", "%s", "%%"]), max_size=6),
)
def test_the_same_rows_as_the_plain_query(runs, kind, least, queues):
    assert compiled_query(of_kind, kind, least, queues) == list(of_kind(kind, least, queues))
    assert compiled_query(names_of, queues) == list(names_of(queues))


def test_one_compilation_serves_all_values(runs, monkeypatch):
    assert is_compiled(of_kind, "check", 3, ["q1"])
    monkeypatch.setattr(module, "CompiledQuery", None)  # nothing more can be compiled
    for kind, least, queues in (("rebuild", 0, ["q2"]), ("", 7, ["q0"])):
        assert compiled_query(of_kind, kind, least, queues) == list(of_kind(kind, least, queues))


def test_lists_of_many_lengths_have_few_shapes(runs):
    for length in range(1, 17):
        compiled_query(names_of, [f"q{n}" for n in range(length)])
    assert module._compile.cache_info().currsize == 5


def test_models_come_with_their_relations(site):
    page = JobPageFactory()

    def offers(pks):
        pages = JobPage.objects.filter(pk__in=pks).select_related("contract")
        return pages.prefetch_related("professions").annotate(own_pk=F("pk")).only("title", "contract__label")

    (found,) = compiled_query(offers, [page.pk])
    (plain,) = offers([page.pk])
    assert asked(lambda: (found.contract.label, list(found.professions.all()), found.title)) == 0
    assert (found.contract, found.own_pk, found.title) == (plain.contract, plain.own_pk, plain.title)
    assert found.get_deferred_fields() == plain.get_deferred_fields()


class TestTraps:
    """What gave wrong rows without an error in an earlier version."""

    @pytest.mark.parametrize(
        "build",
        [
            lambda least: BackgroundRun.objects.filter(done__gte=least + 1),
            lambda least: BackgroundRun.objects.order_by("done")[:least],
            lambda least: BackgroundRun.objects.filter(kind__contains=f"{least}"),
        ],
        ids=["computed", "limit", "within a text"],
    )
    def test_what_is_computed_is_not_compiled(self, runs, build):
        with pytest.warns(RuntimeWarning, match="Not compiled"):
            assert set(compiled_query(build, 1)) == set(build(1))
        assert set(compiled_query(build, 5)) == set(build(5))

    def test_a_neighbour_of_a_value_is_not_taken_for_another(self, runs):
        def between(low, high):
            return BackgroundRun.objects.filter(done__gte=low, done__lte=high - 1).order_by("done")

        with warnings.catch_warnings(action="ignore"):
            assert [run.done for run in compiled_query(between, 2, 5)] == [2, 3, 4]
            assert [run.done for run in compiled_query(between, 4, 5)] == [4]

    def test_a_column_that_no_placeholder_fits_is_asked_plainly(self, site):
        """Django knows that no small integer equals a placeholder: that is not true of the values."""

        def of_hue(hue):
            return Brand.objects.filter(hue=hue)

        hue = Brand.objects.get().hue
        assert [brand.hue for brand in compiled_query(of_hue, hue)] == [hue]
        assert compiled_query(of_hue, hue + 1) == []

    def test_a_number_beyond_its_column_finds_nothing(self):
        def numbered(pk):
            return ContentType.objects.filter(pk=pk)

        assert len(compiled_query(numbered, ContentType.objects.first().pk)) == 1
        assert compiled_query(numbered, 2**40) == []

    def test_nothing_is_kept_of_what_selects_nothing(self, runs):
        assert compiled_query(names_of, []) == []
        assert len(compiled_query(names_of, ["q0"])) == 4

    def test_a_day_ends(self, runs, time_machine):
        def of_today(queue):
            today = timezone.localdate()
            return BackgroundRun.objects.filter(queue=queue, created_at__date=today)

        assert len(compiled_query(of_today, "q1")) == 4
        time_machine.move_to(timezone.now() + timedelta(days=1))
        assert compiled_query(of_today, "q1") == []

    def test_true_is_no_number(self, runs):
        def running(is_running):
            return BackgroundRun.objects.filter(done__gt=0) if is_running else BackgroundRun.objects.none()

        assert len(compiled_query(running, True)) == 11
        assert compiled_query(running, False) == []


def test_it_can_be_turned_off(runs, settings, monkeypatch):
    settings.COMPILED_QUERIES = False
    monkeypatch.setattr(module, "_compile", None)
    assert compiled_query(of_kind, "check", 3, ["q1"]) == list(of_kind("check", 3, ["q1"]))


@pytest.mark.parametrize(
    "tokens", [{PUBLIC}, {PUBLIC, EDITOR}, {PUBLIC, PRO, "pro:60"}, {PUBLIC, PRO, "pro:60", "pro:21"}]
)
def test_the_audience_of_a_viewer_is_the_whole_of_what_pages_ask(tokens):
    viewer = Viewer(user_id=7, tokens=frozenset({*tokens, "group:3"}))
    roles, codes = audience_of(viewer)
    assert viewer_of(roles, codes).tokens == tokens
    assert {profession_token(code) for code in codes} == {t for t in tokens if t.startswith("pro:")}
