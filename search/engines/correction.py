"""Typing errors: which word of those that a reader may see was meant.

Candidates come from documents that the engine found within the reader's own access filter, never from the
whole index's dictionary: a correction must not reveal a word that stands only where the reader may not look.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from ..analysis.words import fold, is_stop_word, tokens
from ..query import ParsedText
from ..text import parse_text

Hit = TypeVar("Hit")

# Shorter words have too many neighbours.
MIN_LENGTH = 4
# Words at least this long may hold two errors.
TWO_ERRORS_FROM = 8
# Documents that are looked at for the word that was meant.
NEIGHBOURS = 20
# How alike two words must be (`difflib.SequenceMatcher.ratio`), whatever the number of errors.
_ALIKE = 0.74
# Score of a neighbour for each other word of the query that it holds as well: far above any word's own score.
TOGETHER = 1_000.0


def allowed_errors(word: str) -> int:
    if len(word) < MIN_LENGTH or any(character.isdigit() for character in word):
        return 0
    return 2 if len(word) >= TWO_ERRORS_FROM else 1


def best_match(typed: str, texts: Iterable[str]) -> str:
    """The word of `texts` that is most like `typed`, the most frequent one of those; empty when none is."""
    wanted = fold(typed)
    seen = Counter(word.lower() for text in texts for word in tokens(text))
    matcher = SequenceMatcher(a="", b=wanted, autojunk=False)
    best = (0.0, 0, "")
    for word, times in seen.items():
        folded = fold(word)
        if folded[:1] != wanted[:1] or abs(len(folded) - len(wanted)) > 2 or is_stop_word(word):
            continue
        matcher.set_seq1(folded)
        if matcher.quick_ratio() >= _ALIKE and (ratio := matcher.ratio()) >= _ALIKE and folded != wanted:
            best = max(best, (ratio, times, word))
    return best[2]


def closest(hits: Sequence[tuple[float, Hit]]) -> list[Hit]:
    """Of documents and their scores, best first, those that hold the most of the query's other words."""
    return [hit for score, hit in hits if score // TOGETHER == hits[0][0] // TOGETHER]


def corrected(text: ParsedText, replacements: Mapping[str, str]) -> ParsedText:
    """What was typed with some of its words replaced."""
    raw = text.raw
    for typed, meant in replacements.items():
        raw = raw.replace(typed, meant, 1)
    return parse_text(raw)
