"""How every Django form of the portal is drawn: `{{ form }}` and `{{ form.x.as_field_group }}`."""

from django.forms.renderers import TemplatesSetting


class PortalFormRenderer(TemplatesSetting):
    """Our form and field components; widgets keep Django's own templates.

    Wagtail's admin draws its fields itself and prints whole forms only where all fields are hidden.
    """

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
