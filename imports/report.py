"""What became of a file: counts, the refused lines, what was left out of accepted ones."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.spreadsheets import without_formula

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
    unread: Counter[str] = field(default_factory=Counter)  # column or key that nobody reads → lines
    misread: int = 0  # lines whose accents look damaged
    notices: list[str] = field(default_factory=list)  # of the file as a whole
    not_closed: str = ""  # why nothing was closed although it was asked for

    @property
    def taken(self) -> int:
        return self.created + self.updated + self.unchanged

    def refuse(self, line: int, reasons: dict[str, str], reference: str = "") -> None:
        """Reasons by field, as the partner calls it."""
        self.refused += 1
        self.refusals += [Refusal(line, name, reason, reference) for name, reason in reasons.items()]

    def counts(self) -> str:
        """« 3 créées, 15 inchangées »: the telling ones only."""
        texts = [
            ngettext("%(n)s created", "%(n)s created", self.created) % {"n": self.created},
            ngettext("%(n)s updated", "%(n)s updated", self.updated) % {"n": self.updated},
            ngettext("%(n)s unchanged", "%(n)s unchanged", self.unchanged) % {"n": self.unchanged},
            ngettext("%(n)s already expired", "%(n)s already expired", self.expired) % {"n": self.expired},
            ngettext("%(n)s closed", "%(n)s closed", self.closed) % {"n": self.closed},
        ]
        counts = [self.created, self.updated, self.unchanged, self.expired, self.closed]
        return ", ".join(text for text, count in zip(texts, counts, strict=True) if count)

    def left_out_texts(self, limit: int) -> list[str]:
        """« keywords “oxygène” (3 times) », the most frequent first."""
        return [
            ngettext("%(field)s “%(value)s” (once)", "%(field)s “%(value)s” (%(n)s times)", n)
            % {"field": name, "value": value, "n": n}
            for (name, value), n in self.left_out.most_common(limit)
        ]

    def notice_texts(self) -> list[str]:
        """What the partner should be told of the file, though its lines were taken."""
        texts = [*self.notices]
        if self.unread:
            names = [f"{name} ({lines})" for name, lines in self.unread.most_common(30)]
            texts.append(_("Not read, with the number of lines: %(names)s.") % {"names": ", ".join(names)})
        if self.misread:
            texts.append(
                ngettext(
                    "The accents of %(n)s line look damaged: ask for the file in UTF-8.",
                    "The accents of %(n)s lines look damaged: ask for the file in UTF-8.",
                    self.misread,
                )
                % {"n": self.misread}
            )
        return texts

    def headline(self) -> str:
        """« 18 lignes acceptées, 2 refusées. »"""
        taken = ngettext("%(n)s line accepted", "%(n)s lines accepted", self.taken) % {"n": self.taken}
        refused = ngettext("%(n)s refused", "%(n)s refused", self.refused) % {"n": self.refused}
        return f"{taken}, {refused}."


def refusals_csv(refusals: Iterable[Refusal]) -> bytes:
    """CSV that French spreadsheet software opens: semicolons, byte order mark."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([_("line"), _("field"), _("reason"), _("reference")])
    writer.writerows([_cell(value) for value in asdict(refusal).values()] for refusal in refusals)
    return out.getvalue().encode("utf-8-sig")


def refusals_jsonl(refusals: Iterable[Refusal]) -> bytes:
    lines = (json.dumps(asdict(refusal), ensure_ascii=False) + "\n" for refusal in refusals)
    return "".join(lines).encode()


def _cell(value: str | int) -> str | int:
    return without_formula(value) if isinstance(value, str) else value
