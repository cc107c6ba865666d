"""A page reserved for professionals: others get an invitation, without title or text, on every way in."""

import pytest
from django.urls import reverse

from news.factories import NewsPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
SECRET = "Zolpidem"


@pytest.fixture
def page():
    return NewsPageFactory(
        title=f"{SECRET} : alerte",
        slug="alerte-du-mois",
        standfirst=f"{SECRET}, pour vous.",
        body=[("paragraph", f"<p>{SECRET}</p>")],
        audience="professions",
        professions=["pharmacien"],
        themes=["addictologie"],
    )


@pytest.mark.parametrize("who", ["visitor", "member", "nurse", "manager"])
def test_others_get_an_invitation_without_title_or_text(page, who, client, client_of, make_user, manager):
    browser = {
        "visitor": lambda: client,
        "member": lambda: client_of(make_user()),
        "nurse": lambda: client_of(make_user("infirmier")),
        "manager": lambda: client_of(manager),
    }[who]()
    response = browser.get(page.url)
    assert response.status_code == 403
    assert SECRET not in response.content.decode()
    assert "ld+json" not in response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"
    assert "private" in response["Cache-Control"]


def test_those_it_is_for_read_it_unseen_by_caches_and_robots(page, client_of, make_user):
    response = client_of(make_user("pharmacien")).get(page.url)
    assert response.status_code == 200
    assert SECRET in response.content.decode()
    assert "ld+json" not in response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"
    assert "private" in response["Cache-Control"]


def test_editors_read_and_preview_it(page, editor, client_of):
    desk = client_of(editor)
    assert SECRET in desk.get(page.url).content.decode()
    assert SECRET in desk.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()


def test_neighbours_of_a_public_page_do_not_betray_it(page, client, client_of, make_user):
    public = NewsPageFactory(professions=["pharmacien"], themes=["addictologie"])
    assert SECRET not in client.get(public.url).content.decode()
    assert SECRET in client_of(make_user("pharmacien")).get(public.url).content.decode()


def test_head_and_options_say_no_more(page, client):
    assert client.head(page.url).status_code == 403
    assert SECRET not in client.options(page.url).content.decode()
