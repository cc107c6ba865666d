"""What people look for is counted, without anybody's name and without what could betray somebody."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.factories import GroupFactory, MembershipFactory, ThreadFactory
from jobs.factories import JobPageFactory
from members.access import VISITOR
from search.models import QueryCount
from search.results import analytics
from search.results.result_page import ResultPage
from search.urlquery import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def offers(site, index):
    JobPageFactory(title="Poste de nuit en gériatrie", professions=["infirmier"])
    index()


def counted() -> dict[str, tuple[int, int, int]]:
    rows = QueryCount.objects.values_list("query", "searches", "empty", "corrected")
    return {query: (searches, empty, corrected) for query, searches, empty, corrected in rows}


def look_for(text: str, client: Client | None = None, address: str = "/recherche/", **headers: str):
    response = (client or Client()).get(address, {"q": text}, headers=headers)
    assert response.status_code == 200
    return response


def test_searches_are_counted_by_query_day_and_profession(offers, make_user, client_of):
    for text in ("Gériatrie", "geriatrie", "GÉRIATRIE !"):
        look_for(text)
    look_for("gériatrie", client_of(make_user("infirmier")))
    today = timezone.localdate()
    rows = QueryCount.objects.values_list("day", "query", "profession", "searches")
    assert sorted(rows) == [(today, "geriatrie", "", 3), (today, "geriatrie", "infirmier", 1)]


def test_what_found_nothing_and_what_was_corrected_is_known(offers):
    look_for("ostéopathie")
    look_for("geriatire")
    assert counted() == {"osteopathie": (1, 1, 0), "geriatire": (1, 1, 1)}


def test_words_of_what_only_some_may_read_are_not_counted_beside_others(site, index, make_user, client_of):
    """« zorglub » stands in a private group: beside a word that it does not hold, nothing is found."""
    member = make_user("infirmier")
    group = GroupFactory(visibility="private")
    MembershipFactory(group=group, user=member)
    ThreadFactory(group=group, title="Zorglub au bloc")
    index()
    for text in ("zorglub", "zorglub inconnu"):
        look_for(text, client_of(member))
    assert counted() == {}
    look_for("inconnu", client_of(member))
    assert counted() == {"inconnu": (1, 1, 0)}


def test_nothing_names_who_searched():
    names = {field.name for field in QueryCount._meta.get_fields()}
    assert names == {"id", "day", "query", "profession", "searches", "empty", "corrected"}


@pytest.mark.parametrize(
    "text",
    [
        "dupont@hopital.example",
        "06 12 34 56 78",
        "0612345678",
        "2 84 05 29 019 123 45",
        "patient né le 12/03/1978",
        "12.3.78",
        "rpps 10101234567",
        "x" * 101,
        "gériatrie -nuit",
        "!!!",
    ],
)
def test_what_may_be_personal_or_says_nothing_is_not_counted(offers, text):
    look_for(text)
    assert counted() == {}


@pytest.mark.parametrize("text", ["29200", "loi 2016-41", "500 mg", "décret 2004-802", "2 g"])
def test_ordinary_numbers_are(offers, text):
    look_for(text)
    assert len(counted()) == 1


def test_pages_filters_and_sorts_of_the_same_search_count_once(offers):
    look_for("gériatrie")
    look_for("gériatrie", Referer="http://testserver/recherche/?q=G%C3%A9riatrie&region=bretagne")
    look_for("gériatrie", **{"HX-Current-URL": "http://testserver/recherche/?q=geriatrie"})
    Client().get("/recherche/?q=gériatrie&page=2", follow=True)
    Client().get("/recherche/")
    assert counted()["geriatrie"][0] == 2  # the second page does not exist: the first one was shown
    look_for("nuit", Referer="http://testserver/recherche/?q=geriatrie")
    assert counted()["nuit"][0] == 1


@pytest.mark.parametrize("address", ["/recherche/", "/emplois/"])
def test_counting_is_one_statement(offers, address):
    look_for("gériatrie", address=address)

    class Asked:
        headers: dict[str, str] = {}

    state = parse(QueryDict("q=nuit"), VISITOR)
    listing = ResultPage.search(address, VISITOR, state, ())
    with CaptureQueriesContext(connection) as asked:
        analytics.record(Asked(), listing)
    # SQLite is told how long it may wait as well, which touches no table.
    assert len([query for query in asked if not query["sql"].startswith("PRAGMA")]) == 1


def test_a_search_is_answered_though_it_cannot_be_counted(offers, monkeypatch):
    def fail(*args):
        raise DatabaseError("database is locked")

    monkeypatch.setattr(analytics, "_add", fail)
    look_for("gériatrie")
    assert counted() == {}


def test_counts_are_forgotten_after_ninety_days():
    today = timezone.localdate()
    for days in (0, 90, 91):
        QueryCount.objects.create(day=today - timedelta(days=days), query=f"mot {days}", searches=9)
    assert analytics.purge() == 1
    assert set(counted()) == {"mot 0", "mot 90"}


def have(query: str, searches: int, profession: str = "", days_ago: int = 0, **fields: int) -> None:
    day = timezone.localdate() - timedelta(days=days_ago)
    QueryCount.objects.create(day=day, query=query, profession=profession, searches=searches, **fields)


@pytest.fixture
def desk(site, editor, client_of):
    return client_of(editor)


REPORT = "portal_search_queries"


def reported(client: Client, **filters: str) -> list[str]:
    response = client.get(reverse(REPORT), filters)
    assert response.status_code == 200
    return [row["query"] for row in response.context["object_list"]]


def test_the_report_shows_what_was_looked_for_five_times(desk):
    have("frequent", 3)
    have("frequent", 2, "infirmier", days_ago=3)
    have("rare", 4)
    assert reported(desk) == ["frequent"]
    assert "rare" not in desk.get(reverse(REPORT)).content.decode()


def test_the_report_is_filtered_by_profession_period_and_outcome(desk):
    have("de nuit", 9, "infirmier", empty=7)
    have("ordonnance", 6, "pharmacien", corrected=2)
    have("ancien", 8, days_ago=40)
    have("partage", 3, "infirmier")
    have("partage", 3, "pharmacien")
    assert reported(desk) == ["de nuit", "ancien", "ordonnance", "partage"]
    assert reported(desk, profession="infirmier") == ["de nuit"]
    assert reported(desk, profession="-") == ["ancien"]
    assert reported(desk, period="30") == ["de nuit", "ordonnance", "partage"]
    assert reported(desk, outcome="empty") == ["de nuit"]
    assert reported(desk, outcome="corrected") == ["ordonnance"]
    assert reported(desk, profession="<script>", period="x") == reported(desk)


def test_the_report_can_be_taken_away_as_a_spreadsheet(desk):
    have("frequent", 5, empty=1)
    have("rare", 1)
    response = desk.get(reverse(REPORT), {"export": "csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[1:] == ["frequent,5,1,0"]
    assert desk.get(reverse(REPORT), {"export": "xlsx"}).status_code == 200


def test_the_report_costs_the_same_whatever_it_holds(desk, django_assert_max_num_queries):
    for number in range(60):
        have(f"mot {number}", 9)
    desk.get(reverse(REPORT))
    with django_assert_max_num_queries(18):
        desk.get(reverse(REPORT))


@pytest.mark.parametrize("role", ["visitor", "member", "nurse", "manager"])
def test_nobody_else_reads_it(site, role, client_of, make_user, manager):
    have("frequent", 9)
    people = {"member": make_user(), "nurse": make_user("infirmier"), "manager": manager}
    client = client_of(people[role]) if role in people else Client()
    response = client.get(reverse(REPORT))
    assert response.status_code == 302
    assert "frequent" not in client.get(reverse(REPORT), follow=True).content.decode()
