"""What became of a file: counts, the refused lines, what was left out of accepted ones."""

import csv
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

COLUMNS = ("line", "field", "reason", "reference")


@dataclass(frozen=True, slots=True)
class Refusal:
    line: int
    field: str  # as the partner calls it; empty when the line as a whole is wrong
    reason: str
    reference: str = ""  # of the refused object, when it could be read


@dataclass(slots=True)
class Report:
    dry_run: bool = False
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    closed: int = 0  # offers of the source that the file no longer has
    expired: int = 0  # of those taken: their end is past already
    refused: int = 0  # lines
    refusals: list[Refusal] = field(default_factory=list)  # one per field of a refused line
    # (field, value) → how often it was left out of an accepted line
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    not_closed: str = ""  # why nothing was closed although it was asked for

    @property
    def taken(self) -> int:
        return self.created + self.updated + self.unchanged

    def refuse(self, line: int, reasons: dict[str, str], reference: str = "") -> None:
        """Reasons by field, as the partner calls it."""
        self.refused += 1
        self.refusals += [Refusal(line, name, reason, reference) for name, reason in reasons.items()]

    def summary(self) -> list[tuple[str, int]]:
        """Label and count, the telling ones only."""
        counts = [
            (_("created"), self.created),
            (_("updated"), self.updated),
            (_("unchanged"), self.unchanged),
            (_("already expired"), self.expired),
            (_("closed"), self.closed),
        ]
        return [(label, count) for label, count in counts if count]

    def headline(self) -> str:
        """« 18 lignes acceptées, 2 refusées. »"""
        taken = ngettext("%(n)s line accepted", "%(n)s lines accepted", self.taken) % {"n": self.taken}
        refused = ngettext("%(n)s refused", "%(n)s refused", self.refused) % {"n": self.refused}
        return f"{taken}, {refused}."


def write_refusals(path: Path, refusals: Iterable[Refusal]) -> None:
    """CSV that French spreadsheet software opens (semicolons, byte order mark), or JSON lines by the name."""
    if path.suffix.lower() in (".json", ".jsonl", ".ndjson"):
        rows = (json.dumps(asdict(refusal), ensure_ascii=False) + "\n" for refusal in refusals)
        path.write_text("".join(rows), encoding="utf-8")
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([_("line"), _("field"), _("reason"), _("reference")])
        writer.writerows([_safe(value) for value in asdict(refusal).values()] for refusal in refusals)


def _safe(value: Any) -> Any:
    """A spreadsheet takes a cell that begins like this for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value
