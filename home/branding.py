"""What makes this portal this one: name, tagline, accent. Edited in the admin, never written in code."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="pick")
class Brand(BaseSiteSetting):
    name = models.CharField(_("name"), max_length=40, default="Portail")
    tagline = models.CharField(_("tagline"), max_length=120, blank=True)
    hue = models.PositiveSmallIntegerField(
        _("accent hue"),
        default=200,
        validators=[MaxValueValidator(360)],
        help_text=_("Degrees on the colour wheel, 0 to 360."),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Square, at least 64 pixels wide. Without it, the portal draws its own mark."),
    )
    contact_email = models.EmailField(_("contact e-mail address"), blank=True)

    panels = [
        FieldPanel("name"),
        FieldPanel("tagline"),
        FieldPanel("hue"),
        FieldPanel("logo"),
        FieldPanel("contact_email"),
    ]

    class Meta:
        verbose_name = _("brand")
