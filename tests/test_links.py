"""Links to other pages: shown to who may open what they lead to (docs/adr/0026)."""

import time

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model

from community.factories import ThreadFactory
from home.factories import StandardPageFactory
from home.links import followable, own_path, readable_rich_text
from jobs.factories import JobPageFactory
from members.access import VISITOR
from news.factories import NewsPageFactory

SLUG = "zolpidem-alerte"


def reserved(**fields):
    return NewsPageFactory(slug=SLUG, audience="professions", professions=["pharmacien"], **fields)


@pytest.fixture
def pharmacist(client_of, make_user):
    return client_of(make_user("pharmacien"))


def page_with(*blocks) -> str:
    return StandardPageFactory(body=list(blocks)).url


def text(html: str) -> tuple[str, str]:
    return "paragraph", f"<p>Voir {html}.</p>"


# --- Where links stand ----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "link",
    [
        '<a id="{page.pk}" linktype="page">là</a>',
        '<a href="{page.url}">là</a>',
        '<a href="{site}{page.url}">là</a>',
        '<a href="{page.url}?utm_source=lettre#haut">là</a>',
        '<a href="/actualites/../actualites/./{page.slug}">là</a>',
        '<a href="/actualites//{page.slug}/">là</a>',
        "<A HREF='{page.url}'>là</A>",
        '<a href="\\actualites\\{page.slug}">là</a>',
        '<a href="actualites/{page.slug}/agenda/">là</a>',
    ],
)
def test_a_link_to_a_reserved_page_is_one_for_its_readers_only(site, client, pharmacist, link):
    page = reserved()
    base = "/"
    html = link.format(page=page, site=settings.SITE_URL)
    if "actualites/zolpidem" in html and html.startswith('<a href="actualites'):
        html = html.replace('href="', 'href="../')
        base = "/ailleurs/"
    address = page_with(text(html))
    assert SLUG not in client.get(address).content.decode(), base
    assert "Voir là." in client.get(address).content.decode()
    assert page.slug in pharmacist.get(address).content.decode()


@pytest.mark.django_db
def test_callouts_videos_and_addresses_of_forms_are_links_too(site, client, pharmacist):
    page = reserved()
    link = f'<p><a id="{page.pk}" linktype="page">là</a></p>'
    callout = ("callout", {"title": "", "text": link, "tone": "info"})
    video = ("video", {"title": "Une vidéo", "url": f"{settings.SITE_URL}{page.url}"})
    address = page_with(callout, video)
    assert SLUG not in client.get(address).content.decode()
    assert "Une vidéo" in client.get(address).content.decode()
    assert pharmacist.get(address).content.decode().count(SLUG) == 2


@pytest.mark.django_db
def test_sources_and_forms_of_application(site, client, pharmacist):
    target = reserved()
    url = f"{settings.SITE_URL}{target.url}"
    news = NewsPageFactory(source_url=url, source_name="Une source")
    job = JobPageFactory(apply_url=url)
    for page in (news, job):
        assert SLUG not in client.get(page.url).content.decode()
        assert SLUG in pharmacist.get(page.url).content.decode()


@pytest.mark.django_db
def test_documents_and_discussions_are_linked_for_their_readers(site, make_viewer):
    file = ContentFile(b"%PDF-1.4", name=f"{SLUG}.pdf")
    document = get_document_model().objects.create(title="Protocole", file=file)
    reserved(body=[("document", {"document": document, "title": ""})])
    thread = ThreadFactory(group__visibility="private", group__professions=["pharmacien"])
    urls = {document.url, thread.get_absolute_url(), thread.group.get_absolute_url()}
    assert followable(urls, VISITOR) == set()
    assert followable(urls, make_viewer("pharmacien")) == urls - {thread.get_absolute_url()}


@pytest.mark.django_db
def test_what_is_not_there_for_readers_is_no_link(site, client):
    page = NewsPageFactory(slug=SLUG)
    address = page_with(text(f'<a id="{page.pk}" linktype="page">là</a>'))
    assert SLUG in client.get(address).content.decode()
    page.unpublish()
    assert SLUG not in client.get(address).content.decode()
    assert followable(["/actualites/jamais-ecrite/"], VISITOR) == set()


@pytest.mark.django_db
def test_other_links_stay_as_they_are(site, client):
    job = JobPageFactory()
    urls = ["https://ailleurs.example/actualites/zolpidem-alerte/", "mailto:a@b.example", "#haut", "tel:15"]
    urls += ["/recherche/?q=plaie", "/compte/", "/actualites/", "/", job.url, "/static/x.css", "?page=2"]
    assert followable(urls, VISITOR) == set(urls)


@pytest.mark.django_db
def test_a_link_by_an_old_address_asks_what_it_leads_to(site):
    page, public = reserved(), NewsPageFactory()
    Redirect.objects.create(old_path="/vieille", redirect_page=page)
    Redirect.objects.create(old_path="/plus-vieille", redirect_link="/vieille/")
    Redirect.objects.create(old_path="/vieille-publique", redirect_page=public)
    Redirect.objects.create(old_path="/boucle", redirect_link="/boucle/")
    asked = ["/vieille/", "/plus-vieille/", "/vieille-publique/", "/boucle/"]
    assert followable(asked, VISITOR) == {"/vieille-publique/"}


# --- Old addresses --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_old_address_answers_as_its_page(site, client, pharmacist):
    page = reserved()
    Redirect.objects.create(old_path="/vieille", redirect_page=page)
    Redirect.objects.create(old_path="/plus-vieille", redirect_link="/vieille/")
    for old in ("/vieille/", "/plus-vieille/"):
        answer = client.get(old)
        assert answer.status_code == 403
        assert SLUG not in answer.content.decode() + str(answer.headers)
        assert "private" in answer["Cache-Control"]
    told = pharmacist.get("/vieille/")
    assert told.status_code == 301 and told["Location"] == page.url
    assert "private" in told["Cache-Control"]
    page.unpublish()
    assert [browser.get("/vieille/").status_code for browser in (client, pharmacist)] == [404, 404]


@pytest.mark.django_db
def test_a_renamed_reserved_page_does_not_tell_its_new_title(site, client):
    page = reserved()
    old = page.url
    page.slug = "zolpidem-retrait-du-marche"
    page.save_revision().publish()
    answer = client.get(old)
    assert "retrait" not in answer.content.decode() + str(answer.headers)


# --- Parsing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://ailleurs.example/a/", None),
        ("javascript:alert(1)", None),
        ("http://[", None),
        ("/a/b", "/a/b/"),
        ("//127.0.0.1/a/", "/a/"),
        ("HTTP://127.0.0.1:9999/a/?b#c", "/a/"),
        ("/e%CC%81te%CC%81/", "/été/"),
        ("\\a\\b", "/a/b/"),
        ("../../a/", "/a/"),
        ("", "/ici/"),
        ("suite/", "/ici/suite/"),
    ],
)
def test_addresses_are_read_as_browsers_read_them(url, path):
    assert own_path(url, "/ici/") == path


@pytest.mark.django_db
@pytest.mark.parametrize("shape", ["<a ", "<a href='", '<a href="#">', "</a>", "<", "<a href=x " * 3, "<A\n"])
def test_hostile_texts_take_linear_time(shape):
    def seconds(size: int) -> float:
        source = shape * (size // len(shape))
        started = time.perf_counter()
        readable_rich_text(source, VISITOR)
        return time.perf_counter() - started

    assert seconds(200_000) < 2
