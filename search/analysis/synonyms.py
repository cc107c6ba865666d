"""Abbreviations of the field, names that stand for each other, medicines.

They are known when searching and never indexed: changing a rule needs no new index. Each file of
`search/data` names its source and licence.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from .words import data_lines, fold, is_stop_word, key, tokens

# Common words when written in small letters (« as », « du », « ans », « spa »…), or too short to mean one
# thing: they stand for their long form only in capitals, in documents as well as in what is typed.
CAPITALS_ONLY = frozenset({"AIT", "ANS", "ARC", "AS", "CH", "DES", "DU"})
CAPITALS_ONLY |= {"EP", "FA", "IRA", "MG", "PH", "PR", "SPA"}
# Other names of one substance that are looked for; the most numerous have about sixty.
MAX_NAMES = 80

Key = tuple[str, ...]


@dataclass(slots=True)
class Rule:
    """What else to look for: texts of one or several words, and acronyms that count in capitals only."""

    texts: set[str] = field(default_factory=set)
    acronyms: set[str] = field(default_factory=set)

    def add(self, name: str) -> None:
        (self.acronyms if name in CAPITALS_ONLY else self.texts).add(name)


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Rules by the words that somebody types."""

    by_words: dict[Key, Rule]
    by_acronym: dict[str, Rule]
    longest: int

    def at(self, words: Sequence[str], start: int) -> tuple[int, Rule] | None:
        """The rule of the longest run of `words` that begins at `start`, and that run's length."""
        keys = [key(word) for word in words[start : start + self.longest]]
        for length in range(len(keys), 0, -1):
            rule = self.by_words.get(tuple(keys[:length]))
            if rule:
                return length, rule
        return None


@lru_cache(maxsize=1)
def synonyms() -> Synonyms:
    by_words: dict[Key, Rule] = defaultdict(Rule)
    by_acronym: dict[str, Rule] = defaultdict(Rule)
    for names in [*_equivalents(), *_medicines()]:
        for name in names:
            rule = by_acronym[name] if name in CAPITALS_ONLY else by_words[_key(name)]
            for other in names:
                if other != name and (name in CAPITALS_ONLY or _key(other) != _key(name)):
                    rule.add(other)
    by_words.pop((), None)
    return Synonyms(dict(by_words), dict(by_acronym), max(map(len, by_words)))


def _key(name: str) -> Key:
    return tuple(key(word) for word in tokens(name) if not is_stop_word(word))


def _equivalents() -> Iterable[list[str]]:
    """Groups of names; abbreviations of the same long form are one group."""
    groups: dict[str, list[str]] = {}
    for row in csv.DictReader(data_lines("abbreviations_sante.tsv"), delimiter="\t"):
        groups.setdefault(row["forme_longue"], [row["forme_longue"]]).append(row["abreviation"])
    yield from groups.values()
    for line in data_lines("equivalents.tsv"):
        yield line.split("\t")


def _medicines() -> Iterator[list[str]]:
    """Pairs of a brand and its substance: a brand does not stand for another brand."""
    brands: dict[str, list[str]] = defaultdict(list)
    for line in data_lines("drug_synonyms_es.txt"):
        brand, _arrow, meant = line.partition(" => ")
        substance = meant.partition(", ")[2]
        if substance and fold(substance) != fold(brand):
            brands[substance].append(brand)
    for substance, names in brands.items():
        for name in names[:MAX_NAMES]:
            yield [substance, name]
