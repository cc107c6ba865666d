"""French corpora of any size, the same at each run, from the demo's texts and the taxonomy's words.

Nobody's data: runs of four words of the demo's texts, picked at random, keep the frequencies of real words
(Zipf's) and real phrases; a rare code in each document makes the dictionary grow as it does in life.
"""

import csv
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from search.documents import Document

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
RUN = 4  # words that stay together
BODY_RUNS = (20, 65)  # about 1 kB
GROUPS = 40
CONTRACTS = ("cdi", "cdd", "interim", "vacation", "remplacement")
FORMATS = ("onsite", "online", "mixed")
# kind, its share of the corpus, how many days it goes back
KINDS = (("news", 10, 1500), ("job", 40, 120), ("training", 15, 700), ("thread", 35, 2000))


def _table(name: str) -> list[dict[str, str]]:
    with (ROOT / "taxonomy" / "data" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))


def _texts() -> Iterator[str]:
    for path in sorted((ROOT / "portal" / "demo" / "data").glob("*-*.json")):
        yield from _strings(json.loads(path.read_text(encoding="utf-8")))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str) and " " in value:
        yield re.sub(r"<[^>]+>|&\w+;", " ", value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


class Corpus:
    """`documents(n)` gives the first n of an endless, fixed row."""

    def __init__(self) -> None:
        self.professions = sorted(_table("professions.tsv"), key=lambda row: int(row["position"]))
        self.regions = [row["slug"] for row in _table("regions.tsv")]
        self.departments = [row["slug"] for row in _table("departments.tsv")]
        self.themes = _table("themes.tsv")
        self.runs = [
            " ".join(words[start : start + RUN])
            for words in (text.split() for text in _texts())
            for start in range(0, len(words) - RUN + 1, RUN)
        ]
        # The first profession is as frequent as the second and third together: Zipf again.
        self.profession_weights = list(accumulate(1 / rank for rank in range(1, len(self.professions) + 1)))
        self.kind_weights = list(accumulate(share for _kind, share, _days in KINDS))

    def documents(self, size: int) -> Iterator[Document]:
        dice = random.Random(20260302)
        for pk in range(1, size + 1):
            yield self._document(pk, dice)

    def _document(self, pk: int, dice: random.Random) -> Document:
        ((kind, _share, days),) = dice.choices(KINDS, cum_weights=self.kind_weights)
        professions = dice.choices(
            self.professions, cum_weights=self.profession_weights, k=dice.choice((0, 1, 1, 1, 2))
        )
        themes = dice.sample(self.themes, dice.choice((0, 1, 1, 2)))
        region, department = dice.choice(self.regions), dice.choice(self.departments)
        body = dice.choices(self.runs, k=dice.randint(*BODY_RUNS))
        facets = {
            "profession": tuple(dict.fromkeys(row["slug"] for row in professions)),
            "theme": tuple(row["slug"] for row in themes),
            "region": (region,),
            "department": (department,),
        }
        if kind == "job":
            facets["contract"] = (dice.choice(CONTRACTS),)
        if kind == "training":
            facets["format"] = (dice.choice(FORMATS),)
        labels = [word for row in professions for word in (row["label"], row["plural"])]
        labels += [word for row in themes for word in (row["name"], row["synonyms"])]
        return Document(
            kind=kind,
            pk=pk,
            title=" ".join(dice.choices(self.runs, k=2)),
            keywords=" · ".join([*labels, region, department, f"réf. {kind}{pk:07}"]),
            body=" ".join(body),
            access=self._access(kind, professions, dice),
            date=NOW - timedelta(days=dice.random() ** 2 * days),
            expires_at=NOW + timedelta(days=dice.randint(-5, 90)) if kind == "job" else None,
            facets=facets,
        )

    def _access(self, kind: str, professions: list[dict[str, str]], dice: random.Random) -> frozenset[str]:
        if kind == "thread":
            return frozenset({f"group:{dice.randint(1, GROUPS)}"})
        roll = dice.random()
        if roll < 0.85:
            return frozenset({"public"})
        if roll < 0.95 or not professions:
            return frozenset({"pro"})
        return frozenset(f"pro:{row['code']}" for row in professions)
