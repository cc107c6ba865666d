"""Removes files of an index that no commit names: those of writers that were killed, or ended before a merge.

tantivy removes only files that its own process wrote, and would keep the others until the next rebuild. Files
of deletions do harm, too: their name is made of a segment and a number of operations, so the next writer may
come to the same name, and tantivy refuses to write a file that exists.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from ..base import EngineUnavailable
from .store import COMMIT, WRITE_LOCK_SECONDS, locked

# tantivy's lock: held by whoever opens the files of a commit, maybe of the one before the last.
OPENING = ".tantivy-meta.lock"
# Beginning of the names of files that were to replace another one.
TEMPORARY = ".tmp"
_OF_SEGMENT = re.compile(r"(?P<segment>[0-9a-f]{32})\.(?:(?P<operations>\d+)\.del|\w.*)")


def remove_orphans(folder: Path) -> None:
    """Removes the files that the last commit does not name. Caller must hold the write lock."""
    orphans = list(_orphans(folder))
    if not orphans:
        return
    try:
        with locked(folder / OPENING, seconds=WRITE_LOCK_SECONDS):
            for file in orphans:
                file.unlink(missing_ok=True)
    except BlockingIOError as error:
        raise EngineUnavailable("Another process keeps opening the search index.") from error


def _orphans(folder: Path) -> Iterator[Path]:
    deletions = {
        segment["segment_id"].replace("-", ""): (segment["deletes"] or {}).get("opstamp")
        for segment in json.loads((folder / COMMIT).read_text())["segments"]
    }
    for file in folder.iterdir():
        if file.name.startswith(TEMPORARY):
            yield file
        elif match := _OF_SEGMENT.fullmatch(file.name):
            segment, operations = match["segment"], match["operations"]
            if segment not in deletions or (operations and int(operations) != deletions[segment]):
                yield file
