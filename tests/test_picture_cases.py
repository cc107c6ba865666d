"""Pictures as hospitals, cameras and phones export them: they look as they did, or are refused."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageCms, ImageSequence
from wagtail.images import get_image_model
from wagtail.models import Collection

from news.factories import NewsPageFactory

pytestmark = pytest.mark.django_db

CASES = Path(__file__).parent / "cases" / "images"
FORMS = ("wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages_chooser:create")


@pytest.fixture
def upload(site, editor, client_of):
    """Sends a picture by one of the admin's forms; returns the response and the picture, if it was taken."""
    desk = client_of(editor)

    def upload(name: str, content: bytes, form: str = FORMS[0]):
        file, collection = SimpleUploadedFile(name, content), Collection.get_first_root_node().pk
        prefix = "image-chooser-upload-" if "chooser" in form else ""
        field = "files[]" if "multiple" in form else f"{prefix}file"
        data = {f"{prefix}title": "Image", field: file, f"{prefix}collection": collection}
        before = set(get_image_model().objects.values_list("pk", flat=True))
        response = desk.post(reverse(form), data, headers={"X-Requested-With": "XMLHttpRequest"})
        return response, get_image_model().objects.exclude(pk__in=before).first()

    return upload


@pytest.fixture
def published(upload, client):
    """The picture as a reader gets it, from the page of a news item."""

    def published(name: str, content: bytes) -> Image.Image:
        _response, picture = upload(name, content)
        page = NewsPageFactory(body=[("image", {"image": picture, "alt": "Une image"})])
        assert client.get(page.url).status_code == 200
        [rendition] = picture.renditions.filter(filter_spec__contains="webp")
        return Image.open(io.BytesIO(client.get(rendition.url).getvalue())).convert("RGBA")

    return published


def written(picture: Image.Image, file_format: str, **options) -> bytes:
    content = io.BytesIO()
    picture.save(content, file_format, **options)
    return content.getvalue()


def alike(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 12 for a, b in zip(one, other, strict=False))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", sorted(CASES.glob("tronquee*")), ids=lambda path: path.name)
def test_a_cut_off_picture_is_refused_by_every_form(upload, form, path):
    response, picture = upload(path.name, path.read_bytes(), form)
    assert response.status_code == 200 and picture is None
    assert "endommagée" in response.content.decode(
        "unicode_escape" if "json" in response["Content-Type"] else "utf-8"
    )


@pytest.mark.parametrize("name", ["photo.jpg", "photo.png", "photo.gif", "photo.webp"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_picture_that_ends_anywhere_is_an_error_of_the_form(upload, name, share):
    picture = Image.effect_noise((200, 200), 80)
    content = written(picture, {"jpg": "JPEG"}.get(name[6:], name[6:].upper()))
    response, taken = upload(name, content[: int(len(content) * share)])
    assert response.status_code == 200 and taken is None


@pytest.mark.parametrize("name", ["haute-17000.png", "bandeau-20000x10.png"])
def test_very_long_pictures_are_shown(published, name):
    assert published(name, (CASES / name).read_bytes()).width > 200


@pytest.mark.parametrize("name", ["cmyk.jpg", "bw.png", "grey-alpha.png", "MAJUSCULE.JPG", "anim.gif"])
def test_pictures_look_as_they_went_in(published, name):
    shown, source = published(name, (CASES / name).read_bytes()), Image.open(CASES / name).convert("RGBA")
    for x, y in [(0.02, 0.02), (0.98, 0.02), (0.02, 0.98), (0.98, 0.98)]:
        spots = [one.getpixel((int(x * one.width), int(y * one.height))) for one in (shown, source)]
        assert alike(*spots), (x, y, spots)


@pytest.mark.parametrize("name", ["exif6.jpg", "exif6.png"])
def test_pictures_stand_upright(published, name):
    shown = published(name, (CASES / name).read_bytes())
    assert shown.height > shown.width
    assert alike(shown.getpixel((shown.width - 20, 20)), (200, 30, 30))


def test_an_animated_picture_is_refused_with_the_reason(upload):
    response, picture = upload("anim.webp", (CASES / "anim.webp").read_bytes())
    assert picture is None and "animée" in response.content.decode()
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "blue")]
    content = written(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert len(list(ImageSequence.Iterator(Image.open(io.BytesIO(content))))) == 2
    assert upload("anim.gif", content)[1] is None


def test_sixteen_bits_of_grey_are_not_all_white(published):
    grey = Image.new("I;16", (300, 200), 0x6000)
    assert alike(published("radio.png", written(grey, "PNG")).getpixel((150, 100)), (96, 96, 96))


def test_colours_of_another_profile_are_converted(published):
    """A profile whose red is the green of screens: what was red looks green."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = srgb.replace(b"rXYZ", b"?XYZ", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"?XYZ", b"gXYZ", 1)
    profile = profile.replace("sRGB".encode("utf-16-be"), "Test".encode("utf-16-be"))
    red = Image.new("RGB", (300, 200), (255, 0, 0))
    for name, file_format in (("photo.jpg", "JPEG"), ("photo.png", "PNG")):
        shown = published(name, written(red, file_format, icc_profile=profile))
        assert alike(shown.getpixel((150, 100)), (0, 255, 0))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK"])
@pytest.mark.parametrize("profile", [b"no profile", b""])
def test_a_broken_profile_is_passed_over(published, mode, profile):
    picture = Image.new("RGB", (300, 200), (40, 90, 160))
    picture = picture.quantize() if mode == "P" else picture.convert(mode)
    name, file_format = ("photo.jpg", "JPEG") if mode == "CMYK" else ("photo.png", "PNG")
    shown = published(name, written(picture, file_format, icc_profile=profile))
    assert alike(shown.getpixel((150, 100)), picture.convert("RGBA").getpixel((150, 100)))


def test_transparency_stays(published):
    clear = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    assert published("logo.png", written(clear, "PNG")).getpixel((9, 9))[3] == 0


@pytest.mark.parametrize("data", [b"MM\0*\0\0\0\x08\xff\xff", b"", b"II*\0\xff\xff\xff\x7f"])
def test_damaged_orientation_is_no_error_of_the_page(upload, client, data):
    response, picture = upload(
        "photo.jpg", written(Image.new("RGB", (300, 200), "red"), "JPEG", exif=b"Exif\0\0" + data)
    )
    assert response.status_code in (200, 302)
    if picture:
        page = NewsPageFactory(body=[("image", {"image": picture, "alt": "Une image"})])
        assert client.get(page.url).status_code == 200


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"texte"]
)
def test_what_is_no_picture_is_refused(upload, content):
    for form in FORMS:
        response, picture = upload("photo.png", content, form)
        assert response.status_code == 200 and picture is None


def test_several_pictures_in_one_file_of_a_phone_are_its_first(published):
    """« MPO »: a photograph and its depth or second view."""
    first, second = Image.new("RGB", (300, 200), "green"), Image.new("RGB", (300, 200), "blue")
    content = written(first, "MPO", save_all=True, append_images=[second])
    assert alike(published("photo.jpg", content).getpixel((150, 100)), (0, 128, 0))
