"""Makes issues of « En bref », and reads them again for their reader."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from math import ceil
from typing import Any

from django.utils import timezone

from members.access import Viewer
from search.sources import Row, Source, offered_kinds

from .models import BriefIssue
from .sections import BriefSection, Candidate, sections

# How long an item does not come again; what an app offers as a candidate is younger.
REMEMBERED = timedelta(days=180)
WORDS_A_MINUTE = 200


@dataclass(frozen=True, slots=True)
class BriefItem:
    source: Source
    row: Row
    reason: str


@dataclass(frozen=True, slots=True)
class FilledSection:
    section: BriefSection
    items: list[BriefItem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Brief:
    """An issue as its reader sees it now."""

    sections: list[FilledSection]

    @property
    def count(self) -> int:
        return sum(len(filled.items) for filled in self.sections)

    @property
    def minutes(self) -> int:
        """What it takes to read what the page shows, not what it leads to."""
        words = sum(
            len(f"{item.row.title} {' '.join(map(str, item.row.meta_items))} {item.reason}".split())
            for filled in self.sections
            for item in filled.items
        )
        return max(1, ceil(words / WORDS_A_MINUTE))


def issue_of_today(viewer: Viewer) -> BriefIssue | None:
    """The reader's issue of this day, made when it is first asked for; None: there is nothing for one.

    An issue that is made is shown: what it holds is in none of the later ones.
    """
    today = timezone.localdate()
    issues = BriefIssue.objects.filter(user_id=viewer.user_id)
    issue = issues.filter(day=today).first()
    if issue is not None and issue.items:
        return issue
    shown = issues.filter(created_at__gte=timezone.now() - REMEMBERED).values_list("items", flat=True)
    items = list(_choose(viewer, {item["key"] for earlier in shown for item in earlier}))
    if not items:
        return None
    # Two requests at once make one issue: that of the first.
    made = BriefIssue(user_id=viewer.user_id, day=today, items=items)
    BriefIssue.objects.bulk_create([made], ignore_conflicts=True)
    issues.filter(day=today, items=[]).update(items=items)
    return issues.get(day=today)


def mark_read(issue: BriefIssue) -> None:
    BriefIssue.objects.filter(pk=issue.pk, read_at=None).update(read_at=timezone.now())


def _choose(viewer: Viewer, shown: set[str]) -> Iterator[dict[str, Any]]:
    """Items of a new issue: of each section the first that were never shown, each thing once."""
    offered, taken = offered_kinds(viewer), set()
    for section in sections():
        candidates = (
            one
            for one in section.candidates(viewer)
            if one.kind in offered and one.key not in shown and (one.kind, one.pk) not in taken
        )
        for candidate in islice(candidates, section.most):
            taken.add((candidate.kind, candidate.pk))
            yield _item(section, candidate)


def _item(section: BriefSection, candidate: Candidate) -> dict[str, Any]:
    return {
        "section": section.name,
        "kind": candidate.kind,
        "pk": candidate.pk,
        "key": candidate.key,
        "reason": candidate.reason,
    }


def read_issue(issue: BriefIssue | None, viewer: Viewer) -> Brief:
    """The issue with what this viewer may still read of it: one question to the database per kind."""
    items = issue.items if issue else []
    offered = offered_kinds(viewer)
    rows = {
        kind: offered[kind].visible([item["pk"] for item in items if item["kind"] == kind], viewer)
        for kind in {item["kind"] for item in items} & offered.keys()
    }
    filled = []
    for section in sections():
        shown = [
            BriefItem(offered[item["kind"]], row, item["reason"])
            for item in items
            if item["section"] == section.name
            and (row := rows.get(item["kind"], {}).get(item["pk"])) is not None
        ]
        if shown:
            filled.append(FilledSection(section, shown))
    return Brief(filled)


def purge() -> int:
    """Forgets issues whose items could come again; returns how many."""
    return BriefIssue.objects.filter(created_at__lt=timezone.now() - REMEMBERED).delete()[0]
