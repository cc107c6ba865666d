"""What Wagtail's admin keeps from editors: names, themes and counts of what they may not read."""

import pytest
from django.urls import reverse
from wagtail.models import ReferenceIndex

from community.factories import MemberFactory, ThreadFactory
from community.models import Post
from taxonomy.models import Profession, Theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(site, editor, client_of):
    """The editor's browser."""
    return client_of(editor)


@pytest.mark.parametrize("view", ["edit", "delete", "usage", "history", "history_results"])
def test_a_proposed_theme_is_nothing_to_editors_even_by_its_id(desk, view):
    theme = Theme.objects.create(name="Affaire Martin", slug="affaire-martin")
    response = desk.get(reverse(Theme.snippet_viewset.get_url_name(view), args=[theme.pk]))
    assert response.status_code == 404
    listed = Theme.objects.get(slug="douleur")
    assert desk.get(reverse(Theme.snippet_viewset.get_url_name(view), args=[listed.pk])).status_code == 200


def test_no_list_chooser_or_bulk_action_offers_proposed_themes(desk):
    theme, listed = Theme.objects.create(name="Affaire Martin", slug="x"), Theme.objects.get(slug="douleur")
    for path in (
        "/admin/",
        "/admin/snippets/taxonomy/theme/",
        "/admin/snippets/taxonomy/theme/results/?q=Affaire",
        "/admin/snippets/choose/taxonomy/theme/",
        f"/admin/snippets/choose/taxonomy/theme/chosen/{theme.pk}/",
        "/admin/tag-autocomplete/taxonomy/theme/?term=Aff",
        f"/admin/bulk/taxonomy/theme/delete/?id={theme.pk}",
        f"/admin/bulk/taxonomy/theme/delete/?id={listed.pk}&id={theme.pk}",
        "/admin/bulk/taxonomy/theme/delete/?id=all",
    ):
        assert "Affaire Martin" not in desk.get(path).content.decode(), path
    assert desk.get(f"/admin/bulk/taxonomy/theme/delete/?id={listed.pk}").status_code == 200
    assert desk.get("/admin/tag-autocomplete/?term=a").status_code == 200


def test_usage_of_a_profession_counts_pages_only(desk):
    nurse = Profession.objects.get(slug="infirmier")
    thread = ThreadFactory(replies=3)
    Post.objects.filter(thread=thread).update(profession=nurse)
    for post in thread.posts.all():
        post.save()
    MemberFactory(professions=["infirmier"])
    html = desk.get(
        reverse(Profession.snippet_viewset.get_url_name("usage"), args=[nurse.pk])
    ).content.decode()
    assert not ReferenceIndex.get_references_to(nurse).exists()
    assert "Privé" not in html and "publication" not in html


def test_the_engine_page_counts_what_everybody_may_read_only(desk, index):
    ThreadFactory()
    index()
    html = desk.get("/admin/moteur/").content.decode()
    assert "Actualités" in html
    for label in ("Discussions", "Groupes", "Confrères"):
        assert f">{label}</th>" not in html
    assert "documents en" not in html
