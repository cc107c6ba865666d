"""One entry of a partner's file, whatever the file is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.text import plain_letters


@dataclass(frozen=True, slots=True)
class Record:
    """`data`: the JSON object itself or, of a row, known name → (the partner's column name, value)."""

    number: int  # of the line where it begins
    size: int  # bytes (rows of a workbook) read since the record before
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""  # why there is no data
    is_row: bool = False  # of a spreadsheet: the data is ready for `RecordReader`
    unread: Sequence[str] = ()  # columns with a value that nobody reads
    left_out: Sequence[tuple[str, str]] = ()  # (known name, value) beside another one of that name


def normalized(name: str) -> str:
    """« Code postal » → « code_postal »."""
    return re.sub(r"[^a-z0-9]+", "_", plain_letters(name)).strip("_")
