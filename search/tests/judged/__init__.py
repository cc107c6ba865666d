"""What a reader calls relevant: documents of the demo, frozen, and what each of 142 queries should find.

`documents.jsonl` holds 230 documents as the portal's own sources made them (all news and groups of the demo,
every third or fifth of the rest); times are in days from a fixed clock. `queries.txt` grades them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log2
from pathlib import Path
from statistics import mean

from search.documents import Document
from search.engines import Engine
from search.query import SearchQuery
from search.query.text import parse_text

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PUBLIC = frozenset({"public"})
DECAYING = ("news", "job")
DEPTH = 10
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Judged:
    theme: str
    typed: str
    grades: Mapping[str, int]  # document id → 1, 2 or 3


@dataclass(frozen=True)
class Verdict:
    query: Judged
    ndcg: float
    found: Sequence[str]

    def __str__(self) -> str:
        shown = " ".join(f"{name}({self.query.grades.get(name, 0)})" for name in self.found)
        missed = [name for name in self.query.grades if name not in self.found]
        more = f" | not among them: {' '.join(missed[:6])}" if missed else ""
        return f"{self.ndcg:.3f}  {self.query.typed}  →  {shown or 'nothing'}{more}"


def documents() -> Iterator[Document]:
    with (_FOLDER / "documents.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield Document(
                kind=row["kind"],
                pk=row["pk"],
                title=row["title"],
                keywords=row["keywords"],
                body=row["body"],
                access=PUBLIC,
                date=NOW - timedelta(days=row["days_ago"]),
                expires_at=_in_days(row.get("expires_in")),
                begins_at=_in_days(row.get("begins_in")),
                facets={name: tuple(values) for name, values in row["facets"].items()},
                answered=row.get("answered", False),
            )


def _in_days(days: float | None) -> datetime | None:
    return None if days is None else NOW + timedelta(days=days)


def queries() -> Iterator[Judged]:
    theme = ""
    for line in (_FOLDER / "queries.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            theme = line.removeprefix("## ")
        elif line and not line.startswith("#"):
            typed, *grades = (part.strip() for part in line.split(" | "))
            yield Judged(theme, typed, dict(_grades(grades)))


def _grades(parts: Sequence[str]) -> Iterator[tuple[str, int]]:
    for part in parts:
        grade, *names = part.split()
        yield from ((name, int(grade)) for name in names)


def judge(engine: Engine) -> list[Verdict]:
    """One verdict for each query, the worst first."""
    return sorted((_verdict(engine, query) for query in queries()), key=lambda verdict: verdict.ndcg)


def _verdict(engine: Engine, query: Judged) -> Verdict:
    asked = SearchQuery(
        tokens=PUBLIC, now=NOW, text=parse_text(query.typed), decaying_kinds=DECAYING, limit=DEPTH
    )
    found = [f"{hit.kind}:{hit.pk}" for hit in engine.search(asked).hits]
    ideal = _gain(sorted(query.grades.values(), reverse=True)[:DEPTH])
    return Verdict(query, _gain([query.grades.get(name, 0) for name in found]) / ideal, found)


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(rank + 2) for rank, grade in enumerate(grades))


def report(verdicts: Sequence[Verdict], *, worst: int = 10) -> str:
    themes = dict.fromkeys(query.theme for query in queries())
    means = [f"{mean(v.ndcg for v in verdicts if v.query.theme == theme):.3f}  {theme}" for theme in themes]
    title = f"nDCG@{DEPTH} {mean(v.ndcg for v in verdicts):.3f} over {len(verdicts)} queries"
    return "\n".join([title, *means, "Worst:", *map(str, verdicts[:worst])])
