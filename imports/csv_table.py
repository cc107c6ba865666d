"""CSV as spreadsheet software writes it, with whichever separator."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from .lines import TextFile, TextLine
from .records import Record
from .tables import Columns, Row, above_notices, find_header, table_records

SEPARATORS = ";,\t|"
MAX_STRAY = 20_000  # characters of a line that is read with its stray quotation marks
MAX_ROW_LINES = 200  # of a quoted cell; beyond, the quotation mark is a mistake
# Excel's instruction for itself, above the table.
_SEPARATOR_LINE = re.compile(r'\s*"?sep\s*=\s*?(.)"?[;,\s]*', re.IGNORECASE)

csv.field_size_limit(4_000_000)


class CsvTable:
    def __init__(self, text: TextFile, columns: Columns, required: Sequence[str]):
        self._lines = _Lines(text)
        self._separators = SEPARATORS
        self.header, above = find_header(self._header_readings(), columns, required)
        self.separator = self.header.row.separator
        for _line in range(self.header.row.lines - 1):
            next(self._lines)
        self.notices = above_notices(above)

    def __iter__(self) -> Iterator[Record]:
        return table_records(self.header, (self._row(line, self.separator)[0] for line in self._lines))

    def _header_readings(self) -> Iterator[list[Row]]:
        """For each line, the row that begins there by each separator; only the first line of it is taken."""
        for line in self._lines:
            if declared := _SEPARATOR_LINE.fullmatch(line.text):
                self._separators = declared[1] + SEPARATORS.replace(declared[1], "")
                continue
            readings = []
            for separator in self._separators:
                row, further = self._row(line, separator)
                self._lines.put_back(further)
                readings.append(row)
            yield readings

    def _row(self, first: TextLine, separator: str) -> tuple[Row, list[TextLine]]:
        """The row that begins with this line, and the lines that an open quotation mark adds to it."""
        if first.reason:
            return Row(first.number, (), first.size, first.reason), []
        lines = _RowLines(first, self._lines)
        try:
            cells = next(csv.reader(lines, delimiter=separator, strict=True), [])
        except (csv.Error, StopIteration):
            self._lines.put_back(lines.further)
            if lines.had_more:
                reason = _("A quotation mark is not closed.")
                return Row(first.number, (first.text,), first.size, reason), []
            cells = _stray_quotes(first.text, separator)
            lines.further = []
        size = first.size + sum(line.size for line in lines.further)
        row = Row(first.number, cells, size, separator=separator, lines=1 + len(lines.further))
        return row, lines.further


def _stray_quotes(line: str, separator: str) -> list[str]:
    """Cells of a line whose texts hold quotation marks that were not doubled: they stay in the text."""
    if len(line) > MAX_STRAY:
        return next(csv.reader([line], delimiter=separator), [])
    end = f"(?:{re.escape(separator)}|$)"
    cell = re.compile(rf'"((?:[^"]|""|"(?!\s*{end}))*)"\s*{end}|([^{re.escape(separator)}]*){end}')
    cells, position = [], 0
    while match := cell.match(line, position):
        cells.append((match[1] or "").replace('""', '"') if match[2] is None else match[2])
        if match.end() == len(line) and not match[0].endswith(separator):
            break
        position = match.end()
    return cells


class _Lines(Iterator[TextLine]):
    """Lines that can be put back."""

    def __init__(self, lines: TextFile):
        self._source = iter(lines)
        self._waiting: deque[TextLine] = deque()

    def __next__(self) -> TextLine:
        return self._waiting.popleft() if self._waiting else next(self._source)

    def put_back(self, lines: Sequence[TextLine]) -> None:
        self._waiting.extendleft(reversed(lines))


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
