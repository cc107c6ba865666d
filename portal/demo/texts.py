"""Reads the demo texts: `portal/demo/data/*.json`, lists of objects."""

import json
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parent / "data"


def read(pattern: str) -> Iterator[dict]:
    """Objects of every file whose name matches, in the order of the names."""
    for path in sorted(DATA.glob(f"{pattern}.json")):
        yield from json.loads(path.read_text(encoding="utf-8"))


def read_one(name: str) -> dict:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
