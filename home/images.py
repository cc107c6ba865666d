"""Pictures that editors send: refused with a sentence, or kept so that all sizes look as they do."""

import io
from typing import Any

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
    """The file itself, or the same picture in sRGB colours of eight bits. Raises what Pillow raises."""
    file.seek(0)
    picture = Image.open(file)
    if picture.format in ("GIF", "PNG", "WEBP") and getattr(picture, "is_animated", False):
        raise ValidationError(ANIMATED, code="animated")
    picture.load()
    profile = picture.info.get("icc_profile")
    file.seek(0)
    if picture.mode in SCREEN_MODES and not (profile and _is_foreign(profile)):
        return file
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in DEEP_MODES:
        picture = picture.point(lambda value: value / 257).convert("L")
    elif profile:
        picture = _in_srgb(picture, profile)
    content = io.BytesIO()
    picture = picture if picture.mode in SCREEN_MODES else picture.convert("RGB")
    picture.save(content, file.image.format_name, quality=95, icc_profile=None)
    screen = SimpleUploadedFile(file.name, content.getvalue(), file.content_type)
    screen.image = file.image  # type: ignore[attr-defined]
    return screen


def _is_foreign(profile: bytes) -> bool:
    return "srgb" not in ImageCms.getProfileDescription(_profile(profile)).lower()


def _profile(profile: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Converted by its colour profile; transparency stays as it is."""
    alpha = picture.getchannel("A") if "A" in picture.getbands() else None
    base = picture.convert("RGB") if picture.mode in ("P", "PA", "RGBA") else picture
    base = base.convert("L") if base.mode in ("1", "LA") else base
    converted = ImageCms.profileToProfile(
        base, _profile(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    if alpha:
        converted.putalpha(alpha)
    return converted
