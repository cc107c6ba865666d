"""Synonyms: abbreviations of the field, names that stand for each other, medicines.

They apply to queries and are never indexed: a changed rule needs no new index. Each file of `search/data`
names its source and licence. The rules of editors come from `search.assist.curation`.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from taxonomy.areas import former_regions

from .analyzer import stem, stems
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
    """The synonyms of a word or phrase: texts, and acronyms that count in capitals only."""

    texts: set[str] = field(default_factory=set)
    acronyms: set[str] = field(default_factory=set)

    def add(self, name: str) -> None:
        (self.acronyms if name in CAPITALS_ONLY else self.texts).add(name)


@dataclass(frozen=True, slots=True)
class EditedRule:
    """A rule of editors: `words` are synonyms of each other; with `also`, each finds those, one way."""

    words: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Synonyms:
    """All rules, by the words or the acronym that somebody types."""

    by_words: dict[Key, Rule]
    by_acronym: dict[str, Rule]
    longest: int
    related: dict[Key, tuple[str, ...]]  # by stems

    def close_to(self, words: Sequence[str]) -> tuple[str, ...]:
        """What is close to these words but not the same, and counts for less: « rénal » for « reins »."""
        return self.related.get(tuple(map(stem, words)), ())

    def at(self, words: Sequence[str], start: int) -> tuple[int, Rule] | None:
        """The rule of the longest run of `words` that begins at `start`, and that run's length. It is empty
        for several words that only have related ones (« mal de tête »).
        """
        keys = [key(word) for word in words[start : start + self.longest]]
        for length in range(len(keys), 0, -1):
            rule = self.by_words.get(tuple(keys[:length]))
            if rule:
                return length, rule
            if length > 1 and self.close_to(words[start : start + length]):
                return length, Rule()
        return None


_in_force: Synonyms | None = None


def synonyms() -> Synonyms:
    """The rules in force in this process: those of the files until `use` was called."""
    global _in_force
    if _in_force is None:
        _in_force = build()
    return _in_force


def use(edited: Iterable[EditedRule]) -> None:
    """Puts the rules of the files and these in force, in this process."""
    global _in_force
    _in_force = build(edited)


def build(edited: Iterable[EditedRule] = ()) -> Synonyms:
    """The rules of the files and these."""
    supplied = _supplied()
    by_words, by_acronym = dict(supplied.by_words), dict(supplied.by_acronym)
    for rule in edited:
        _add(by_words, by_acronym, rule.words, rule.also or rule.words)
    return _indexed(by_words, by_acronym)


@cache
def _supplied() -> Synonyms:
    by_words: dict[Key, Rule] = {}
    by_acronym: dict[str, Rule] = {}
    for names in [*_equivalents(), *_medicines()]:
        _add(by_words, by_acronym, names, names)
    for place, *within in former_regions():
        _add(by_words, by_acronym, [place], within)
    return _indexed(by_words, by_acronym)


@cache
def _related() -> dict[Key, tuple[str, ...]]:
    """The first of each line of `related.tsv` and the others find each other, the others do not."""
    related: dict[Key, tuple[str, ...]] = {}
    for line in data_lines("related.tsv"):
        first, *others = line.split("\t")
        for one, close in [(first, others), *((other, [first]) for other in others)]:
            words = tuple(stems(one))
            different = [name for name in close if tuple(stems(name)) != words]
            related[words] = tuple(dict.fromkeys([*related.get(words, ()), *different]))
    return related


def _add(
    by_words: dict[Key, Rule], by_acronym: dict[str, Rule], names: Sequence[str], others: Sequence[str]
) -> None:
    """Lets each of `names` find `others` too. Rules are replaced, never changed: tables share them."""
    for name in names:
        in_capitals = name in CAPITALS_ONLY
        known = (by_acronym.get(name) if in_capitals else by_words.get(rule_key(name))) or Rule()
        rule = Rule(set(known.texts), set(known.acronyms))
        for other in others:
            if other != name and (in_capitals or rule_key(other) != rule_key(name)):
                rule.add(other)
        if in_capitals:
            by_acronym[name] = rule
        else:
            by_words[rule_key(name)] = rule


def _indexed(by_words: dict[Key, Rule], by_acronym: dict[str, Rule]) -> Synonyms:
    by_words.pop((), None)
    return Synonyms(by_words, by_acronym, max(map(len, by_words)), _related())


def rule_key(name: str) -> Key:
    """The key of a rule; empty for a name of stop words only."""
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
    for line in data_lines("combined_medicines.tsv"):
        yield line.split("\t")


# --- Words for a kind of document: « formation plaies », « offre d’emploi kiné » ---------------------------

_kinds: dict[str, dict[str, None]] = {}


def register_kind_synonyms(kind: str, words: Iterable[str]) -> None:
    """Lets a search for one of these words find every document of the kind."""
    for word in words:
        _kinds.setdefault(key(word), {})[kind] = None


def kinds_called(word: str) -> tuple[str, ...]:
    return tuple(_kinds.get(key(word), ()))
