"""How amounts, durations and places are written: held together by no-break spaces."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

NBSP = "\u00a0"


def number(value: Decimal) -> str:
    """« 2 350 », « 12,90 »: no decimals when they are zero, two otherwise."""
    return number_format(
        value, decimal_pos=0 if value == value.to_integral_value() else 2, force_grouping=True
    )


def short_number(value: Decimal) -> str:
    """« 3,5 »: only the decimals that count."""
    return number_format(value.normalize() if value % 1 else int(value), use_l10n=True)


def euros(value: Decimal) -> str:
    return _("€%(amount)s") % {"amount": number(value)}


def hours(value: Decimal) -> str:
    """« 14 h »."""
    return _("%(n)s h") % {"n": short_number(value)}


def percent(value: Decimal) -> str:
    return _("%(n)s%%") % {"n": short_number(value)}


def place_name(town: str, department_code: str) -> str:
    """« Saint-Brieuc (22) », or whichever of both is known."""
    if town and department_code:
        return f"{town}{NBSP}({department_code})"
    return town or department_code
