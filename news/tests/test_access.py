"""Who may read a page: the tokens and the queryset say the same."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from home.access import Audience, access_tokens, may_read
from members.access import EDITOR, MANAGER, PRO, PUBLIC, Viewer, profession_token
from news.factories import NewsPageFactory
from news.models import NewsPage
from taxonomy.models import Profession

pytestmark = pytest.mark.django_db


def ids(queryset) -> set[int]:
    return {page.pk for page in queryset}


@pytest.fixture
def pages(site) -> dict[str, NewsPage]:
    return {
        "everyone": NewsPageFactory(audience="everyone"),
        "nurses only": NewsPageFactory(audience="professions", professions=["infirmier"]),
        "for nurses, public": NewsPageFactory(audience="everyone", professions=["infirmier"]),
        "verified": NewsPageFactory(audience="verified"),
        "two professions": NewsPageFactory(audience="professions", professions=["medecin", "infirmier"]),
    }


def readable(pages, viewer) -> set[str]:
    visible = ids(NewsPage.objects.visible_to(viewer))
    return {name for name, page in pages.items() if page.pk in visible}


PUBLIC_PAGES = {"everyone", "for nurses, public"}


def test_a_visitor_reads_what_is_for_everyone(pages):
    assert readable(pages, Viewer()) == PUBLIC_PAGES


def test_a_member_who_is_not_verified_reads_no_more(pages, make_viewer):
    assert readable(pages, make_viewer()) == PUBLIC_PAGES


def test_a_nurse_reads_what_is_reserved_for_nurses(pages, make_viewer):
    assert readable(pages, make_viewer("infirmier")) == set(pages)


def test_another_profession_does_not(pages, make_viewer):
    assert readable(pages, make_viewer("medecin")) == set(pages) - {"nurses only"}


def test_an_editor_reads_everything(pages, make_viewer):
    assert readable(pages, make_viewer(groups=("editors",))) == set(pages)


def test_a_community_manager_who_is_not_verified_reads_what_visitors_read(pages, make_viewer):
    assert readable(pages, make_viewer(groups=("community-managers",))) == PUBLIC_PAGES


def test_a_draft_is_read_by_nobody(site, make_viewer):
    draft = NewsPageFactory(live=False)
    assert draft.pk not in ids(NewsPage.objects.visible_to(make_viewer(groups=("editors",))))


def test_an_unknown_audience_opens_to_editors_only(pages, make_viewer):
    NewsPage.objects.filter(pk=pages["everyone"].pk).update(audience="whoever")
    page = NewsPage.objects.get(pk=pages["everyone"].pk)
    assert access_tokens(page) == {EDITOR}
    assert page.pk not in ids(NewsPage.objects.visible_to(make_viewer("infirmier")))


def test_a_page_for_professions_whose_profession_is_gone_is_closed(pages, make_viewer):
    page = pages["nurses only"]
    page.professions.clear()
    page.save(clean=False)
    assert page.pk not in ids(NewsPage.objects.visible_to(make_viewer("infirmier")))


def test_pages_for_a_profession_include_those_for_none_in_particular(pages):
    for_physicians = ids(NewsPage.objects.for_professions(["medecin"]))
    assert for_physicians == {pages["everyone"].pk, pages["verified"].pk, pages["two professions"].pk}


CODES = ["10", "21", "60", "70"]
PROFESSION_TOKENS = [profession_token(code) for code in CODES]
TOKENS = st.frozensets(st.sampled_from([PUBLIC, PRO, EDITOR, MANAGER, *PROFESSION_TOKENS, "group:3"]))
CONTENTS = st.lists(
    st.tuples(st.sampled_from([*Audience.values, "whoever"]), st.frozensets(st.sampled_from(CODES))),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=CONTENTS, tokens=TOKENS)
def test_database_and_tokens_agree_on_any_page_and_any_viewer(site, contents, tokens):
    professions = {row.code: row for row in Profession.objects.filter(code__in=CODES)}
    pages = []
    for audience, codes in contents:
        page = NewsPageFactory()
        page.audience = audience
        page.professions.set([professions[code] for code in codes])
        page.save(clean=False)
        pages.append(page)
    viewer = Viewer(tokens=tokens)
    visible = ids(NewsPage.objects.visible_to(viewer).filter(pk__in=[page.pk for page in pages]))
    assert visible == {page.pk for page in pages if may_read(page, viewer)}
