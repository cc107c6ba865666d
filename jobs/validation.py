"""What makes an offer consistent. Messages are for the person who fills the form."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from taxonomy.models import ContractType

GENDER_MARK = re.compile(r"[\s,–-]*\(?\b(?:[HF]\s*/\s*[HF])(?:\s*/\s*X)?\b\)?\s*$", re.IGNORECASE)

Problem = tuple[str, str | Promise]


def without_gender_mark(title: str) -> str:
    """« Pharmacien adjoint H/F » → « Pharmacien adjoint »."""
    return GENDER_MARK.sub("", title) or title


def clean_offer(page: Any) -> dict[str, str | Promise]:
    """field → message of each problem of a `JobPage`, which imports this module; empty: none."""
    return dict([*_place(page), *_pay(page), *_dates(page), *_application(page)])


def _place(page: Any) -> Iterator[Problem]:
    if page.postal_code and not page.department:
        yield "postal_code", _("There is no such postal code in France: five digits, for example 22000.")


def _pay(page: Any) -> Iterator[Problem]:
    has_pay = page.pay_min is not None or page.pay_max is not None
    if page.pay_min is not None and page.pay_max is not None and page.pay_min > page.pay_max:
        yield "pay_max", _("The pay range is upside down: its end is below its beginning.")
    if has_pay and not page.pay_unit:
        yield "pay_unit", _("Say what the amount is for: hour, day, month or year.")
    regime = page.contract.regime if page.contract_id else None
    if page.retrocession is not None and regime not in (None, ContractType.Regime.LIBERAL):
        yield "retrocession", _("A retrocession only exists in a self-employed contract.")


def _dates(page: Any) -> Iterator[Problem]:
    if page.opens_on and page.closes_on and page.closes_on < page.opens_on:
        yield "closes_on", _("The offer closes before it is posted.")


def _application(page: Any) -> Iterator[Problem]:
    if not page.apply_email and not page.apply_url:
        yield "apply_email", _("Say how to apply: an e-mail address or a page.")
