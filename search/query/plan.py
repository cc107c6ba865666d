"""From what was typed to what is looked for, in no engine's language. Every engine compiles the same plan."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..analysis.kinds import kinds_of
from ..analysis.spelling import Run, runs
from ..analysis.synonyms import CAPITALS_ONLY, Rule, synonyms
from ..analysis.words import fold, is_stop_word, key, tokens, typed_text, typed_tokens
from . import ParsedText

# « \b[A-Z]{2,3}\b », quicker: it begins with what is looked for.
_CAPITALS = re.compile(r"[A-Z](?<!\w.)[A-Z]{1,2}\b")
# Of the stop words that are acronyms in capitals, those that people hardly look for as words.
LIKELY = frozenset({"as"})
# Words that an « A » behind them completes; behind others it is an « à » without its accent.
_NAMED_BY_LETTER = frozenset(
    key(word)
    for word in (
        *(
            "hépatite",
            "grippe",
            "influenza",
            "virus",
            "hémophilie",
            "streptocoque",
            "toxine",
            "groupe",
            "type",
        ),
        *("vitamine", "facteur", "immunoglobuline", "lipoprotéine", "apolipoprotéine", "protéine", "stade"),
        *("grade", "classe", "catégorie", "niveau", "phase", "score", "annexe", "liste", "zone", "secteur"),
    )
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be found, in whichever field: the typed words, or what stands for them."""

    words: tuple[str, ...]  # all of them; empty when only what stands for them counts (« AS »)
    forms: tuple[str, ...] = ()  # other spellings: gender, accents, units; of one word or several in order
    adjacent: bool = False  # the words stand next to each other: « 500 mg », « 2005-882 »
    names: tuple[str, ...] = ()  # single words of the same meaning, any of them
    phrases: tuple[str, ...] = ()  # several words of the same meaning, next to each other
    acronyms: tuple[str, ...] = ()  # in capitals in the document
    kinds: tuple[str, ...] = ()  # kinds of documents that are called so: « formation »
    related: tuple[str, ...] = ()  # close but not the same: « rénal » for « rein »

    @property
    def correctable(self) -> bool:
        """A word that no rule knows may be mistyped."""
        known = self.names or self.phrases or self.acronyms or self.kinds
        return len(self.words) == 1 and not known


@dataclass(frozen=True, slots=True)
class Plan:
    """All `terms` and `phrases`, none of `excluded`. Empty: everything."""

    terms: tuple[Term, ...] = ()
    neighbours: tuple[str, ...] = ()  # words that were typed next to each other: better where they stand so
    likely: tuple[Term, ...] = ()  # what small letters may mean beside them: better where it stands
    phrases: tuple[str, ...] = ()  # in exact order, word for word
    excluded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.phrases)


def build_plan(text: ParsedText) -> Plan:
    typed = list(runs(typed_text(" ".join(text.words))))
    words = [word for run in typed for word in run.words]
    shouted = len(words) > 1 and all(word == word.upper() for word in words)
    terms = _terms(typed, shouted) or _acronyms(words)
    return Plan(
        terms=tuple(terms),
        neighbours=tuple(_neighbours(terms)),
        likely=tuple(_acronyms(word for word in words if fold(word) in LIKELY)),
        phrases=tuple(filter(None, (" ".join(tokens(phrase)) for phrase in text.phrases))),
        excluded=tuple(filter(None, (" ".join(typed_tokens(word)) for word in text.excluded))),
    )


def _terms(typed: Iterable[Run], shouted: bool) -> list[Term]:
    terms: list[Term] = []
    between: list[Run] = []
    for run in typed:
        if run.adjacent:
            terms += [*_words_terms(between, shouted), _run_term(run)]
            between = []
        else:
            between.append(run)
    return list(dict.fromkeys([*terms, *_words_terms(between, shouted)]))


def _acronyms(words: Iterable[str]) -> list[Term]:
    """Acronyms among words in whichever letters: nobody looks for a stop word alone, « as » is an « AS »."""
    known = synonyms().by_acronym
    capitals = dict.fromkeys(word.upper() for word in words)
    return [_term((), known[word], (word,)) for word in capitals if word in known]


def _neighbours(terms: Sequence[Term]) -> Iterator[str]:
    for one, other in pairwise(terms):
        if one.words and other.words:
            yield f"{one.words[-1]} {other.words[0]}"


def _words_terms(typed: Sequence[Run], shouted: bool) -> Iterator[Term]:
    """Terms of words that rules may know, the longest run of them first."""
    said = [(word, run if word is run.words[0] else None) for run in typed for word in run.words]
    kept = list(_counting(said, shouted))
    words = [word for word, _run in kept]
    rules, position = synonyms(), 0
    while position < len(words):
        word, run = kept[position]
        length, rule = rules.at(words, position) or (1, Rule())
        if _is_acronym(word, shouted):
            yield _term((), rules.by_acronym[word], (word,))
            length = 1
        elif length == 1 and run and run.forms and _is_one(run, words[position:]):
            length = len(run.words)
            yield _term(run.words, rule, forms=run.forms)
        else:
            joined = run.forms if run and length == len(run.words) else ()
            yield _term(tuple(words[position : position + length]), rule, forms=joined)
        position += length


def _counting(said: Sequence[tuple[str, Run | None]], shouted: bool) -> Iterator[tuple[str, Run | None]]:
    """Words that are looked for: no stop words, unless they are acronyms or name the thing before them."""
    previous = ""
    for word, run in said:
        if word in ("a", "A") and key(previous) in _NAMED_BY_LETTER:
            yield "A", None
        elif _is_acronym(word, shouted) or not is_stop_word(word):
            yield word, run
        previous = word


def _is_one(run: Run, words: Sequence[str]) -> bool:
    """Whether a run is looked for as a whole. Words that rules know mean something by themselves:
    « infirmière-puéricultrice » is not whatever « infirmière » stands for.
    """
    if tuple(words[: len(run.words)]) != run.words:
        return False
    rules = [found[1] for word in run.words if (found := synonyms().at([word], 0))]
    return len(run.words) == 1 or not any(rule.texts or rule.acronyms for rule in rules)


def _run_term(run: Run) -> Term:
    length, rule = synonyms().at(run.words, 0) or (0, Rule())
    known = rule if length == len(run.words) else Rule()
    return _term(run.words, known, forms=run.forms, adjacent=len(run.words) > 1)


def _is_acronym(word: str, shouted: bool) -> bool:
    """Whether its capitals mean anything; where all is in capitals (« OFFRE DU JOUR ») they do not."""
    return word in CAPITALS_ONLY and not (shouted and is_stop_word(word)) and word in synonyms().by_acronym


def _term(
    words: tuple[str, ...],
    rule: Rule,
    acronyms: tuple[str, ...] = (),
    forms: tuple[str, ...] = (),
    *,
    adjacent: bool = False,
) -> Term:
    texts = [(text, [t for t in tokens(text) if not is_stop_word(t)]) for text in sorted(rule.texts)]
    single = words[0] if len(words) == 1 else ""
    return Term(
        words=words,
        forms=forms,
        adjacent=adjacent,
        names=tuple(kept[0] for _text, kept in texts if len(kept) == 1),
        phrases=tuple(text for text, kept in texts if len(kept) > 1),
        acronyms=(*acronyms, *sorted(rule.acronyms)),
        kinds=kinds_of(single) if single else (),
        related=rule.related,
    )


def capital_acronyms(*texts: str) -> list[str]:
    """Acronyms of a document that mean something in capitals only, for the index."""
    found = {word for text in texts for word in _CAPITALS.findall(text)}
    return sorted(found & CAPITALS_ONLY)
