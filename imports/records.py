"""One mapping a line: JSON lines or a spreadsheet's CSV, told apart by how the file begins."""

import csv
import json
import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _

from .lines import TextFile, TextLine, UnreadableError

SEPARATORS = ";,\t|"
MAX_ROW_LINES = 200  # of a quoted cell; beyond, the quotation mark is a mistake

csv.field_size_limit(4_000_000)


@dataclass(frozen=True, slots=True)
class Record:
    number: int  # of the line where it begins
    size: int  # bytes read since the record before
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""  # why there is no data
    is_row: bool = False  # of a spreadsheet: the data is ready for `RecordReader`


class RecordFile:
    """The records of a file. Iterate once.

    `columns`: what is known by which normalized column names, for CSV. `data` of a record is the JSON object
    itself, or known name → (the partner's column name, text).
    """

    def __init__(self, file: IO[bytes], columns: Mapping[str, Sequence[str]], required: Sequence[str] = ()):
        self.text = TextFile(file)
        self.size = self.text.size
        self.encoding = self.text.encoding
        self.separator = ""
        self._lines = _Lines(self.text)
        first = self._lines.first()
        self.is_json = first.text.lstrip().startswith(("{", "["))
        if not self.is_json:
            self._read_header(columns, required)

    def __iter__(self) -> Iterator[Record]:
        return self._json_records() if self.is_json else self._csv_records()

    # --- JSON lines -------------------------------------------------------------------------------------

    def _json_records(self) -> Iterator[Record]:
        for line in self._lines:
            if line.reason:
                yield Record(line.number, line.size, reason=line.reason)
            elif line.text.strip():
                yield _json_record(line)

    # --- CSV --------------------------------------------------------------------------------------------

    def _read_header(self, columns: Mapping[str, Sequence[str]], required: Sequence[str]) -> None:
        known = {alias: name for name, aliases in columns.items() for alias in (name, *aliases)}
        header = next(self._lines)
        best: list[str] = []
        self._columns: list[tuple[str, str]] = []
        for separator in SEPARATORS:
            cells = next(csv.reader([header.text], delimiter=separator), [])
            names = [known.get(normalized(cell), "") for cell in cells]
            if sum(map(bool, names)) > sum(map(bool, best)):
                best, self.separator = names, separator
                self._columns = list(zip(names, (cell.strip() for cell in cells), strict=True))
        if missing := [columns[name][0] for name in required if name not in best]:
            raise UnreadableError(
                _(
                    "The first line of a CSV file names its columns; these are missing: %(columns)s."
                    " A JSON file has one object a line."
                )
                % {"columns": ", ".join(missing)}
            )

    def _csv_records(self) -> Iterator[Record]:
        for line in self._lines:
            if line.reason:
                yield Record(line.number, line.size, reason=line.reason)
            elif line.text.strip(self.separator + " \t\"'"):
                yield self._csv_record(line)

    def _csv_record(self, first: TextLine) -> Record:
        """The row that begins with this line, and goes on while a quotation mark is open."""
        feed = _RowLines(first, self._lines)
        try:
            row = next(csv.reader(feed, delimiter=self.separator, strict=True))
        except (csv.Error, StopIteration):
            self._lines.put_back(feed.further)
            feed.further = []
            if feed.had_more:
                return Record(first.number, first.size, reason=_("A quotation mark is not closed."))
            row = next(csv.reader([first.text], delimiter=self.separator), [])
        data: dict[str, tuple[str, str]] = {}
        for (name, column), text in zip(self._columns, row, strict=False):
            if name and not data.get(name, ("", ""))[1]:
                data[name] = (column, text)
        size = first.size + sum(line.size for line in feed.further)
        if len(row) > len(self._columns) and any(cell.strip() for cell in row[len(self._columns) :]):
            reason = _("This line has more cells than columns: a text may need quotation marks.")
            return Record(first.number, size, data, reason, is_row=True)
        return Record(first.number, size, data, is_row=True)


class _Lines(Iterator[TextLine]):
    """Lines that can be put back."""

    def __init__(self, lines: TextFile):
        self._source = iter(lines)
        self._waiting: deque[TextLine] = deque()

    def __next__(self) -> TextLine:
        return self._waiting.popleft() if self._waiting else next(self._source)

    def put_back(self, lines: Sequence[TextLine]) -> None:
        self._waiting.extendleft(reversed(lines))

    def first(self) -> TextLine:
        """The first line with something on it, still to come."""
        for line in self:
            if line.text.strip() or line.reason:
                self.put_back([line])
                return line
        raise UnreadableError(_("This file is empty."))


class _RowLines(Iterator[str]):
    """Gives the CSV parser the lines of one row, and remembers those after the first."""

    def __init__(self, first: TextLine, lines: _Lines):
        self._first: TextLine | None = first
        self._lines = lines
        self.further: list[TextLine] = []
        self.had_more = False

    def __next__(self) -> str:
        if self._first is not None:
            text, self._first = self._first.text, None
            return text + "\n"
        self.had_more = True
        if len(self.further) >= MAX_ROW_LINES:
            raise StopIteration
        line = next(self._lines)
        self.further.append(line)
        if line.reason:
            raise StopIteration
        return line.text + "\n"


def _json_record(line: TextLine) -> Record:
    try:
        data = json.loads(line.text, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError, ArithmeticError):
        return Record(line.number, line.size, reason=_("This line is not whole JSON: it may have been cut."))
    if not isinstance(data, dict):
        reason = _("This line is not a JSON object: each line holds one, between braces.")
        return Record(line.number, line.size, reason=reason)
    return Record(line.number, line.size, data)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def normalized(name: str) -> str:
    """« Code postal » → « code_postal »."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
