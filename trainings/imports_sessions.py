"""Sessions of a training: `CourseInstance` objects, or cells of a row with a bar or a line between them."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from imports.record_reader import RecordReader, clean_text, first_scalar, without_entities
from imports.records import normalized
from imports.values import SEATS, UnreadableValueError, as_day, as_number, as_postal_code, is_scalar, preview
from imports.vocabulary import Vocabulary

from .models import TrainingPage

Format = TrainingPage.Format
Session = dict[str, Any]

MAX_SESSIONS = 200
MAX_TOWN = 80
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
    """« 21/01/2027 | 11/03/2027 » in the columns, in one order; a place alone is that of all sessions."""
    columns = {
        name: _parts(reader.long_text(name, limit=5_000), dates=name in ("starts_on", "ends_on"))
        for name in INSTANCE
        if name in reader.values and name != "price"  # of a row: the whole training's
    }
    count = len(columns.get("starts_on", ()))
    for name, parts in columns.items():
        if len(parts) == 1 and name != "ends_on":
            columns[name] = parts * max(count, 1)
        elif parts and len(parts) != count:
            reader.refuse(
                name,
                _("%(values)s values for %(sessions)s sessions.") % {"values": len(parts), "sessions": count},
            )
    parts = [
        {name: values[position] if position < len(values) else "" for name, values in columns.items()}
        for position in range(count)
    ]
    if not count and any(columns.values()):
        reader.refuse("starts_on", _("its first day is missing."))
    sessions = _sessions(reader, "starts_on", parts, vocabulary)
    return sessions, _format(reader, _words(reader.raw("format")), dated=bool(sessions))


def _parts(text: str, *, dates: bool) -> list[str]:
    """Values between bars or lines; those of dates also between commas, semicolons and « et »."""
    parts = [part.strip() for part in re.split(r"\||\n|,|;|\bet\b" if dates else r"\||\n", text)]
    while parts and not parts[-1]:
        parts.pop()
    return [part for part in parts if part] if dates else parts


def _sessions(
    reader: RecordReader, name: str, parts: list[Mapping[str, Any]], vocabulary: Vocabulary
) -> list[Session]:
    if len(parts) > MAX_SESSIONS:
        reader.refuse(name, _("Too many sessions: at most %(limit)s.") % {"limit": MAX_SESSIONS})
        return []
    sessions = []
    for number, part in enumerate(parts, start=1):
        try:
            sessions.append(_session(reader, part, vocabulary))
        except UnreadableValueError as error:
            reason = _("Session %(number)s: %(reason)s") % {"number": number, "reason": str(error)}
            reader.refuse(name, reason)
    return sessions


def _session(reader: RecordReader, part: Mapping[str, Any], vocabulary: Vocabulary) -> Session:
    """What the body says of a session: what it does not mention is not among the values."""
    texts = {name: _text(raw) for name, raw in part.items() if raw is not None}
    if not texts.get("starts_on"):
        raise UnreadableValueError(_("its first day is missing."))
    starts_on = as_day(texts["starts_on"])
    ends_on = as_day(texts["ends_on"]) if texts.get("ends_on") else starts_on
    if ends_on < starts_on:
        raise UnreadableValueError(_("it ends before it begins."))
    session: Session = {"starts_on": starts_on, "ends_on": ends_on}
    if "town" in texts:
        session["town"] = texts["town"]
        if len(texts["town"]) > MAX_TOWN:
            raise UnreadableValueError(_("Too long: at most %(limit)s characters.") % {"limit": MAX_TOWN})
    if "postal_code" in texts:
        session["postal_code"] = _postal_code(reader, texts["postal_code"], vocabulary)
    if "seats" in texts:
        session["seats"] = _seats(texts["seats"])
    if "price" in texts:
        session["price"] = as_number(texts["price"]) if texts["price"] else None
    return session


def _text(raw: Any) -> str:
    return " ".join(clean_text(without_entities(str(raw))).split()) if is_scalar(raw) else ""


def _postal_code(reader: RecordReader, text: str, vocabulary: Vocabulary) -> str:
    if not text:
        return ""
    code, rest = as_postal_code(text)
    reader.leave_out("postal_code", rest)
    if not vocabulary.department(code):
        raise UnreadableValueError(_("“%(code)s” is no French postal code.") % {"code": preview(code)})
    return code


def _seats(text: str) -> int | None:
    if not text:
        return None
    seats = as_number(text, decimals=0, unit=SEATS)
    if seats > MOST_SEATS:
        raise UnreadableValueError(_("“%(value)s” is not a number of seats.") % {"value": preview(text)})
    return int(seats)


def _words(raw: Any) -> list[str]:
    return [
        normalized(str(word)[:60]) for word in (raw if isinstance(raw, list) else [raw]) if is_scalar(word)
    ]


def _format(reader: RecordReader, words: list[str], *, dated: bool) -> str:
    """Blended when the modes differ; on site when nothing is said of it but the dates."""
    modes = set()
    for word in filter(None, words):
        mode = next((mode for mode, names in MODES.items() if word in names), None)
        if mode is None and word in ONLINE:
            mode = Format.VIRTUAL if dated else Format.ELEARNING
        if mode is None:
            reader.refuse("format", _("Unknown format: “%(name)s”.") % {"name": preview(word)})
        else:
            modes.add(mode)
    if len(modes) > 1:
        return Format.BLENDED
    return modes.pop() if modes else Format.ONSITE if dated else Format.ELEARNING
