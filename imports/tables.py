"""Tables: which line names the columns, and what its cells hold."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from .lines import UnreadableError
from .records import Record, normalized
from .values import preview

HEADER_LINES = 20  # among which the names of the columns are looked for
Columns = Mapping[str, Sequence[str]]  # known name → normalized names of columns, the usual one first
_FILLER_WORDS = "a annonce au d de des du en l la le les n no offre pour"
_FILLERS = frozenset(_FILLER_WORDS.split())
_TEXT_FORMULA = re.compile(r'=\s*"(.*)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: Sequence[Any]
    size: int = 1
    reason: str = ""  # why it cannot be read
    # Of CSV: how it was read, and lines of the file that it takes.
    separator: str = ""
    lines: int = 1


class Header:
    """What each column holds: its known name, empty if nobody reads it, and what the partner calls it."""

    def __init__(self, row: Row, columns: Columns):
        self.row = row
        self.labels = [" ".join(str(cell).split()) for cell in row.cells]
        known = {alias: name for name, aliases in columns.items() for alias in (name, *aliases)}
        self.names = [known.get(normalized(label), "") for label in self.labels]
        for position, label in enumerate(self.labels):
            if not self.names[position] and (name := _similar(label, columns)) not in self.names:
                self.names[position] = name

    def missing(self, required: Sequence[str]) -> list[str]:
        return [name for name in required if name not in self.names]


def _similar(label: str, columns: Columns) -> str:
    """The known name all whose words are its own: « Courriel de contact », « Titre du poste »."""
    words = _telling(normalized(re.sub(r"\(.*?\)", " ", label)))
    for name, aliases in columns.items():
        own = [_telling(alias) for alias in aliases]
        if words and words <= set().union(*own) and any(alias and alias <= words for alias in own):
            return name
    return ""


def _telling(name: str) -> set[str]:
    return set(name.split("_")) - _FILLERS - {""}


def find_header(
    lines: Iterable[Sequence[Row]], columns: Columns, required: Sequence[str]
) -> tuple[Header, list[Row]]:
    """The first line that names what is required, in the best of its readings, and the rows above it."""
    above: list[Row] = []
    best: Header | None = None
    for readings in islice(lines, HEADER_LINES):
        header = max((Header(row, columns) for row in readings), key=_known_columns)
        if not header.missing(required):
            return header, [row for row in above if not is_blank_row(row)]
        best = max(filter(None, [best, header]), key=_known_columns)
        above.append(header.row)
    missing = best.missing(required) if best else required
    raise UnreadableError(
        _(
            "The first line of a CSV file names its columns; these are missing: %(columns)s."
            " A JSON file has one object a line."
        )
        % {"columns": ", ".join(columns[name][0] for name in missing)}
    )


def _known_columns(header: Header) -> int:
    return len({*header.names} - {""})


def above_notices(above: Iterable[Row]) -> list[str]:
    return [
        _("Line %(line)s stands above the names of the columns and was not read: “%(text)s”.")
        % {
            "line": row.number,
            "text": preview(" ".join(str(cell) for cell in row.cells if not is_blank(cell))),
        }
        for row in above
    ]


def is_blank(cell: Any) -> bool:
    return not str(cell).strip(" \t\r\n\"'\u00a0\ufeff")


def is_blank_row(row: Row) -> bool:
    return all(map(is_blank, row.cells))


def table_records(header: Header, rows: Iterable[Row]) -> Iterator[Record]:
    """A record for each row with something in it."""
    for row in rows:
        if row.reason:
            yield Record(row.number, row.size, reason=row.reason)
        elif not is_blank_row(row):
            yield _record(header, row)


def _record(header: Header, row: Row) -> Record:
    data = {name: (label, "") for name, label in zip(header.names, header.labels, strict=True) if name}
    unread, left_out = [], []
    reason = ""
    for position, cell in enumerate(row.cells):
        value = _cell_value(cell)
        if is_blank(value):
            continue
        label = header.labels[position] if position < len(header.labels) else ""
        name = header.names[position] if label else ""
        if not label:
            reason = _("This line has more cells than columns: a text may need quotation marks.")
        elif not name:
            unread.append(label)
        elif is_blank(data[name][1]):
            data[name] = (label, value)
        elif data[name][1] != value:
            left_out.append((name, preview(value)))
    return Record(row.number, row.size, data, reason, is_row=True, unread=unread, left_out=left_out)


def _cell_value(cell: Any) -> Any:
    """Without the marks by which spreadsheet software keeps a text from being a number: `="01"`, `'01`."""
    if not isinstance(cell, str):
        return cell
    if formula := _TEXT_FORMULA.fullmatch(cell.strip()):
        return formula[1].replace('""', '"')
    text = cell.lstrip()
    return text[1:] if text.startswith("'") and not text.rstrip().endswith("'") else cell
