"""A partner's file: JSON, CSV or a workbook of spreadsheet software, told apart by how it begins."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from .csv_table import CsvTable
from .json_records import json_records
from .lines import TextFile
from .records import Record
from .workbook import WorkbookTable, is_workbook


class RecordFile:
    """The records of a file. Iterate once. Raises `UnreadableError` when it cannot be read as a whole.

    `columns`: what is known by which normalized column names, for tables; `required`: those of them that a
    table must have. `notices`: what the partner should be told of the file, for people.
    """

    def __init__(self, file: IO[bytes], columns: Mapping[str, Sequence[str]], required: Sequence[str] = ()):
        self.notices: list[str] = []
        self.table: CsvTable | WorkbookTable | None = None
        if is_workbook(file):
            self.table = WorkbookTable(file, columns, required)
            self.size = self.count = self.table.count
        else:
            self.text = TextFile(file)
            self.size, self.count = self.text.size, self.text.count
            if not self.text.is_json:
                self.table = CsvTable(self.text, columns, required)
        if self.table:
            self.notices = self.table.notices

    def __iter__(self) -> Iterator[Record]:
        return iter(self.table) if self.table else json_records(self.text)
