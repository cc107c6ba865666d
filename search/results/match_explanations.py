"""Why a result is there, when neither its title nor its passage says so."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from django.utils.translation import gettext as _

from ..analysis.analyzer import stem, stems
from ..analysis.words import fold, tokens
from ..facets import named
from ..query.plan import Plan, Term

# More than that is read by nobody.
MAX_REASONS = 2

_MARKED = re.compile("<mark>([^<]*)</mark>")


def reasons(plan: Plan, shown: str, keywords: str, marked: str = "") -> list[str]:
    """« kiné = masseur-kinésithérapeute », « Thème : Douleur », for words of `plan` that are not `shown`.

    `keywords`: labels of the document that are not shown, but were looked at when it was found.
    `marked`: as much of what is shown as has been marked (see `highlight`).
    """
    seen, labels = _Words(shown, marked), _Words(keywords)
    unsaid = [term for term in plan.terms if not _says(term, seen)]
    found = (_reason(term, seen, labels) or _value(term, seen, labels) for term in unsaid)
    return list(dict.fromkeys(filter(None, found)))[:MAX_REASONS]


def _value(term: Term, seen: "_Words", labels: "_Words") -> str:
    """The value of a filter that goes by these words, is among the labels and is not seen."""
    if any(seen.has(tokens(form)) for form in term.forms):
        return ""
    for value in named(term.words):
        label = tokens(value.label)
        if labels.has(label) and not seen.has(label):
            return _("%(facet)s: %(value)s") % {"facet": value.facet, "value": value.label}
    return ""


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
