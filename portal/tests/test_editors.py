"""An editor's work in Wagtail's admin: draft, preview, publish, schedule, move; what they may not do."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from community.factories import make_manager
from jobs.factories import JobPageFactory
from jobs.models import JobIndexPage, JobPage
from members.access import VISITOR
from news.factories import NewsPageFactory
from news.models import NewsIndexPage, NewsPage
from taxonomy.models import ContractType, Profession, Theme
from trainings.models import TrainingIndexPage, TrainingPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(site, editor, client_of):
    """The editor's browser."""
    return client_of(editor)


def body(text: str = "Un texte.") -> dict:
    return streamfield([("paragraph", rich_text(f"<p>{text}</p>"))])


def news_form(**fields) -> dict:
    return nested_form_data(
        {
            "title": "Vaccination : du nouveau",
            "slug": "vaccination-du-nouveau",
            "standfirst": "Ce qui change.",
            "audience": "everyone",
            "source_type": "editorial",
            "body": body(),
            **fields,
        }
    )


def job_form(**fields) -> dict:
    return nested_form_data(
        {
            "title": "Infirmier de nuit",
            "slug": "infirmier-de-nuit",
            "employer": "Hôpital de la Baie",
            "contract": ContractType.objects.get(slug="cdi").pk,
            "working_time": "full",
            "postal_code": "22000",
            "town": "Saint-Brieuc",
            "audience": "everyone",
            "apply_email": "rh@hopital.example",
            "body": body(),
            **fields,
        }
    )


def add_address(model: type[Page], parent: type[Page]) -> str:
    return reverse(
        "wagtailadmin_pages:add",
        args=[model._meta.app_label, model._meta.model_name, parent.objects.get().pk],
    )


def edit_address(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def is_public(page: Page) -> bool:
    return type(page).objects.visible_to(VISITOR).filter(pk=page.pk).exists()


def errors_of(response) -> dict:
    return response.context["form"].errors


def test_a_draft_is_written_previewed_and_published(desk, client):
    desk.post(add_address(NewsPage, NewsIndexPage), news_form())
    page = NewsPage.objects.get()
    assert not page.live
    assert client.get("/actualites/vaccination-du-nouveau/").status_code == 404
    preview = desk.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert "Ce qui change." in preview.content.decode()
    desk.post(edit_address(page), news_form() | {"action-publish": "1"})
    page.refresh_from_db()
    assert is_public(page)
    assert page.published_at is not None
    assert client.get(page.url).status_code == 200


def test_a_page_saved_without_slug_gets_one_from_its_title(desk):
    """The admin's script proposes it; who saves before the script ran loses nothing."""
    for _ in range(2):
        desk.post(add_address(NewsPage, NewsIndexPage), news_form(slug=""))
    slugs = NewsPage.objects.values_list("slug", flat=True)
    assert sorted(slugs) == ["vaccination-du-nouveau", "vaccination-du-nouveau-2"]


def test_an_offer_is_published_in_one_go(desk):
    nurse, theme = Profession.objects.get(slug="infirmier"), Theme.objects.get(slug="geriatrie")
    form = job_form() | {"professions": [nurse.pk], "themes": [theme.pk], "action-publish": "1"}
    desk.post(add_address(JobPage, JobIndexPage), form)
    offer = JobPage.objects.get()
    assert is_public(offer)
    assert offer.department.code == "22"
    assert [theme.slug for theme in offer.themes.all()] == ["geriatrie"]
    assert [profession.slug for profession in offer.professions.all()] == ["infirmier"]


def test_a_training_is_published_with_its_sessions(desk):
    start = timezone.localdate() + timedelta(days=30)
    form = nested_form_data(
        {
            "title": "Plaies chroniques",
            "slug": "plaies-chroniques",
            "body_name": "Soins Formation",
            "kind": "dpc",
            "format": "onsite",
            "audience": "everyone",
            "body": body(),
            "sessions": inline_formset(
                [{"starts_on": start, "ends_on": "", "postal_code": "44000", "town": "Nantes", "seats": "12"}]
            ),
        }
    )
    form |= {"funding": ["andpc", "fif_pl"], "action-publish": "1"}
    desk.post(add_address(TrainingPage, TrainingIndexPage), form)
    training = TrainingPage.objects.get()
    session = training.sessions.get()
    assert training.funding == ["andpc", "fif_pl"]
    assert (session.ends_on, session.department.code) == (start, "44")


def test_what_is_inconsistent_comes_back_with_what_was_typed(desk):
    form = job_form(pay_min="3000", pay_max="2000", pay_unit="month") | {"action-publish": "1"}
    response = desk.post(add_address(JobPage, JobIndexPage), form)
    assert "pay_max" in errors_of(response)
    assert "Hôpital de la Baie" in response.content.decode()
    assert not JobPage.objects.exists()


def test_only_curated_themes_can_be_chosen(desk):
    proposed = Theme.objects.create(name="Télé-suivi", slug="tele-suivi")
    address = add_address(NewsPage, NewsIndexPage)
    assert "Télé-suivi" not in desk.get(address).content.decode()
    response = desk.post(address, news_form() | {"themes": [proposed.pk]})
    assert "themes" in errors_of(response)


def test_a_picture_needs_an_alternative_text(desk):
    blocks = streamfield([("image", {"image": "", "alt": "", "caption": "", "credit": ""})])
    response = desk.post(
        add_address(NewsPage, NewsIndexPage), news_form(body=blocks) | {"action-publish": "1"}
    )
    assert "body" in errors_of(response)


def test_a_scheduled_page_appears_at_its_time(desk, client):
    later = timezone.now() + timedelta(hours=2)
    form = news_form(go_live_at=timezone.localtime(later).strftime("%Y-%m-%d %H:%M")) | {
        "action-publish": "1"
    }
    desk.post(add_address(NewsPage, NewsIndexPage), form)
    page = NewsPage.objects.get()
    assert not is_public(page)
    assert page.approved_schedule
    with time_machine.travel(later + timedelta(minutes=1)):
        call_command("publish_scheduled")
        assert is_public(page)


def test_unpublishing_takes_a_page_away_from_everybody(desk, client, editor, client_of):
    page = NewsPageFactory()
    desk.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert not is_public(page)
    assert client.get(page.url).status_code == 404


def test_a_page_is_moved_within_what_its_type_allows(desk):
    page = NewsPageFactory()
    wrong = JobIndexPage.objects.get()
    assert not page.can_move_to(wrong)
    desk.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, wrong.pk]))
    page.refresh_from_db()
    assert page.get_parent().specific == NewsIndexPage.objects.get()


def test_a_change_of_slug_changes_the_address(desk, client):
    page = NewsPageFactory()
    old = page.url
    desk.post(edit_address(page), news_form(slug="nouvelle-adresse") | {"action-publish": "1"})
    page.refresh_from_db()
    assert page.url == "/actualites/nouvelle-adresse/"
    assert client.get(page.url).status_code == 200
    assert client.get(old, follow=True).redirect_chain in ([], [(page.url, 301)])


def test_changes_of_a_live_page_wait_as_a_draft(desk, client):
    page = NewsPageFactory(title="Version en ligne")
    desk.post(edit_address(page), news_form(title="Version à venir", slug=page.slug))
    assert "Version en ligne" in client.get(page.url).content.decode()


def test_the_audience_replaces_wagtail_s_privacy(desk):
    page = NewsPageFactory(audience="verified")
    screen = desk.get(edit_address(page)).content.decode()
    assert "set-privacy" not in screen
    with pytest.raises(PermissionDenied):
        PageViewRestriction.objects.create(page=page, restriction_type="login")


@pytest.mark.parametrize("role", ["visitor", "member", "nurse", "manager"])
def test_nobody_else_enters_the_admin(site, role, client, client_of, make_user, manager):
    clients = {
        "visitor": lambda: client,
        "member": lambda: client_of(make_user()),
        "nurse": lambda: client_of(make_user("infirmier")),
        "manager": lambda: client_of(manager),
    }
    page = NewsPageFactory(title="Titre réservé", live=False)
    for address in ("/admin/", edit_address(page), reverse("wagtailadmin_pages:view_draft", args=[page.pk])):
        response = clients[role]().get(address, follow=True)
        assert "Titre réservé" not in response.content.decode()
        assert "wagtail-sidebar" not in response.content.decode()


def test_an_editor_does_not_manage_accounts(desk):
    assert desk.get(reverse("wagtailusers_users:index")).status_code in (302, 403)


def test_names_are_changed_in_the_profile_only_where_a_checked_one_is_fixed(desk, editor):
    """Wagtail's account page would change a name under which a profession was verified."""
    address = reverse("wagtailadmin_account")
    assert "name_email-first_name" not in desk.get(address).content.decode()
    desk.post(address, {"name_email-first_name": "Professeur", "name_email-last_name": "Autre"})
    editor.refresh_from_db()
    assert editor.first_name == "Édith"


def test_the_dashboard_says_what_waits(desk, editor):
    JobPageFactory(title="Ferme bientôt", closes_on=timezone.localdate() + timedelta(days=3))
    JobPageFactory(title="Ferme plus tard", closes_on=timezone.localdate() + timedelta(days=30))
    NewsPageFactory(title="Relu il y a longtemps", reviewer_name="A. B.", reviewed_on=_long_ago())
    Theme.objects.create(name="Télé-suivi", slug="tele-suivi")
    desk.post(add_address(NewsPage, NewsIndexPage), news_form(title="Brouillon en cours"))
    screen = desk.get("/admin/").content.decode()
    waiting = screen[screen.index('class="waiting"') :]
    waiting = waiting[: re.search(r"</section>\s*</div>", waiting).start()]
    for expected in ("Ferme bientôt", "Relu il y a longtemps", "Brouillon en cours"):
        assert expected in waiting
    assert "Ferme plus tard" not in waiting
    # What members propose in their groups is for who reads them: managers decide on it on their own page.
    assert "Télé-suivi" not in waiting
    make_manager(editor)
    assert "Télé-suivi" not in desk.get("/admin/").content.decode()


def _long_ago():
    return timezone.localdate() - timedelta(days=400)


@pytest.mark.parametrize("name", ["news_items:index", "offers:index", "courses:index"])
def test_each_kind_has_a_list_with_its_columns(desk, name):
    JobPageFactory(employer="Clinique du Parc")
    response = desk.get(reverse(name))
    assert response.status_code == 200
    if name == "offers:index":
        assert "Clinique du Parc" in response.content.decode()


def test_every_screen_of_the_vocabulary_opens(desk):
    theme = Theme.objects.get(slug="douleur")
    assert desk.get(reverse(Theme.snippet_viewset.get_url_name("edit"), args=[theme.pk])).status_code == 200
    assert desk.get(reverse(Theme.snippet_viewset.get_url_name("list"))).status_code == 200
    assert desk.get(reverse(Profession.snippet_viewset.get_url_name("list"))).status_code == 200


def test_editors_read_the_official_lists_but_do_not_change_them(desk):
    profession = Profession.objects.first()
    edit = reverse(Profession.snippet_viewset.get_url_name("edit"), args=[profession.pk])
    assert desk.get(edit).status_code in (302, 403)


def theme_form(theme: Theme, **fields) -> dict:
    form = {"name": theme.name, "slug": theme.slug, "synonyms": "", "hue": "10"}
    return form | {"merge_into": ""} | fields


def test_a_theme_is_renamed(desk):
    theme = Theme.objects.get(slug="douleur")
    address = reverse(Theme.snippet_viewset.get_url_name("edit"), args=[theme.pk])
    desk.post(address, theme_form(theme, name="Douleurs"))
    theme.refresh_from_db()
    assert (theme.name, theme.status) == ("Douleurs", "curated")


def test_a_theme_that_an_editor_makes_is_listed(desk):
    address = reverse(Theme.snippet_viewset.get_url_name("add"))
    desk.post(address, theme_form(Theme(name="Télésuivi", slug="telesuivi")))
    assert Theme.objects.get(slug="telesuivi").status == "curated"


def test_a_theme_is_merged_into_another(desk):
    page = NewsPageFactory(themes=["douleur"])
    both = NewsPageFactory(themes=["douleur", "vaccination"])
    source, target = Theme.objects.get(slug="douleur"), Theme.objects.get(slug="vaccination")
    address = reverse(Theme.snippet_viewset.get_url_name("edit"), args=[source.pk])
    desk.post(address, theme_form(source, merge_into=target.pk))
    target.refresh_from_db()
    assert not Theme.objects.filter(slug="douleur").exists()
    assert "Douleur" in target.synonyms
    for changed in (page, both):
        assert [t.slug for t in NewsPage.objects.get(pk=changed.pk).themes.all()] == ["vaccination"]


def test_two_themes_do_not_share_a_name(desk):
    theme = Theme.objects.create(name="tele suivi", slug="tele-suivi", status="curated")
    address = reverse(Theme.snippet_viewset.get_url_name("edit"), args=[theme.pk])
    response = desk.post(address, theme_form(theme, name="DOULEUR"))
    assert "name" in errors_of(response)


@pytest.mark.parametrize(
    "text", ["\x00nul", "x" * 1_000_000, "😀" * 300, "\u202eRTL", "<script>alert(1)</script>"], ids=range(5)
)
def test_strange_text_is_refused_or_escaped_and_never_breaks(desk, client, text):
    response = desk.post(
        add_address(NewsPage, NewsIndexPage), news_form(title=text) | {"action-publish": "1"}
    )
    page = NewsPage.objects.first()
    if page is None:
        assert response.status_code == 200
        assert errors_of(response)
    else:
        shown = client.get(page.url)
        assert shown.status_code == 200
        assert b"<script>alert(1)" not in shown.content
