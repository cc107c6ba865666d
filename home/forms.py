"""How every Django form of the portal is rendered: `{{ form }}` and `{{ form.x.as_field_group() }}`."""

from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

# What Django says of fields, repeated so that the portal’s catalogue translates it, not Wagtail’s.
SENTENCES = (_("This field is required."), _("Enter a valid email address."))


class PortalFormRenderer(TemplatesSetting):
    """Our form and field components around Django's own Jinja2 widgets (settings.TEMPLATES finds both).

    Wagtail's admin draws its fields itself and prints whole forms only where all fields are hidden.
    """

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
