"""Pictures that editors send: refused with a sentence, or kept so that all sizes look as they do."""

import io
from typing import Any

import willow
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

DAMAGED = _("This picture is damaged or incomplete: open it, save it again and send the new file.")
ANIMATED = _("Readers could not stop an animated picture: send a still one, or link a video.")
# Modes that every browser and format shows alike; the rest is colours of printing and more than eight bits.
SCREEN_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}
# As `templates/home/blocks/image.html` asks for it; WebP ends at 16,383 pixels.
MAX_SIZE = 960, 16_000
DEEP_MODES = {"I", "I;16", "I;16B", "I;16L"}


class PictureField(WagtailImageField):
    """Decodes the whole picture: whatever the image library raises is an error of the form."""

    def to_python(self, data: Any) -> Any:
        try:
            file = super().to_python(data)
            return file and _for_screens(file)
        except ValidationError:
            raise
        except Exception as error:
            raise ValidationError(DAMAGED, code="invalid_image") from error


class PictureForm(BaseImageForm):
    """Base of the three forms by which the admin takes pictures (settings.WAGTAILIMAGES_IMAGE_FORM_BASE)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):
            self.fields["file"] = PictureField(
                label=file.label, required=file.required, help_text=file.help_text, widget=file.widget
            )


def _for_screens(file: Any) -> Any:
    """The file itself, or the same picture in sRGB colours of eight bits. Raises what the libraries raise."""
    file.seek(0)
    picture = Image.open(file)
    if picture.format in ("GIF", "PNG", "WEBP") and getattr(picture, "is_animated", False):
        raise ValidationError(ANIMATED, code="animated")
    picture.load()
    file.seek(0)
    profile = picture.info.get("icc_profile")
    if picture.mode not in SCREEN_MODES or (profile and not _is_srgb(profile)):
        image = file.image
        file = SimpleUploadedFile(file.name, _converted(picture, image.format_name), file.content_type)
        file.image = image  # type: ignore[attr-defined]
    _try_as_page(file)
    return file


def _try_as_page(file: Any) -> None:
    """What the page of an article does with the picture."""
    picture = willow.Image.open(io.BytesIO(file.read())).auto_orient()
    width, height = picture.get_size()
    scale = min(1, MAX_SIZE[0] / width, MAX_SIZE[1] / height)
    size = max(1, int(width * scale)), max(1, int(height * scale))
    picture.resize(size).save_as_webp(io.BytesIO())
    file.seek(0)


def _converted(picture: Image.Image, file_format: str) -> bytes:
    """In sRGB colours of eight bits, upright, without a profile."""
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in DEEP_MODES:
        picture = picture.point(lambda value: value / 257).convert("L")
    elif profile:
        picture = _in_srgb(picture, profile)
    content = io.BytesIO()
    picture = picture if picture.mode in SCREEN_MODES else picture.convert("RGB")
    picture.save(content, file_format, quality=95, icc_profile=None)
    return content.getvalue()


def _is_srgb(profile: bytes) -> bool:
    try:
        return "srgb" in ImageCms.getProfileDescription(_profile(profile)).lower()
    except (ImageCms.PyCMSError, OSError):
        return False


def _profile(profile: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Converted by its profile; a broken one, or one of other colours, is passed over as browsers do."""
    alpha = picture.getchannel("A") if "A" in picture.getbands() else None
    base = picture.convert("RGB") if picture.mode in ("P", "PA", "RGBA") else picture
    base = base.convert("L") if base.mode in ("1", "LA") else base
    try:
        srgb = ImageCms.createProfile("sRGB")
        base = ImageCms.profileToProfile(base, _profile(profile), srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        base = base.convert("RGB")
    if alpha:
        base.putalpha(alpha)
    return base
