"""JSON as partners send it: one object a line, an array, a graph, indented or not."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from .lines import TextFile
from .records import Record

MAX_DOCUMENT = 50 * 1024 * 1024  # bytes of a JSON text that has to be read at once
_BETWEEN = re.compile(r"[\s,\[\]]*")
# Keys of an offer or a course itself, in French or English: such an object is no envelope.
_NAMING = {"title", "titre", "identifier", "reference", "hasCourseInstance", "jobLocation", "audience"}
_ERRORS = (ValueError, RecursionError, ArithmeticError)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)


def json_records(text: TextFile) -> Iterator[Record]:
    return _document_records(text) if _is_document(text) else _line_records(text)


def _is_document(text: TextFile) -> bool:
    """Whether objects stand in an array or go over several lines."""
    lines = (line.text.strip() for line in text if line.text.strip() or line.reason)
    first, second = next(lines, ""), next(lines, "")
    if first.startswith("[") or not first:
        return not second.startswith("{") or first.startswith("[")
    return first.endswith(",") or (not _is_whole(first) and not second.startswith("{"))


def _is_whole(line: str) -> bool:
    try:
        _decoder.decode(line)
    except _ERRORS:
        return False
    return True


def _line_records(text: TextFile) -> Iterator[Record]:
    for line in text:
        if line.reason:
            yield Record(line.number, line.size, reason=line.reason)
        elif line.text.strip():
            try:
                data = _decoder.decode(line.text)
            except _ERRORS:
                yield Record(line.number, line.size, reason=_cut())
            else:
                yield from _objects(data, line.number, line.size)


def _document_records(text: TextFile) -> Iterator[Record]:
    """Each object of the text, numbered by the line where it begins; what is damaged ends it."""
    source = text.read(MAX_DOCUMENT)
    number, counted, position = 1, 0, 0
    while (start := _BETWEEN.match(source, position).end()) < len(source):  # type: ignore[union-attr]
        number += source.count("\n", counted, start)
        counted = start
        try:
            data, position = _decoder.raw_decode(source, start)
        except _ERRORS:
            yield Record(number, len(source) - start, reason=_cut())
            return
        yield from _objects(data, number, position - start)


def _objects(data: Any, number: int, size: int) -> Iterator[Record]:
    """The objects of a graph, list or envelope, which share its line; else the object itself."""
    data = _unwrapped(data)
    several = isinstance(data, list) and data and all(isinstance(one, dict) for one in data)
    for one in data if several else [data]:
        if isinstance(one, dict):
            yield Record(number, size, one)
        else:
            reason = _("This line is not a JSON object: each line holds one, between braces.")
            yield Record(number, size, reason=reason)
        size = 0


def _unwrapped(data: Any) -> Any:
    """What a graph, an `ItemList`, or an object that holds nothing but a list of objects is about."""
    if not isinstance(data, dict):
        return data
    if isinstance(graph := data.get("@graph"), list | dict):
        return graph
    lists = [
        value
        for value in data.values()
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
    ]
    if len(lists) != 1 or not data.keys().isdisjoint(_NAMING):
        return data
    return [one["item"] if isinstance(one.get("item"), dict) else one for one in lists[0]]


def _cut() -> str:
    return _("This line is not whole JSON: it may have been cut.")
