"""Fields and checks that several forms share."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What stands between the letters of names: O’Brien, Jean-Yves, Marie St. John.
_BETWEEN_LETTERS = frozenset(" \u00a0.'’-‐‑")


# Marks and letters that nobody sees: fillers, joiners, variation selectors.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Accents on one letter: Vietnamese and vowelled Arabic have two.
_MOST_ACCENTS = 3


def validate_name(value: str) -> None:
    """Letters and accents of one script; no digit, no sign, nothing unseen or that looks like another."""
    letters = [char for char in value if char not in _BETWEEN_LETTERS]
    kinds = "".join(unicodedata.category(char)[0] for char in letters)
    if "L" not in kinds or kinds.strip("LM") or _UNSEEN.search(value):
        raise ValidationError(_("Write a name with letters only."), code="name")
    latin = {unicodedata.name(char, "").startswith("LATIN ") for char in letters if char.isalpha()}
    disguised = any(unicodedata.decomposition(char).startswith("<") for char in letters)
    if len(latin) > 1 or disguised or "M" * (_MOST_ACCENTS + 1) in kinds:
        raise ValidationError(_("Write a name in ordinary letters of one alphabet."), code="name")


def name_field(label: Any, autocomplete: str, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=60,
        validators=[validate_name],
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        **kwargs,
    )
