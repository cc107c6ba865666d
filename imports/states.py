"""What is known of an import: a folder of `DATA_DIR/imports` with file, state (JSON) and refusals (CSV).

It holds what the partner sent, contacts included: the worker removes it after a week.
"""

import json
import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

KEPT = 7 * 86_400  # seconds
# A run that is silent for that long was killed, or nobody took it.
SILENCE = 120.0


class Step:
    """Where a run is; « trying » and « importing » are written before the work of them begins."""

    TRYING, TRIED, IMPORTING, DONE, FAILED = "trying", "tried", "importing", "done", "failed"


@dataclass(slots=True)
class Run:
    id: str
    user_id: int
    kind: str
    name: str  # of the uploaded file
    source: str
    draft: bool = False
    close_missing: bool = False
    lines: int = 0
    step: str = Step.TRYING
    progress: int = 0  # per cent
    problem: str = ""  # why it failed
    language: str = ""
    outcome: dict[str, Any] = field(default_factory=dict)  # see `runs._outcome`
    seen_at: float = 0.0  # last sign of life, in seconds of the epoch

    @property
    def folder(self) -> Path:
        return root() / self.id

    @property
    def file(self) -> Path:
        return self.folder / "file"

    @property
    def refusals(self) -> Path:
        return self.folder / "refusals.csv"

    @property
    def is_working(self) -> bool:
        return self.step in (Step.TRYING, Step.IMPORTING)

    @property
    def is_lost(self) -> bool:
        """Whoever worked on it was killed, or no worker runs; one that comes late does its work."""
        return self.is_working and time.time() - self.seen_at > SILENCE

    @property
    def can_be_cancelled(self) -> bool:
        return self.step != Step.IMPORTING or self.is_lost

    def fail(self, problem: str) -> None:
        self.step, self.problem = Step.FAILED, problem

    def save(self) -> None:
        """A sign of life. Replaces the state in one move: who reads it meanwhile sees the one or the other.

        `FileNotFoundError`: it was cancelled.
        """
        self.seen_at = time.time()
        draft = self.folder / f"state.{uuid.uuid4().hex}"
        draft.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        draft.replace(self.folder / "state.json")


def root() -> Path:
    return Path(settings.DATA_DIR) / "imports"


def find_run(run_id: uuid.UUID, user_id: int) -> Run | None:
    """Only one's own."""
    try:
        state = json.loads((root() / str(run_id) / "state.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    run = Run(**state)
    return run if run.user_id == user_id else None


def cancel(run: Run) -> None:
    """Whoever works on it ends."""
    remove(run.folder)


def forget_old() -> None:
    """Removes what nothing happened to for `KEPT` seconds."""
    limit = time.time() - KEPT
    for folder in root().glob("*"):
        with suppress(FileNotFoundError):  # somebody else tidies too
            if folder.stat().st_mtime < limit:
                remove(folder)


def remove(folder: Path) -> None:
    """Out of the way in one move: whoever works in it finds it gone, and puts nothing back."""
    gone = folder.with_name(f"removed.{uuid.uuid4().hex}")
    with suppress(FileNotFoundError):
        folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
