"""Tables of the vocabulary, as files: `taxonomy/data/*.tsv`. Each file's first line names its source."""

import csv
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parent / "data"


def read_table(name: str) -> Iterator[dict[str, str]]:
    """Rows of `data/<name>.tsv`; the first line is a comment, the second holds the column names."""
    with (DATA / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        next(lines)
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
