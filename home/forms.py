"""How every Django form of the portal is drawn: `{{ form }}` and `{{ form.x.as_field_group }}`."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

# What Django says of fields, repeated so that the portal’s catalogue translates it, not Wagtail’s.
SENTENCES = (_("This field is required."), _("Enter a valid email address."))

WIDGETS = "django/forms/widgets/"


def _attributes(attributes: dict[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}" + ("" if value is True else f'="{_text(value)}"')
        for name, value in attributes.items()
        if value is not False
    )


def _text(value: object) -> str:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


def _input(widget: dict[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _textarea(widget: dict[str, Any]) -> str:
    name, text = conditional_escape(widget["name"]), widget["value"] or ""
    return f'<textarea name="{name}"{_attributes(widget["attrs"])}>\n{conditional_escape(text)}</textarea>'


# Django's templates of these take a score of nodes each; the output is the same.
_INPUTS = ("checkbox", "email", "hidden", "number", "password", "search", "tel", "text", "url")
_DRAWN = {f"{WIDGETS}{name}.html": _input for name in _INPUTS} | {f"{WIDGETS}textarea.html": _textarea}


class PortalFormRenderer(TemplatesSetting):
    """Our form and field components; the widgets that most fields have are drawn without a template.

    Wagtail's admin draws its fields itself and prints whole forms only where all fields are hidden.
    """

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if draw := _DRAWN.get(template_name):
            return mark_safe(draw(context["widget"]))
        if template_name == ErrorList.template_name and not context["errors"]:
            return mark_safe("")
        return super().render(template_name, context, request)
