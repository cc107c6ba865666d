"""Files of an index that were cut short under a process that has them open.

tantivy maps them into memory: reading where a file no longer reaches is not an error that could be caught, it
ends the process (SIGBUS). A process that starts then is safe: tantivy looks at the end of each file it opens.
"""

import os
import time
from pathlib import Path

# Seconds. A look costs about 3 µs for each file, of which an index has 10 to 70: before each search where
# people search now and then, and a hundredth at most of a process that does nothing else.
LOOK_EVERY = 0.02


class Sizes:
    """Sizes of the files of one folder. Each is written once, and then only read or removed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, int] = {}
        self._next_look = 0.0

    def check(self) -> None:
        """Raises ValueError when a file is shorter than it was, OSError when the folder cannot be read."""
        if time.monotonic() < self._next_look:
            return
        found = self._sizes()
        if cut := [name for name, size in found.items() if size < self._known.get(name, 0)]:
            raise ValueError(f"cut short: {', '.join(sorted(cut)[:3])}")
        self._known = found
        self._next_look = time.monotonic() + LOOK_EVERY

    def _sizes(self) -> dict[str, int]:
        found = {}
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.endswith(".json"):  # these are replaced
                    continue
                try:
                    found[entry.name] = entry.stat().st_size
                except FileNotFoundError:  # a merge has just removed it
                    continue
        return found
