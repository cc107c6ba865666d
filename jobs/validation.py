"""What makes an offer consistent. Messages are for the person who fills the form."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from taxonomy.models import ContractType

_SLASH = r"\s*[/|∕⁄／\\&,-]\s*"
_MEN, _WOMEN = r"(?:[HM]|hommes?|masculin)", r"(?:[FW]|femmes?|f[ée]minin)"
_OTHERS = rf"(?:{_SLASH}(?:X|NB|N|D|non[ -]binaires?|autres?))*"
_MARK = rf"(?:{_MEN}{_SLASH}{_WOMEN}|{_WOMEN}{_SLASH}{_MEN}){_OTHERS}"
_IN_WORDS = rf"(?:{_MEN}\s+(?:ou|et)\s+{_WOMEN}|{_WOMEN}\s+(?:ou|et)\s+{_MEN})"
_SHORT = r"(?:H\.?\s?F|F\.?\s?H)"
# « (H/F) », « [F-H-X] », « (homme ou femme) », « – H/F », anywhere in a title.
GENDER_MARK = re.compile(
    rf"\s*[(\[{{«]\s*(?:{_MARK}|{_IN_WORDS}|{_SHORT}|tous genres)\.?\s*[)\]}}»]"
    rf"|[\s,_–-]*(?<![^\W_]){_MARK}\b\.?(?=\s|$|[,;:)–-])|\s+{_IN_WORDS}$|\s+H\.\s?F\.$",
    re.IGNORECASE,
)

Problem = tuple[str, str | Promise]


def without_gender_mark(title: str) -> str:
    """« Pharmacien (H/F) de nuit » → « Pharmacien de nuit »."""
    return GENDER_MARK.sub(_gap, title).strip(" ,;:–-") or title


def _gap(mark: re.Match[str]) -> str:
    """« Infirmier(H/F)de nuit »: the words that a mark stood between do not touch."""
    return " " if mark.string[mark.end() : mark.end() + 1].isalnum() else ""


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
