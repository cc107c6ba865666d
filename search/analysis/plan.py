"""From what was typed to what is looked for, in no engine's language. Every engine compiles the same plan."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..query import ParsedText
from .synonyms import CAPITALS_ONLY, Rule, synonyms
from .words import is_stop_word, tokens, typed_tokens, variants

_CAPITALS = re.compile(r"\b[A-Z]{2,3}\b")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be found, in whichever field: the typed words, or what stands for them."""

    words: tuple[str, ...]  # all of them; empty when only what stands for them counts (« AS »)
    forms: tuple[str, ...] = ()  # other forms of a single word: its gender, its accents
    names: tuple[str, ...] = ()  # single words of the same meaning, any of them
    phrases: tuple[str, ...] = ()  # several words of the same meaning, next to each other
    acronyms: tuple[str, ...] = ()  # in capitals in the document

    @property
    def correctable(self) -> bool:
        """A word that no rule knows may be mistyped."""
        return len(self.words) == 1 and not (self.names or self.phrases or self.acronyms)


@dataclass(frozen=True, slots=True)
class Plan:
    """All `terms` and `phrases`, none of `excluded`. Empty: everything."""

    terms: tuple[Term, ...] = ()
    phrases: tuple[str, ...] = ()  # in exact order, word for word
    excluded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.phrases)


def build_plan(text: ParsedText) -> Plan:
    words = [token for word in text.words for token in typed_tokens(word)] if text.words else []
    if len(text.words) > 1:
        words = typed_tokens(" ".join(text.words))
    shouted = len(words) > 1 and all(word == word.upper() for word in words)
    return Plan(
        terms=tuple(_terms(words, shouted)),
        phrases=tuple(filter(None, (" ".join(tokens(phrase)) for phrase in text.phrases))),
        excluded=tuple(filter(None, (" ".join(typed_tokens(word)) for word in text.excluded))),
    )


def _terms(words: Sequence[str], shouted: bool) -> list[Term]:
    kept = [word for word in words if _is_acronym(word, shouted) or not is_stop_word(word)]
    rules = synonyms()
    terms, position = [], 0
    while position < len(kept):
        word = kept[position]
        if _is_acronym(word, shouted):
            terms.append(_term((), rules.by_acronym[word], (word,)))
            position += 1
            continue
        found = rules.at(kept, position)
        length, rule = found or (1, Rule())
        terms.append(_term(tuple(kept[position : position + length]), rule))
        position += length
    return list(dict.fromkeys(terms))


def _is_acronym(word: str, shouted: bool) -> bool:
    """In capitals, unless everything is: « AS de nuit », not « OFFRE DU JOUR »."""
    return word in CAPITALS_ONLY and not (shouted and is_stop_word(word)) and word in synonyms().by_acronym


def _term(words: tuple[str, ...], rule: Rule, acronyms: tuple[str, ...] = ()) -> Term:
    texts = [(text, [t for t in tokens(text) if not is_stop_word(t)]) for text in sorted(rule.texts)]
    return Term(
        words=words,
        forms=variants(words[0]) if len(words) == 1 else (),
        names=tuple(kept[0] for _text, kept in texts if len(kept) == 1),
        phrases=tuple(text for text, kept in texts if len(kept) > 1),
        acronyms=(*acronyms, *sorted(rule.acronyms)),
    )


def capital_acronyms(*texts: str) -> list[str]:
    """Acronyms of a document that mean something in capitals only, for the index."""
    found = {word for text in texts for word in _CAPITALS.findall(text)}
    return sorted(found & CAPITALS_ONLY)
