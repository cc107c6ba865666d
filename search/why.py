"""Why a result is there, when neither its title nor its passage says so."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from .analysis.plan import Plan, Term
from .analysis.words import ELISIONS, WORD, clean, fold, tokens
from .engines import french

# More than that is read by nobody.
MAX_REASONS = 2


def reasons(plan: Plan, shown: str, keywords: str) -> list[str]:
    """« kiné = masseur-kinésithérapeute », for words of `plan` that are not in what is `shown`.

    `keywords`: labels of the document that are not shown, but were looked at when it was found.
    """
    seen = _Words(shown)
    found = (_reason(term, seen, _Words(keywords)) for term in plan.terms if not _says(term, seen))
    return list(dict.fromkeys(filter(None, found)))[:MAX_REASONS]


def _says(term: Term, seen: "_Words") -> bool:
    if not term.words:
        return seen.writes(term.acronyms[0])
    return seen.has(term.words) if term.adjacent else all(seen.has((word,)) for word in term.words)


def _reason(term: Term, seen: "_Words", labels: "_Words") -> str:
    """The first thing of the same meaning that the reader sees, or else that the labels hold."""
    typed = " ".join(term.words) or term.acronyms[0]
    for words in (seen, labels):
        for name in (*term.forms, *term.phrases, *term.names):
            if fold(name) != fold(typed) and words.has(tokens(name)):
                return "" if name in term.forms else f"{typed} = {name}"
        for acronym in term.acronyms:
            if acronym != typed and words.writes(acronym):
                return f"{typed} = {acronym}"
    return ""


class _Words:
    """Words of a text by their stems."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _known(self) -> set[str]:
        """Those that stand somewhere in it: most questions are answered without reading it in order."""
        return set(map(french.stem, WORD.findall(clean(self.text))))

    @cached_property
    def _stems(self) -> list[str]:
        return [stem for _position, stem in french.stems(self.text)]

    def writes(self, acronym: str) -> bool:
        """Whether it was typed in capitals: « AS » is no « as »."""
        return acronym in tokens(self.text)

    def has(self, words: Iterable[str]) -> bool:
        wanted = [stem for word in words if (stem := french.stem(word))]
        if not wanted or not self._known.issuperset(wanted):
            return False
        if len(wanted) == 1 and wanted[0] not in ELISIONS:
            return True
        first = [place for place, stem in enumerate(self._stems) if stem == wanted[0]]
        return any(_follows(self._stems[place:], wanted) for place in first)


def _follows(stems: Sequence[str], wanted: Sequence[str]) -> bool:
    return list(stems[: len(wanted)]) == list(wanted)
