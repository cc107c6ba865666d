"""Typed values of one record. What cannot be read is noted with its reason; nothing here raises."""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html.entities import html5
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from core import text as core_text

from .values import (
    EUROS,
    UnreadableValueError,
    as_day,
    as_hours,
    as_number,
    as_postal_code,
    is_scalar,
    preview,
)

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|([a-z][a-z0-9]{1,30}));", re.IGNORECASE)
_MOST_ESCAPED = 3  # times that a text may have been escaped on its way
_INLINE_TAG = re.compile(r"</?(?:b|strong|i|em|u|span|font|small)(?:\s[^<>]*)?>", re.IGNORECASE)
_LINE_TAG = re.compile(r"</?(?:p|div|br|li|ul)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_FORMULA = re.compile(r"=\s*[A-Za-z0-9(@+\-$#\"']")
# What spreadsheet software shows where a formula failed or a number does not fit, in French and English.
_CELL_ERROR = re.compile(
    r"#(?:REF|VALEUR|VALUE|N/?A|NOM|NAME|DIV/0|NOMBRE|NUM|NUL|NULL|PROPAGATION|SPILL|CALC|ERREUR)[!?]?|#{3,}"
    r"|Err:\d{3}",
    re.IGNORECASE,
)
_FLOAT = re.compile(r"(\d+)[.,]0+", re.ASCII)
_SCIENTIFIC = re.compile(r"\d[.,]\d+e[+-]?\d{1,3}", re.ASCII | re.IGNORECASE)
_NO_VALUE = {"n/a", "na", "nan", "null", "none", "nc"}
_MAILBOX = re.compile(r"(.*?)\s*<([^<>]+)>")

T = TypeVar("T")


@dataclass(slots=True)
class RecordReader:
    """`values`: known name → (what the partner calls it, the value as it came)."""

    values: Mapping[str, tuple[str, Any]]
    problems: dict[str, str] = field(default_factory=dict)  # known name → reason, the first of several
    notes: list[tuple[str, str]] = field(default_factory=list)  # (known name, value that was left out)
    unread: list[str] = field(default_factory=list)  # columns or keys with a value that nobody reads

    def refuse(self, name: str, reason: str) -> None:
        self.problems.setdefault(name, reason)

    def leave_out(self, name: str, *values: Any) -> None:
        """Notes values that the record is taken without."""
        self.notes += [(name, preview(value)) for value in values if str(value).strip()]

    def label(self, name: str) -> str:
        """What the partner calls it."""
        return self.values[name][0] if name in self.values else name

    def raw(self, name: str) -> Any:
        return self.values[name][1] if name in self.values else None

    def items(self, name: str) -> list[Any]:
        """A list, or the parts of a text between commas, semicolons, bars or line breaks."""
        raw = self.raw(name)
        if isinstance(raw, str):
            return [part.strip() for part in re.split(r"[,;|\n]", raw) if part.strip()]
        return list(raw) if isinstance(raw, list) else [] if raw is None else [raw]

    # --- One value each ---------------------------------------------------------------------------------

    def text(self, name: str, *, limit: int, required: str = "") -> str:
        """One line of text. `required`: the reason when there is none."""
        text = " ".join(self.long_text(name, limit=limit).split())
        if required and not any(character.isalnum() for character in text):
            self.refuse(name, required)
        return text

    def reference(self, name: str, *, limit: int, required: str = "") -> str:
        """What names a record. Spreadsheets make numbers of some: « 126.0 » is 126, « 1,2E+11 » none."""
        text = self.text(name, limit=limit)
        if whole := _FLOAT.fullmatch(text):
            text = whole[1]
        if _SCIENTIFIC.fullmatch(text):
            self.refuse(
                name, _("“%(value)s” has lost digits: make the column one of text.") % {"value": text}
            )
            return ""
        text = "" if text.lower() in _NO_VALUE else text
        if required and not any(character.isalnum() for character in text):
            self.refuse(name, required)
        return text

    def long_text(self, name: str, *, limit: int, markup: bool = False) -> str:
        """Lines of text; `markup` leaves tags and entities to the caller."""
        raw = self.raw(name)
        if raw is None:
            return ""
        if not is_scalar(raw):
            self.refuse(name, _("This should be a text."))
            return ""
        text = clean_text(str(raw))
        if _FORMULA.match(text) or _CELL_ERROR.fullmatch(text):
            self.refuse(name, _("A formula stands here, not its value."))
            return ""
        if not markup:
            text = clean_text(without_entities(text))
        if len(text) > limit:
            self.refuse(name, _("Too long: at most %(limit)s characters.") % {"limit": limit})
            return ""
        return text

    def email(self, name: str) -> str:
        """« rh@x.example », « mailto:rh@x.example », « RH <rh@x.example> »."""
        text = self.text(name, limit=254)
        if mailbox := _MAILBOX.fullmatch(text):
            self.leave_out(name, mailbox[1])
            text = mailbox[2].strip()
        return text.removeprefix("mailto:").strip()

    def number(self, name: str, *, decimals: int = 2, unit: str = EUROS) -> Decimal | None:
        """« 1 450,00 », « 12.9 », 2350; `unit`: see `values.as_number`."""
        raw = self.raw(name)
        if raw is None or (isinstance(raw, str) and not clean_text(raw)):
            return None
        cleaned = clean_text(raw) if isinstance(raw, str) else raw
        return self._read(name, lambda: as_number(cleaned, decimals=decimals, unit=unit))

    def day(self, name: str, *, is_end: bool = False) -> date | None:
        """« 2026-11-12 », with or without a time, « 12/11/2026 », « 12 nov. 2026 »; see `values.as_day`."""
        text = self.text(name, limit=40)
        return self._read(name, lambda: as_day(text, is_end=is_end)) if text else None

    def hours(self, name: str) -> Decimal | None:
        """« PT10.5H », « 3 h 30 », « 14 »; a day of training has seven hours."""
        text = self.text(name, limit=40)
        return self._read(name, lambda: as_hours(text)) if text else None

    def postal_code(self, name: str) -> str:
        """Five digits, or nothing; whether there is such a place is the caller's to ask."""
        text = self.text(name, limit=80)
        code, rest = self._read(name, lambda: as_postal_code(text)) or ("", "") if text else ("", "")
        self.leave_out(name, rest)
        return code

    def _read(self, name: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except UnreadableValueError as error:
            self.refuse(name, str(error))
            return None


def clean_text(text: str) -> str:
    """As every text is kept (`core.text.clean_text`), without white space around it."""
    return core_text.clean_text(text).strip()


def without_entities(text: str) -> str:
    """What a text field of a web page shows: « M&eacute;decin » → « Médecin », without tags of markup.

    Escaped twice (« M&amp;eacute;decin ») is the same word: nobody writes entities in a title."""
    for _time in range(_MOST_ESCAPED):
        unescaped = _ENTITY.sub(_character, text)
        if unescaped == text:
            break
        text = unescaped
    return _LINE_TAG.sub(" ", _INLINE_TAG.sub("", text))


def _character(entity: re.Match[str]) -> str:
    """Of a name that nobody knows, the text as it stands."""
    return entity[0] if entity[1] and f"{entity[1]};" not in html5 else html.unescape(entity[0])


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
        if isinstance(value, Mapping):
            value = value.get("@value")  # of JSON-LD: a text and its language
        if is_scalar(value) and str(value).strip():
            return value
    return None


def names_of(raw: Any, key: str = "name") -> Any:
    """A text, or a list whose items are texts or objects that hold one at `key` or « name »."""
    items = raw if isinstance(raw, list) else [raw]
    if len(items) == 1 and isinstance(items[0], str):
        return items[0]
    return [
        get_path(item, key) or get_path(item, "name") if isinstance(item, Mapping) else item for item in items
    ]


def object_reader(
    data: Mapping[str, Any],
    fields: Mapping[str, tuple[str, list[str]]],
    lists: Mapping[str, tuple[str, Any]],
) -> RecordReader:
    """Reads a JSON object. `fields`: known name → (label, paths of one value); `lists`: (label, values).

    Of several values where one is wanted, the others are noted, and so are keys that nobody reads.
    """
    values = {name: (label, first_scalar(data, paths)) for name, (label, paths) in fields.items()}
    reader = RecordReader({**values, **lists})
    single = {path.split(".")[0] for _label, paths in fields.values() for path in paths}
    several = {label for label, _value in lists.values()}
    for key, value in data.items():
        if key not in single | several and not key.startswith("@") and _words(value):
            reader.unread.append(key)
        elif key in single - several and isinstance(value, list):
            reader.leave_out(key, *map(_words, value[1:]))
    return reader


def _words(value: Any) -> str:
    """The texts of an object, in a row."""
    if isinstance(value, Mapping):
        return " ".join(filter(None, (_words(inner) for key, inner in value.items() if key[:1] != "@")))
    if isinstance(value, list):
        return " ".join(map(_words, value))
    return str(value) if is_scalar(value) else ""
