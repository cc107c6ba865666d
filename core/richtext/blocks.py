"""What rich text is made of, whatever HTML it came as."""

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Run:
    """Characters with the same marks; a line break is « \\n »."""

    text: str
    marks: frozenset[str] = frozenset()  # of MARKS
    href: str = ""


# In the order in which they stand around a text.
MARKS = ("strong", "em", "s", "sup", "sub")


@dataclass(slots=True)
class Paragraph:
    runs: list[Run]
    heading: bool = False


@dataclass(slots=True)
class ListBlock:
    items: list[list["Block"]]
    start: int | None = None  # number of the first item; None: bullets
    numbering: str = "1"  # or a, A, i, I, as HTML's `type`


@dataclass(slots=True)
class Quote:
    blocks: list["Block"]


@dataclass(slots=True)
class Cell:
    blocks: list["Block"]
    header: bool = False
    columns: int = 1
    rows: int = 1


@dataclass(slots=True)
class Table:
    rows: list[list[Cell]] = field(default_factory=list)


Block: TypeAlias = Paragraph | ListBlock | Quote | Table
