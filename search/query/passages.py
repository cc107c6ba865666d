"""Patterns by which the database finds passages: regular expressions for the terms of a plan.

A thread of two thousand replies is one result. The database selects the few replies that match the most
patterns, and `highlight` chooses among those. PostgreSQL and SQLite both know these regular expressions,
which match a little too much, never too little.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..analysis.analyzer import stem
from ..analysis.families import APART, members_of
from ..analysis.words import fold, tokens
from .plan import Plan, Term

# Passages that are read of each result.
MAX_PASSAGES = 3
MAX_PATTERNS = 8
# Endings that a stemmer changes (« mastication », « mastiqu »); what is left says enough.
_ENDING = 2
_SHORTEST = 3
# Letters with and without accents; the stemmer turns « voyant » into « voi ».
_ACCENTS = ("aàâäáãå", "cç", "eéèêë", "iîïíìy", "nñ", "oôöóòõ", "uûüùú", "yÿi")
_LETTERS = {letters[0]: letters for letters in _ACCENTS}
_LIGATURES = {"oe": "œ", "ae": "æ"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of one term. `exact`: small letters and capitals differ (« AS »)."""

    regex: str
    exact: bool = False


def patterns_of(plan: Plan, *, most: int = MAX_PATTERNS) -> Sequence[Pattern]:
    """The patterns of all terms and phrases, at most `most`."""
    patterns = [pattern for term in plan.terms for pattern in _of_term(term)]
    for phrase in plan.phrases:
        patterns += [_beginning([word]) for word in _counting(phrase) or tokens(phrase)]
    return list(dict.fromkeys(patterns))[:most]


def _of_term(term: Term) -> Iterator[Pattern]:
    others = [
        *term.synonyms,
        *(words[0] for text in (*term.variants, *term.synonym_phrases) if (words := _counting(text))),
    ]
    if term.words or others:
        yield _beginning([*term.words[:1], *others])
    yield from (_beginning([word]) for word in term.words[1:])
    if term.acronyms:
        yield Pattern(rf"(^|\W)({'|'.join(term.acronyms)})(\W|$)", exact=True)


def _counting(text: str) -> list[str]:
    return [word for word in tokens(text) if stem(word)]


def _beginning(words: Sequence[str]) -> Pattern:
    beginnings = {_without_ending(form) for word in words for form in _forms(word)}
    shortest = [
        one for one in sorted(beginnings) if not any(one[:n] in beginnings for n in range(1, len(one)))
    ]
    return Pattern(rf"(^|\W)({'|'.join(map(any_accents, shortest))})")


def _forms(word: str) -> Iterator[str]:
    """Yields the stem of a word, and the words of its family, which may begin otherwise."""
    token = stem(word) or fold(word)
    yield token.removeprefix(APART)
    yield from members_of(token)


def _without_ending(form: str) -> str:
    folded = fold(form)
    return folded[: max(_SHORTEST, len(folded) - _ENDING)]


def any_accents(word: str) -> str:
    """A regular expression of a folded word, whatever its accents."""
    parts, position = [], 0
    while position < len(word):
        pair = word[position : position + 2]
        letters = [_LETTERS.get(letter) for letter in pair]
        classes = [f"[{some}]" if some else letter for some, letter in zip(letters, pair, strict=True)]
        if ligature := _LIGATURES.get(pair):
            parts.append(f"({''.join(classes)}|{ligature})")
            position += 2
        else:
            parts.append(classes[0])
            position += 1
    return "".join(parts)
