"""Values as people write them in tables: read whole, or an `UnreadableValueError` that says why not."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1990, 2100
MOST = Decimal(10**9)
DAY_HOURS, WEEK_DAYS = 7, 5  # of training, when a duration is given in days or weeks


class UnreadableValueError(ValueError):
    """The message is for the person who sent the value."""


def is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float | Decimal) and not isinstance(value, bool)


def preview(value: Any, length: int = 60) -> str:
    """A value as a message quotes it."""
    text = " ".join("".join(char if char.isprintable() else " " for char in str(value)).split())
    return text if len(text) <= length else text[: length - 1] + "…"


def folded(text: str) -> str:
    """Small letters without accents, single spaces, straight apostrophes."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").lower())
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def _refuse(message: str, value: Any) -> NoReturn:
    raise UnreadableValueError(message % {"value": preview(value)})


# --- Numbers --------------------------------------------------------------------------------------------

# Signs that normalizing would turn into digits: « 10² » is not 102.
_RAISED = re.compile(r"[²³¹⁰-₟¼-¾⅐-↏]")
EUROS, PERCENT, SEATS = r"(?:€|eur|euros?)?(?: ?ttc)?", "%?", "(?:places?)?"
# « 2 350,50 », « 2'350 », « 2.350,50 », « 2350.5 »: thousands stand in groups of three.
NUMBER = r"(?:[1-9]\d{0,2}(?:(?P<sep>[ '.,])\d{3})(?:(?P=sep)\d{3})*|\d+)(?:(?!(?P=sep))[.,]\d+)?"
_NUMBER = re.compile(rf"(?P<number>{NUMBER})(?P<power>e\+?\d{{1,2}})?", re.ASCII)
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


def as_number(raw: Any, *, decimals: int = 2, unit: str = EUROS) -> Decimal:
    """`unit`: a pattern of what may stand behind the number. « 2.350 » is refused: 2,35 or 2350."""
    value = _written_number(raw, unit) if isinstance(raw, str) else _number(raw) if is_scalar(raw) else None
    if value is None or not (value.is_finite() and 0 <= value < MOST):
        _refuse(_("“%(value)s” is not an amount."), raw)
    if value != value.quantize(Decimal(1).scaleb(-decimals)):
        _refuse(_("“%(value)s” has too many decimals."), raw)
    return value


def _written_number(raw: str, unit: str) -> Decimal | None:
    if _RAISED.search(raw):
        return None
    text = re.sub(rf"(?:[.,]-{{0,2}})? ?{unit}$", "", folded(raw[:80]).removeprefix("+"))
    if _AMBIGUOUS.fullmatch(text):
        _refuse(_("“%(value)s” may be thousands or decimals: write it without this separator."), raw)
    if not (match := _NUMBER.fullmatch(text)):
        return None
    number = match["number"]
    if separator := match["sep"]:
        number = number.replace(separator, "")
    return _number(number.replace(",", ".") + (match["power"] or ""))


def _number(raw: Any) -> Decimal | None:
    try:
        return Decimal(str(raw))
    except InvalidOperation:
        return None


# --- Days -----------------------------------------------------------------------------------------------

_MONTHS = (
    ("janvier", "january"),
    ("fevrier", "february"),
    ("mars", "march"),
    ("avril", "april"),
    ("mai", "may"),
    ("juin", "june"),
    ("juillet", "july"),
    ("aout", "august"),
    ("septembre", "september"),
    ("octobre", "october"),
    ("novembre", "november"),
    ("decembre", "december"),
)
_WEEKDAYS = tuple(
    (name,) for name in ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
)
_TIME = r"(?:[ t,]+(?:a )?(?:[01]?\d|2[0-4])(?:(?:[:h][0-5]\d){1,2}| ?h))?"
# « 15/01/2027 », « 15-janv.-27 », « ven. 15 janvier 2027 », « 1er février 2027 », with or without a time.
_DAY_FIRST = re.compile(
    r"(?:le )?(?:(?P<weekday>[a-z]{3,})[.,]? )?(?P<day>\d{1,2})(?:er)?[ /.-]+"
    rf"(?P<month>\d{{1,2}}|[a-z]{{3,}})\.?[ /.-]+(?P<year>\d{{4}}|\d{{2}}){_TIME}",
    re.ASCII,
)
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}}){_TIME}", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d|\d{8}", re.ASCII)
_MIDNIGHT_24 = re.compile(r"(?<=t)24:00(:00(\.0+)?)?(?=$|[z+-])")


def as_day(raw: str, *, is_end: bool = False) -> date:
    """The day, of a moment that in the portal's time zone. `is_end`: midnight there ends the day before."""
    try:
        day = _written_day(folded(raw), is_end=is_end)
    except (ValueError, OverflowError):
        if re.fullmatch(r"\d{5}([.,]\d+)?", raw.strip(), re.ASCII):
            _refuse(_("“%(value)s” is a number, not a date: give the column the format of a date."), raw)
        _refuse(_("“%(value)s” is not a date."), raw)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        _refuse(_("“%(value)s” is not a date."), raw)
    return day


def _written_day(text: str, *, is_end: bool) -> date:
    if match := _DAY_FIRST.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        year, month = int(match["year"]), match["month"]
        number = int(month) if month.isdigit() else _position(month, _MONTHS) + 1
        day = date(year if year > 99 else 2000 + year, number, int(match["day"]))
        weekday = match.groupdict().get("weekday")
        if weekday and _position(weekday, _WEEKDAYS) != day.weekday():
            raise ValueError("another day of the week")
        return day
    if not _ISO.match(text):
        raise ValueError("no date")
    at_24 = _MIDNIGHT_24.search(text)
    moment = datetime.fromisoformat(_MIDNIGHT_24.sub("23:59:59", text).upper())
    if moment.tzinfo and not at_24:
        moment = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
        if is_end and moment.time() == time.min:
            moment -= timedelta(days=1)
    return moment.date()


def _position(word: str, names: tuple[tuple[str, ...], ...]) -> int:
    """Which of these names a word begins: « janv » → 0. ValueError: none, or several."""
    begun = [any(name.startswith(word) for name in spellings) for spellings in names]
    if sum(begun) != 1:
        raise ValueError(word)
    return begun.index(True)


# --- Durations ------------------------------------------------------------------------------------------

_PART = r"(\d+(?:[.,]\d+)?)"
_ISO_DURATION = re.compile(
    rf"p(?:{_PART}w)?(?:{_PART}d)?(?:t(?:{_PART}h)?(?:{_PART}m)?(?:{_PART}s)?)?", re.ASCII
)
_MINUTES = r"(?:m|mn|min|minutes?)"
_HOURS = re.compile(rf"{_PART} ?h(?:eures?|rs?)?\.?(?: ?(\d{{1,2}})(?: ?{_MINUTES})?)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?", re.ASCII)
_MINUTES_ONLY = re.compile(rf"{_PART} ?{_MINUTES}", re.ASCII)
_DAYS = re.compile(
    rf"(?:{_PART}|(1[/⁄]2|demi-?)|(une?)) ?(?:j|jrs?|jours?|journees?)\.?( et demie?)?", re.ASCII
)
_TWICE = re.compile(r"(.+?) ?(?:\((.+)\)|(?:soit|=) (.+))")


def as_hours(raw: str) -> Decimal:
    """« PT10.5H », « 3 h 30 », « 7:00 », « 90 min », « 2 jours », « 14 h (2 jours) », « 14 » (hours)."""
    if _AMBIGUOUS.match(raw.strip()):
        _refuse(_("“%(value)s” may be thousands or decimals: write it without this separator."), raw)
    hours = _written_hours(folded(raw))
    if hours is None or not 0 < hours < 100_000:
        _refuse(_("“%(value)s” is not a duration."), raw)
    return hours.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _written_hours(text: str) -> Decimal | None:
    if match := _TWICE.fullmatch(text):
        first, second = _written_hours(match[1]), _written_hours(match[2] or match[3])
        return first if first == second else None
    if (match := _ISO_DURATION.fullmatch(text)) and any(match.groups()):
        weeks, days, hours, minutes, seconds = map(_decimal, match.groups())
        return (weeks * WEEK_DAYS + days) * DAY_HOURS + hours + minutes / 60 + seconds / 3600
    if match := _HOURS.fullmatch(text) or _CLOCK.fullmatch(text):
        hours, *rest = map(_decimal, match.groups())
        minutes, seconds = [*rest, Decimal(0)][:2]
        return hours + minutes / 60 + seconds / 3600 if minutes < 60 and seconds < 60 else None
    if match := _MINUTES_ONLY.fullmatch(text):
        return _decimal(match[1]) / 60
    if match := _DAYS.fullmatch(text):
        days = Decimal("0.5") if match[2] else Decimal(1) if match[3] else _decimal(match[1])
        return (days + (Decimal("0.5") if match[4] else 0)) * DAY_HOURS
    return _decimal(text) if re.fullmatch(_PART, text, re.ASCII) else None


def _decimal(text: str | None) -> Decimal:
    return Decimal((text or "0").replace(",", "."))


# --- Postal codes ---------------------------------------------------------------------------------------

_POSTAL_CODE = re.compile(
    r"(?:FR?[ -]*)?(\d{1,2} ?\d{3})(?:[.,]0+)?(?:[ ,-]+(\D.*))?", re.ASCII | re.IGNORECASE
)


def as_postal_code(raw: str) -> tuple[str, str]:
    """Five digits, and what stands behind them (« CEDEX 7 »).

    A spreadsheet may have lost the first 0, but of a number alone: « 1000 Bruxelles » is elsewhere."""
    text = " ".join(unicodedata.normalize("NFKC", raw).split())
    match = None if _RAISED.search(raw) else _POSTAL_CODE.fullmatch(text)
    if not match or (match[2] and len(match[1].replace(" ", "")) < 5):
        raise UnreadableValueError(_("“%(code)s” is no French postal code.") % {"code": preview(raw)})
    return match[1].replace(" ", "").zfill(5), match[2] or ""
