"""Pictures and documents: fetched only by who may read a page that uses them."""

import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.fields import WagtailImageField
from wagtail.images.tests.utils import get_test_image_file

from home.branding import Brand
from home.factories import StandardPageFactory
from news.factories import NewsPageFactory
from news.models import NewsPage
from trainings.factories import TrainingPageFactory, TrainingSessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(site, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return get_image_model().objects.create(title="Une plaie", file=get_test_image_file(filename="plaie.png"))


@pytest.fixture
def document(site, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = ContentFile(b"%PDF-1.4 protocole", name="protocole.pdf")
    return get_document_model().objects.create(title="Protocole", file=file)


def with_picture(image) -> list:
    return [("image", {"image": image, "alt": "Une plaie du talon", "caption": "", "credit": ""})]


def with_document(document) -> list:
    return [("document", {"document": document, "title": "Le protocole"})]


def address(image) -> str:
    return image.get_rendition("width-60").url


def statuses(url: str, *clients) -> list[int]:
    return [client.get(url).status_code for client in clients]


@pytest.fixture
def people(client, client_of, make_user, editor):
    """A visitor, a nurse, a physician, an editor."""
    return [client, client_of(make_user("infirmier")), client_of(make_user("medecin")), client_of(editor)]


ALL, EDITOR_ONLY = [200, 200, 200, 200], [404, 404, 404, 200]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"audience": "everyone"}, ALL),
        ({"audience": "verified"}, [404, 200, 200, 200]),
        ({"audience": "professions", "professions": ["infirmier"]}, [404, 200, 404, 200]),
        ({"live": False}, EDITOR_ONLY),
    ],
    ids=["public", "verified", "nurses", "draft"],
)
def test_a_picture_opens_with_the_page_that_shows_it(picture, people, fields, expected):
    NewsPageFactory(body=with_picture(picture), **fields)
    assert statuses(address(picture), *people) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"audience": "everyone"}, ALL),
        ({"audience": "verified"}, [404, 200, 200, 200]),
        ({"live": False}, EDITOR_ONLY),
    ],
    ids=["public", "verified", "draft"],
)
def test_a_document_opens_with_the_page_that_links_it(document, people, fields, expected):
    NewsPageFactory(body=with_document(document), **fields)
    assert statuses(document.url, *people) == expected


def test_a_document_linked_in_the_text_opens_too(document, client):
    text = f'<p>Voir <a linktype="document" id="{document.pk}">le protocole</a></p>'
    NewsPageFactory(body=[("paragraph", text)])
    assert client.get(document.url).status_code == 200


def test_one_public_page_among_several_is_enough(picture, client):
    NewsPageFactory(body=with_picture(picture), audience="verified")
    StandardPageFactory(body=with_picture(picture))
    assert client.get(address(picture)).status_code == 200


def test_a_file_that_no_page_uses_is_for_editors(picture, document, people):
    assert statuses(address(picture), *people) == EDITOR_ONLY
    assert statuses(document.url, *people) == EDITOR_ONLY


def test_originals_are_for_editors(picture, people):
    NewsPageFactory(body=with_picture(picture))
    assert statuses(picture.file.url, *people) == EDITOR_ONLY


def test_documents_do_not_leave_by_the_media_folder(document, client):
    NewsPageFactory(body=with_document(document))
    assert client.get(document.file.url).status_code == 404


def test_a_picture_taken_out_of_its_page_is_closed_at_once(picture, client):
    page = NewsPageFactory(body=with_picture(picture))
    page.body = [("paragraph", "<p>Sans image.</p>")]
    page.save_revision().publish()
    assert client.get(address(picture)).status_code == 404


def test_a_picture_of_a_draft_change_stays_closed(picture, client):
    page = NewsPageFactory()
    page.body = with_picture(picture)
    page.save_revision()
    assert client.get(address(picture)).status_code == 404


def test_a_draft_that_drops_the_picture_leaves_the_published_one_open(picture, client):
    page = NewsPageFactory(body=with_picture(picture))
    draft = NewsPage.objects.get(pk=page.pk)
    draft.body = [("paragraph", "<p>Sans image.</p>")]
    draft.save_revision()
    assert client.get(address(picture)).status_code == 200


def test_an_unpublished_page_takes_its_picture_along(picture, client):
    page = NewsPageFactory(body=with_picture(picture))
    page.unpublish()
    assert client.get(address(picture)).status_code == 404


def test_files_of_what_is_over_are_closed(picture, client):
    TrainingPageFactory(body=with_picture(picture), sessions=[TrainingSessionFactory(in_days=-9)])
    assert client.get(address(picture)).status_code == 404


def test_the_logo_is_for_everybody(picture, site, client):
    brand = Brand.for_site(site)
    brand.logo = picture
    brand.save()
    assert client.get(address(picture)).status_code == 200


def test_caches_keep_public_pictures_only(picture, people):
    page = NewsPageFactory(body=with_picture(picture))
    visitor, nurse, *_others = people
    assert "public" in visitor.get(address(picture))["Cache-Control"]
    page.audience = "verified"
    page.save()
    assert "private" in nurse.get(address(picture))["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["../secret_key", "images/../../secret_key", "%00", "images/none.png", "", "x" * 5000]
)
def test_nothing_else_leaves_the_folder(picture, client, client_of, editor, path):
    for browser in (client, client_of(editor)):
        assert browser.get(f"/media/{path}").status_code in (404, 400)


def png(width: int, height: int) -> bytes:
    """A picture that says to be that large, and is not."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(9_000, 5_000), (20_000, 20_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_unopened(size):
    with pytest.raises(ValidationError, match="pixels"):
        WagtailImageField().clean(SimpleUploadedFile("grand.png", png(*size), "image/png"))
