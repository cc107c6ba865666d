"""Match explanations: why a result was found, if neither its title nor its extract tells."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from ..analysis.analyzer import stem, stems
from ..analysis.words import fold, tokens
from ..query.plan import Plan, Term

MAX_EXPLANATIONS = 2

_MARKED = re.compile("<mark>([^<]*)</mark>")


def explain_match(plan: Plan, shown: str, keywords: str, marked: str = "") -> list[str]:
    """Explains by which synonyms a result was found: « kiné = masseur-kinésithérapeute ».

    `shown`: the text of the result. `keywords`: its labels, which are not shown but searched. `marked`: the
    parts of `shown` that hold marks (see `highlight`).
    """
    seen, labels = _Words(shown, marked), _Words(keywords)
    unsaid = [term for term in plan.terms if not _says(term, seen)]
    explanations = (_explain(term, seen, labels) for term in unsaid)
    return list(dict.fromkeys(filter(None, explanations)))[:MAX_EXPLANATIONS]


def _says(term: Term, seen: "_Words") -> bool:
    if not term.words:
        return seen.writes(term.acronyms[0])
    return seen.has(term.words) if term.adjacent else all(seen.has((word,)) for word in term.words)


def _explain(term: Term, seen: "_Words", labels: "_Words") -> str:
    """The first synonym that the reader sees, or else that the labels hold; empty for another spelling."""
    typed = " ".join(term.words) or term.acronyms[0]
    for words in (seen, labels):
        for name in (*term.variants, *term.synonym_phrases, *term.synonyms):
            if fold(name) != fold(typed) and words.has(tokens(name)):
                return "" if name in term.variants else f"{typed} = {name}"
        for acronym in term.acronyms:
            if acronym != typed and words.writes(acronym):
                return f"{typed} = {acronym}"
    return ""


class _Words:
    """Words of a text by their stems."""

    def __init__(self, text: str, marked: str = "") -> None:
        self.text = text
        # What was typed is mostly among them.
        self._marked = set(map(stem, _MARKED.findall(marked)))

    @cached_property
    def _stems(self) -> list[str]:
        """In their order."""
        return stems(self.text)

    def writes(self, acronym: str) -> bool:
        """Whether it was typed in capitals: « AS » is no « as »."""
        return acronym in tokens(self.text)

    def has(self, words: Iterable[str]) -> bool:
        wanted = list(filter(None, map(stem, words)))
        if len(wanted) == 1:
            return wanted[0] in self._marked or wanted[0] in self._stems
        first = [place for place, one in enumerate(self._stems) if wanted and one == wanted[0]]
        return any(_follows(self._stems[place:], wanted) for place in first)


def _follows(stems: Sequence[str], wanted: Sequence[str]) -> bool:
    return list(stems[: len(wanted)]) == list(wanted)
