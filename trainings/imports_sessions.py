"""Sessions of a training: `CourseInstance` objects, or reader of a row with a bar between sessions."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from imports.record_reader import (
    RecordReader,
    as_day,
    as_number,
    clean_text,
    first_scalar,
    is_scalar,
    preview,
)
from imports.records import normalized
from imports.vocabulary import Vocabulary

from .models import TrainingPage

Format = TrainingPage.Format
Session = dict[str, Any]

MAX_SESSIONS = 200
MOST_SEATS = 32_767
MODES = {
    Format.ONSITE: ("onsite", "on_site", "presentiel", "sur_place", "in_person"),
    Format.VIRTUAL: ("classe_virtuelle", "virtual", "visioconference", "distanciel_synchrone"),
    Format.ELEARNING: ("e_learning", "elearning", "asynchrone", "asynchronous", "distanciel_asynchrone"),
    Format.BLENDED: ("blended", "mixte", "hybride", "hybrid"),
}
# A class at given hours, or a course to follow at any time: the dates tell.
ONLINE = ("online", "en_ligne", "distanciel", "a_distance", "distance", "remote")
# A session's known name → where it stands in an instance.
INSTANCE = {
    "starts_on": ["startDate", "courseSchedule.startDate"],
    "ends_on": ["endDate", "courseSchedule.endDate"],
    "postal_code": ["location.address.postalCode", "location.postalCode"],
    "town": ["location.address.addressLocality", "location.addressLocality"],
    "seats": ["maximumAttendeeCapacity"],
    "price": ["offers.price"],
}


class SessionError(Exception):
    """What is wrong with one session, for the body that sent it."""


def course_sessions(reader: RecordReader, vocabulary: Vocabulary) -> tuple[list[Session], str]:
    """The dated instances, and the format of the whole; problems are noted under `sessions`."""
    given = reader.raw("sessions")
    instances = given if isinstance(given, list) else [] if given is None else [given]
    words = _words(reader.raw("format"))
    parts: list[Mapping[str, Any]] = []
    for instance in instances:
        if not isinstance(instance, Mapping):
            reader.refuse("sessions", _("A session should be a JSON object."))
            continue
        words += _words(instance.get("courseMode"))
        part = {name: first_scalar(instance, paths) for name, paths in INSTANCE.items()}
        if any(value is not None for value in part.values()):
            parts.append(part)
    sessions = _sessions(reader, "sessions", parts, vocabulary)
    return sessions, _format(reader, words, dated=bool(sessions))


def row_sessions(reader: RecordReader, vocabulary: Vocabulary) -> tuple[list[Session], str]:
    """« 21/01/2027 | 11/03/2027 » in each of the columns, in the same order."""
    columns = {name: reader.long_text(name, limit=5_000).split("|") for name in INSTANCE if name != "price"}
    count = max((len(values) for values in columns.values()), default=0)
    parts = [
        {name: values[place].strip() if place < len(values) else "" for name, values in columns.items()}
        for place in range(count)
    ]
    parts = [part for part in parts if any(part.values())]
    sessions = _sessions(reader, "starts_on", parts, vocabulary)
    return sessions, _format(reader, _words(reader.raw("format")), dated=bool(sessions))


def _sessions(
    reader: RecordReader, name: str, parts: list[Mapping[str, Any]], vocabulary: Vocabulary
) -> list[Session]:
    if len(parts) > MAX_SESSIONS:
        reader.refuse(name, _("Too many sessions: at most %(limit)s.") % {"limit": MAX_SESSIONS})
        return []
    sessions = []
    for number, part in enumerate(parts, start=1):
        try:
            sessions.append(_session(part, vocabulary))
        except SessionError as error:
            reader.refuse(
                name, _("Session %(number)s: %(reason)s") % {"number": number, "reason": str(error)}
            )
    return sessions


def _session(part: Mapping[str, Any], vocabulary: Vocabulary) -> Session:
    starts_on = _day(part["starts_on"])
    if starts_on is None:
        raise SessionError(_("its first day is missing."))
    ends_on = _day(part["ends_on"]) or starts_on
    if ends_on < starts_on:
        raise SessionError(_("it ends before it begins."))
    code = _text(part["postal_code"]).replace(" ", "")
    code = f"0{code}" if len(code) == 4 and code.isdigit() else code
    if code and not vocabulary.department(code):
        raise SessionError(_("“%(code)s” is no French postal code.") % {"code": preview(code)})
    return {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "town": _text(part["town"])[:80],
        "postal_code": code,
        "seats": _seats(part["seats"]),
        "price": _price(part.get("price")),
    }


def _text(raw: Any) -> str:
    return " ".join(clean_text(str(raw)).split()) if is_scalar(raw) else ""


def _day(raw: Any) -> date | None:
    text = _text(raw)
    day = as_day(text)
    if text and day is None:
        raise SessionError(_("“%(value)s” is not a date.") % {"value": preview(text)})
    return day


def _seats(raw: Any) -> int | None:
    text = _text(raw)
    if not text:
        return None
    seats = as_number(text)
    if seats is None or seats != int(seats) or not 0 <= seats <= MOST_SEATS:
        raise SessionError(_("“%(value)s” is not a number of seats.") % {"value": preview(text)})
    return int(seats)


def _price(raw: Any) -> Decimal | None:
    text = _text(raw)
    if not text:
        return None
    price = as_number(text)
    if price is None or not 0 <= price < 10_000_000 or price != round(price, 2):
        raise SessionError(_("“%(value)s” is not an amount.") % {"value": preview(text)})
    return price


def _words(raw: Any) -> list[str]:
    return [
        normalized(str(word)[:60]) for word in (raw if isinstance(raw, list) else [raw]) if is_scalar(word)
    ]


def _format(reader: RecordReader, words: list[str], *, dated: bool) -> str:
    """Blended when the modes differ; on site when nothing is said of it but the dates."""
    found = set()
    for word in filter(None, words):
        mode = next((mode for mode, names in MODES.items() if word in names), None)
        if mode is None and word in ONLINE:
            mode = Format.VIRTUAL if dated else Format.ELEARNING
        if mode is None:
            reader.refuse("format", _("Unknown format: “%(name)s”.") % {"name": preview(word)})
        else:
            found.add(mode)
    if len(found) > 1:
        return Format.BLENDED
    return found.pop() if found else Format.ONSITE if dated else Format.ELEARNING
