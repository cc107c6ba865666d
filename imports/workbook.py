"""Workbooks of spreadsheet software (`.xlsx`): the first sheet that holds something, as a table."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from .lines import UnreadableError
from .records import Record
from .tables import Columns, Row, above_notices, find_header, table_records

MAX_UNPACKED = 300 * 1024 * 1024  # bytes
# Of one part that is no sheet: texts and styles are kept in memory as a whole, sheets are read row by row.
MAX_PART = 60 * 1024 * 1024
_CHUNK = 1024 * 1024
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


def is_workbook(file: IO[bytes]) -> bool:
    """Whether it is a ZIP file: nothing else that is imported begins like one."""
    file.seek(0)
    return file.read(4) == b"PK\x03\x04"


class WorkbookTable:
    """Read row by row. `count`: about how many rows there are."""

    def __init__(self, file: IO[bytes], columns: Columns, required: Sequence[str]):
        self._file = file
        try:
            self.count, self._has_formulas = _survey(file)
            self._sheet, others = self._choose_sheet()
            self._rows = self._read()
            self.header, above = find_header(([row] for row in self._rows), columns, required)
        except UnreadableError:
            raise
        except Exception as error:  # whatever a damaged file makes the library raise
            raise UnreadableError(
                _("This workbook cannot be read: save it again as .xlsx, or as CSV.")
            ) from error
        self.notices = above_notices(above)
        notice = _("Only the sheet “%(name)s” was read, not “%(other)s”.")
        self.notices += [notice % {"name": self._sheet, "other": other} for other in others]

    def __iter__(self) -> Iterator[Record]:
        return table_records(self.header, self._rows)

    def _open(self, *, formulas: bool) -> Any:
        return load_workbook(self._file, read_only=True, data_only=not formulas, keep_links=False)

    def _choose_sheet(self) -> tuple[str, list[str]]:
        """The name of the first sheet that holds something, and of the others that do."""
        filled = []
        for sheet in self._open(formulas=False).worksheets:
            sheet.reset_dimensions()
            if any(cell not in (None, "") for row in sheet.iter_rows(values_only=True) for cell in row):
                filled.append(sheet.title)
        if not filled:
            raise UnreadableError(_("This file is empty."))
        return filled[0], filled[1:]

    def _read(self) -> Iterator[Row]:
        """The rows; a formula whose result was never stored stands as it is written."""
        formulas = self._cells(formulas=True) if self._has_formulas else None
        for number, cells in enumerate(self._cells(formulas=False), start=1):
            row = [_value(cell) for cell in cells]
            for position, written in enumerate(next(formulas) if formulas else ()):
                if row[position] == "" and isinstance(written.value, str):
                    row[position] = written.value
            yield Row(number, row)

    def _cells(self, *, formulas: bool) -> Iterator[tuple[Any, ...]]:
        sheet = self._open(formulas=formulas)[self._sheet]
        sheet.reset_dimensions()
        return sheet.iter_rows()


def _survey(file: IO[bytes]) -> tuple[int, bool]:
    """Rows of all sheets, and whether a cell holds a formula."""
    rows, has_formulas = 0, False
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" not in names or not _is_bounded(archive):
            raise UnreadableError(_("This workbook cannot be read: save it again as .xlsx, or as CSV."))
        for name in names:
            if _SHEET.fullmatch(name):
                with archive.open(name) as sheet:
                    while chunk := sheet.read(_CHUNK):
                        rows += chunk.count(b"<row")
                        has_formulas = has_formulas or b"<f" in chunk
    return rows, has_formulas


def _is_bounded(archive: zipfile.ZipFile) -> bool:
    """What unpacks to more than spreadsheet software writes is an attack. ZIP readers hold to these sizes."""
    parts = archive.infolist()
    others = [part.file_size for part in parts if not _SHEET.fullmatch(part.filename)]
    return sum(part.file_size for part in parts) <= MAX_UNPACKED and max(others, default=0) <= MAX_PART


def _value(cell: Any) -> Any:
    """The value as the sheet shows it: days in ISO form, numbers as numbers, « 01000 » with its zero."""
    value, style = cell.value, cell.number_format or ""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case datetime():
            return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case int() | float():
            number = Decimal(format(value, ".15g"))
            if "%" in style:
                return f"{(number * 100).normalize():f} %"
            whole = number == number.to_integral_value()
            if whole and re.fullmatch("0{2,}", style):
                return str(int(number)).zfill(len(style))
            return int(number) if whole else number
        case str() if cell.data_type == "e":
            return f"={value}"  # « #N/A »: no value, as a formula without result
    return str(value)
