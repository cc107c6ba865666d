"""The home page: real items for who reads, filtered on their professions, with one switch."""

import pytest
from django.http import HttpRequest

from home import sections
from home.sections import register_home_section
from jobs.factories import JobPageFactory
from members.access import VISITOR
from members.models import Practice, Verification
from news.factories import NewsPageFactory
from taxonomy.models import Profession
from trainings.factories import TrainingPageFactory, TrainingSessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def column(response, kind: str) -> list[str]:
    return next(
        [row.title for row in filled.rows]
        for filled in response.context["columns"]
        if filled.column.kind == kind
    )


def test_a_visitor_sees_the_latest_of_each_kind(client):
    NewsPageFactory(title="Actualité"), JobPageFactory(title="Poste"), TrainingPageFactory(title="Cours")
    response = client.get("/")
    assert [column(response, kind) for kind in ("news", "job", "training")] == [
        ["Actualité"],
        ["Poste (H/F)"],
        ["Cours"],
    ]


def test_what_is_reserved_does_not_show_to_others(client, client_of, make_user):
    NewsPageFactory(title="Réservé", audience="verified")
    assert "Réservé" not in client.get("/").content.decode()
    assert "Réservé" not in client_of(make_user()).get("/").content.decode()
    assert "Réservé" in client_of(make_user("infirmier")).get("/").content.decode()


def test_columns_open_on_the_verified_professions_and_one_switch_lifts_it(client_of, make_user):
    NewsPageFactory(title="Pour les médecins", professions=["medecin"])
    NewsPageFactory(title="Pour les infirmiers", professions=["infirmier"])
    NewsPageFactory(title="Pour tous")
    browser = client_of(make_user("infirmier"))
    assert set(column(browser.get("/"), "news")) == {"Pour les infirmiers", "Pour tous"}
    assert len(column(browser.get("/?profession=toutes"), "news")) == 3


@pytest.mark.parametrize(
    "query", ["profession=x", "profession=%00", "profession=" + "x" * 5000, "page=99999999"]
)
def test_strange_parameters_change_nothing(client, query):
    assert client.get(f"/?{query}").status_code == 200


def test_columns_are_short_and_the_newest_come_first():
    for number in range(6):
        NewsPageFactory(title=f"n{number}")
    column = next(column for column in sections.columns() if column.kind == "news")
    assert [row.title for row in column.rows(VISITOR, ())] == ["n5", "n4", "n3", "n2"]


@pytest.fixture
def no_other_sections(monkeypatch):
    monkeypatch.setattr(sections, "_sections", {})


@pytest.mark.usefixtures("no_other_sections")
def test_apps_add_sections_for_who_is_signed_in(client, client_of, make_user):
    def mine(request: HttpRequest):
        group = {"name": "<b>", "get_absolute_url": lambda: "/nuit/"}
        return "community/home_decisions.html", {"sent": [{"group": group}]}

    register_home_section(mine)
    register_home_section(lambda request: None)
    said = "Vous avez demandé à rejoindre"
    assert said not in client.get("/").content.decode()
    page = client_of(make_user("infirmier")).get("/").content.decode()
    assert said in page
    assert "&lt;b&gt;" in page


def test_a_member_who_waits_sees_where_the_request_stands(client_of, make_user):
    user = make_user()
    browser = client_of(user)
    assert "Quelle profession exercez-vous" in browser.get("/").content.decode()
    nurse = Profession.objects.get(slug="infirmier")
    Practice.objects.create(user=user, profession=nurse)
    Verification.objects.create(user=user, profession=nurse, state=Verification.State.PENDING)
    assert "Votre demande est à l’étude" in browser.get("/").content.decode()
    Verification.objects.update(state=Verification.State.REFUSED)
    assert 'href="/compte/verification/"' in browser.get("/").content.decode()
    assert "Votre demande" not in client_of(make_user("infirmier")).get("/").content.decode()


def fill(count: int) -> None:
    for number in range(count):
        NewsPageFactory(professions=["infirmier"], themes=["douleur"], reviewer_name="A. B.")
        JobPageFactory(professions=["infirmier"])
        TrainingPageFactory(
            professions=["infirmier"],
            sessions=[TrainingSessionFactory(in_days=number + 1) for _twice in range(2)],
        )


@pytest.mark.usefixtures("no_other_sections")
@pytest.mark.parametrize("professions", [(), ("infirmier",)])
def test_the_home_page_asks_a_bounded_number_of_queries(
    client_of, client, make_user, professions, django_assert_max_num_queries
):
    fill(6)
    browser = client_of(make_user(*professions)) if professions else client
    browser.get("/")
    with django_assert_max_num_queries(20):
        browser.get("/")


@pytest.mark.parametrize("factory", [NewsPageFactory, JobPageFactory, TrainingPageFactory])
def test_a_reading_page_asks_a_bounded_number_of_queries(client, factory, django_assert_max_num_queries):
    fill(5)
    page = factory(professions=["infirmier", "medecin"], themes=["douleur", "vaccination"])
    client.get(page.url)
    with django_assert_max_num_queries(22):
        client.get(page.url)
