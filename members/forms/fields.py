"""Fields and checks that several forms share."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What stands between the letters of names: O’Brien, Jean-Yves, Marie St. John.
_BETWEEN_LETTERS = frozenset(" \u00a0.'’-‐‑")


def validate_name(value: str) -> None:
    """Letters and accents of any script; no digit, no sign, no control or direction mark."""
    kinds = {unicodedata.category(char)[0] for char in value if char not in _BETWEEN_LETTERS}
    if "L" not in kinds or not kinds <= {"L", "M"}:
        raise ValidationError(_("Write a name with letters only."), code="name")


def name_field(label: Any, autocomplete: str, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=60,
        validators=[validate_name],
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        **kwargs,
    )
