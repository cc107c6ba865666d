"""What draws widgets without a template writes the same as Django's templates do."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList
from django.utils.safestring import mark_safe

from home.forms import _DRAWN, PortalFormRenderer

WIDGETS = [
    forms.CheckboxInput,
    forms.EmailInput,
    forms.HiddenInput,
    forms.NumberInput,
    forms.PasswordInput,
    forms.SearchInput,
    forms.TelInput,
    forms.TextInput,
    forms.Textarea,
    forms.URLInput,
]
ATTRIBUTES = {
    "id": "id_x",
    "rows": 4,
    "required": True,
    "disabled": False,
    "data-rich": "",
    "title": 'a "b" <c>',
}
VALUES = [None, "", "text", "é < & > \" '", "two\nlines", 12, True, False, mark_safe("<b>&amp;</b>")]


def test_every_widget_that_is_drawn_is_compared():
    assert {widget.template_name for widget in WIDGETS} == set(_DRAWN)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("attributes", [{}, ATTRIBUTES])
@pytest.mark.parametrize("widget", WIDGETS)
def test_a_widget_is_drawn_as_its_template_would(widget, attributes, value):
    ours, django = (
        widget(attributes).render("<name>", value, {"maxlength": "12"}, renderer)
        for renderer in (PortalFormRenderer(), TemplatesSetting())
    )
    assert ours == django


@pytest.mark.parametrize("errors", [[], ["Écrivez votre message."]])
def test_errors_are_drawn_as_their_template_would(errors):
    ours, django = (
        ErrorList(errors, renderer=renderer).render()
        for renderer in (PortalFormRenderer(), TemplatesSetting())
    )
    assert ours == django
