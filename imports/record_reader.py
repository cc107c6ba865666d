"""Typed values of one record. What cannot be read is noted with its reason; nothing here raises."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from core.text import strip_control

FIRST_YEAR, LAST_YEAR = 1990, 2100
DAY_HOURS = 7  # of training, when a duration is given in days
_SLASHED_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:\s.*)?", re.ASCII)
_ISO_DURATION = re.compile(
    r"P(?:([\d.,]+)D)?(?:T(?:([\d.,]+)H)?(?:([\d.,]+)M)?(?:[\d.,]+S)?)?", re.ASCII | re.IGNORECASE
)
_HOURS = re.compile(r"([\d.,]+)\s*h(?:eures?)?\s*(\d{1,2})?", re.ASCII | re.IGNORECASE)


@dataclass(slots=True)
class RecordReader:
    """`values`: known name → (what the partner calls it, the value as it came)."""

    values: Mapping[str, tuple[str, Any]]
    problems: dict[str, str] = field(default_factory=dict)  # known name → reason, the first found
    notes: list[tuple[str, str]] = field(default_factory=list)  # (known name, value that was left out)

    def refuse(self, name: str, reason: str) -> None:
        self.problems.setdefault(name, reason)

    def label(self, name: str) -> str:
        """What the partner calls it."""
        return self.values[name][0] if name in self.values else name

    def raw(self, name: str) -> Any:
        return self.values[name][1] if name in self.values else None

    def items(self, name: str) -> list[Any]:
        """A list, or the parts of a text between commas, semicolons or bars."""
        raw = self.raw(name)
        if isinstance(raw, str):
            return [part.strip() for part in re.split(r"[,;|]", raw) if part.strip()]
        return list(raw) if isinstance(raw, list) else [] if raw is None else [raw]

    # --- One value each ---------------------------------------------------------------------------------

    def text(self, name: str, *, limit: int, required: str = "") -> str:
        """One line of text. `required`: the reason when there is none."""
        text = " ".join(self.long_text(name, limit=limit).split())
        if required and not any(character.isalnum() for character in text):
            self.refuse(name, required)
        return text

    def long_text(self, name: str, *, limit: int) -> str:
        raw = self.raw(name)
        if raw is None:
            return ""
        if not is_scalar(raw):
            self.refuse(name, _("This should be a text."))
            return ""
        text = clean_text(str(raw))
        if len(text) > limit:
            self.refuse(name, _("Too long: at most %(limit)s characters.") % {"limit": limit})
            return ""
        return text

    def number(self, name: str, *, decimals: int = 2) -> Decimal | None:
        """« 1 450,00 », « 12.9 », 2350."""
        raw = self.raw(name)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        value = as_number(raw)
        if value is None or value < 0:
            self.refuse(name, _("“%(value)s” is not an amount.") % {"value": preview(raw)})
            return None
        if value != value.quantize(Decimal(1).scaleb(-decimals)):
            self.refuse(name, _("“%(value)s” has too many decimals.") % {"value": preview(raw)})
            return None
        return value

    def day(self, name: str) -> date | None:
        """« 2026-11-12 », with or without a time, or « 12/11/2026 »."""
        text = self.text(name, limit=40)
        if not text:
            return None
        day = as_day(text)
        if day is None:
            self.refuse(name, _("“%(value)s” is not a date.") % {"value": preview(text)})
        return day

    def hours(self, name: str) -> Decimal | None:
        """« PT10.5H », « 3 h 30 », « 14 »; a day of training has seven hours."""
        text = self.text(name, limit=40)
        if not text:
            return None
        hours = as_hours(text)
        if hours is None:
            self.refuse(name, _("“%(value)s” is not a duration.") % {"value": preview(text)})
        return hours


def is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float | Decimal) and not isinstance(value, bool)


def clean_text(text: str) -> str:
    """Composed characters, no control characters, one kind of line end."""
    return unicodedata.normalize("NFC", strip_control(text)).strip()


def preview(value: Any, length: int = 60) -> str:
    """A value as a message quotes it."""
    text = " ".join(clean_text(str(value)).split())
    return text if len(text) <= length else text[: length - 1] + "…"


def as_number(raw: Any) -> Decimal | None:
    if not is_scalar(raw):
        return None
    text = re.sub(r"[\s\u00a0\u202f\u2009']|€|EUR|%", "", str(raw)[:40], flags=re.IGNORECASE)
    if "," in text and "." in text:
        thousands = "," if text.rindex(".") > text.rindex(",") else "."
        text = text.replace(thousands, "")
    text = text.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?(e[+-]?\d{1,2})?", text, re.ASCII | re.IGNORECASE):
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if abs(value) < 10**9 and -value.as_tuple().exponent <= 12 else None


def as_day(text: str) -> date | None:
    """The day, of a moment that in the portal's time zone; None when there is no such day."""
    try:
        if match := _SLASHED_DAY.fullmatch(text):
            day, month, year = map(int, match.groups())
            found = date(year if year > 99 else 2000 + year, month, day)
        else:
            moment = datetime.fromisoformat(text)
            found = (moment.astimezone(ZoneInfo(settings.TIME_ZONE)) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def as_hours(text: str) -> Decimal | None:
    if match := _ISO_DURATION.fullmatch(text):
        parts = [as_number(part) if part else Decimal(0) for part in match.groups()]
        if None in parts or not any(parts):
            return None
        days, hours, minutes = parts
        total = days * DAY_HOURS + hours + minutes / 60
    elif match := _HOURS.fullmatch(text):
        hours = as_number(match[1])
        total = None if hours is None else hours + Decimal(match[2] or 0) / 60
    else:
        total = as_number(text)
    if total is None or not 0 < total < 100_000:
        return None
    return total.quantize(Decimal("0.1"), ROUND_HALF_UP)


def get_path(data: Any, path: str) -> Any:
    """What an object holds at « jobLocation.address.postalCode »; of a list on the way, its first object."""
    for key in path.split("."):
        if isinstance(data, list):
            data = data[0] if data else None
        if not isinstance(data, Mapping):
            return None
        data = data.get(key)
    return data


def first_scalar(data: Any, paths: Iterable[str]) -> Any:
    """The first of these paths that holds a text or a number."""
    for path in paths:
        value = get_path(data, path)
        if isinstance(value, list):
            value = next(iter(value), None)
        if is_scalar(value) and str(value).strip():
            return value
    return None
