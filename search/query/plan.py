"""The query plan: the terms that a text looks for. Every engine compiles its queries from the same plan."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..analysis.spelling import Run, runs
from ..analysis.synonyms import CAPITALS_ONLY, Rule, kinds_called, synonyms
from ..analysis.words import NUMBERED, fold, is_stop_word, key, tokens, typed_text, typed_tokens
from . import ParsedText

# « \b[A-Z]{2,3}\b », quicker: it begins with what is looked for.
_CAPITALS = re.compile(r"[A-Z](?<!\w.)[A-Z]{1,2}\b")
# Of the stop words that are acronyms in capitals, those that people hardly look for as words.
_OPTIONAL = frozenset({"as"})
# Words that an « A » behind them completes; behind others it is an « à » without its accent.
_LETTERED = (
    *("hépatite", "grippe", "influenza", "virus", "hémophilie", "streptocoque", "toxine", "groupe", "type"),
    *("vitamine", "facteur", "immunoglobuline", "lipoprotéine", "apolipoprotéine", "protéine", "stade"),
    *("grade", "classe", "catégorie", "niveau", "phase", "score", "annexe", "liste", "zone", "secteur"),
)
_BEFORE_A = frozenset(map(key, _LETTERED))
# Words that a letter or a number behind them completes: « vitamine D », « type 2 », « convention 51 ».
_DESIGNATED = _BEFORE_A.union(
    map(key, NUMBERED),
    map(
        key, ("article", "avenant", "chapitre", "tableau", "convention", "ccn", "master", "licence", "cycle")
    ),
    map(key, ("covid", "herpès", "vih", "hpv", "papillomavirus", "interleukine", "oméga", "complexe")),
)
_DESIGNATOR = re.compile(r"[^\W\d_]|\d{1,3}")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be found, in any field: the typed words, or what stands for them."""

    words: tuple[str, ...]  # all of them; empty when only what stands for them counts (« AS »)
    # Other spellings (gender, accents, units) of one word, or of several in order.
    variants: tuple[str, ...] = ()
    adjacent: bool = False  # the words stand next to each other: « 500 mg », « 2005-882 »
    synonyms: tuple[str, ...] = ()  # single words of the same meaning, any of them
    synonym_phrases: tuple[str, ...] = ()  # several words of the same meaning, next to each other
    acronyms: tuple[str, ...] = ()  # in capitals in the document
    kinds: tuple[str, ...] = ()  # kinds of documents that are called so: « formation »
    related: tuple[str, ...] = ()  # close but not the same: « rénal » for « rein »

    @property
    def correctable(self) -> bool:
        """A word that no rule knows may be mistyped."""
        known = self.synonyms or self.synonym_phrases or self.acronyms or self.kinds
        return len(self.words) == 1 and not known


@dataclass(frozen=True, slots=True)
class Plan:
    """All `terms` and `phrases`, none of `excluded`. Empty: everything."""

    terms: tuple[Term, ...] = ()
    # Words that were typed next to each other, by two: documents where they stand so come first.
    adjacent_pairs: tuple[str, ...] = ()
    # What small letters may mean (« as »): documents with these acronyms come first.
    optional_acronyms: tuple[Term, ...] = ()
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
        adjacent_pairs=tuple(_adjacent_pairs(terms)),
        optional_acronyms=tuple(_acronyms(word for word in words if fold(word) in _OPTIONAL)),
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


def _adjacent_pairs(terms: Sequence[Term]) -> Iterator[str]:
    for one, other in pairwise(terms):
        if one.words and other.words:
            yield f"{one.words[-1]} {other.words[0]}"


def _words_terms(typed: Sequence[Run], shouted: bool) -> Iterator[Term]:
    """Terms of words that rules may know, the longest run of them first."""
    said = [(word, run if word is run.words[0] else None) for run in typed for word in run.words]
    counting = list(_counting(said, shouted))
    words = [word for word, _run in counting]
    rules, position = synonyms(), 0
    while position < len(words):
        word, run = counting[position]
        length, rule = rules.at(words, position) or (1, Rule())
        if _is_acronym(word, shouted):
            yield _term((), rules.by_acronym[word], (word,))
            length = 1
        elif length == 1 and run and run.variants and _is_one(run, words[position:]):
            length = len(run.words)
            yield _term(run.words, rule, variants=run.variants)
        elif length == 1 and _next_is_designator(counting[position : position + 2]):
            # What a rule says of « hépatite » does not hold for « hépatite A ».
            length = 2
            yield _term(tuple(words[position : position + 2]), Rule())
        else:
            joined = run.variants if run and length == len(run.words) else ()
            yield _term(tuple(words[position : position + length]), rule, variants=joined)
        position += length


def designated(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The words one by one, but a word together with the letter or number that completes it: « type 2 »."""
    position = 0
    while position < len(words):
        length = 2 if _is_designated(words[position : position + 2]) else 1
        yield tuple(words[position : position + length])
        position += length


def _is_designated(words: Sequence[str]) -> bool:
    return len(words) == 2 and key(words[0]) in _DESIGNATED and bool(_DESIGNATOR.fullmatch(words[1]))


def _next_is_designator(said: Sequence[tuple[str, Run | None]]) -> bool:
    """Whether the second word completes the first and does not begin a thing of its own: « B 12 »."""
    run = said[-1][1]
    return _is_designated([word for word, _run in said]) and (run is None or len(run.words) == 1)


def _counting(said: Sequence[tuple[str, Run | None]], shouted: bool) -> Iterator[tuple[str, Run | None]]:
    """Words that are looked for: no stop words, unless they are acronyms or name the thing before them."""
    previous = ""
    for word, run in said:
        if word in ("a", "A") and key(previous) in _BEFORE_A:
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
    return _term(run.words, known, variants=run.variants, adjacent=len(run.words) > 1)


def _is_acronym(word: str, shouted: bool) -> bool:
    """Whether its capitals mean anything; where all is in capitals (« OFFRE DU JOUR ») they do not."""
    return word in CAPITALS_ONLY and not (shouted and is_stop_word(word)) and word in synonyms().by_acronym


def _term(
    words: tuple[str, ...],
    rule: Rule,
    acronyms: tuple[str, ...] = (),
    variants: tuple[str, ...] = (),
    *,
    adjacent: bool = False,
) -> Term:
    texts = [(text, [t for t in tokens(text) if not is_stop_word(t)]) for text in sorted(rule.texts)]
    single = words[0] if len(words) == 1 else ""
    return Term(
        words=words,
        variants=variants,
        adjacent=adjacent,
        synonyms=tuple(counting[0] for _text, counting in texts if len(counting) == 1),
        synonym_phrases=tuple(text for text, counting in texts if len(counting) > 1),
        acronyms=(*acronyms, *sorted(rule.acronyms)),
        kinds=kinds_called(single) if single else (),
        related=synonyms().close_to(words),
    )


def capital_acronyms(*texts: str) -> list[str]:
    """Acronyms of a document that mean something in capitals only, for the index."""
    found = {word for text in texts for word in _CAPITALS.findall(text)}
    return sorted(found & CAPITALS_ONLY)
