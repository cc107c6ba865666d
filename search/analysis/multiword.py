"""Which of the words that somebody typed mean one thing: « 1 g », « L. 4321-1 », « aide soignant »."""

from collections.abc import Iterator, Sequence

from .spelling import run_spans
from .synonyms import synonyms
from .words import is_stop_word, tokens


def group_lengths(words: Sequence[str]) -> list[int]:
    """How many of these words, one after the other, make one thing each."""
    inside = {position for first, last in _groups(words) for position in range(first + 1, last + 1)}
    lengths: list[int] = []
    for position in range(len(words)):
        if position in inside:
            lengths[-1] += 1
        else:
            lengths.append(1)
    return lengths


def _groups(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last word of what is spelled in several, and of what a rule knows."""
    ends, length = [], 0
    for word in words:
        length += len(word) + 1
        ends.append(length)
    for start, end in run_spans(" ".join(words)):
        yield _at(ends, start), _at(ends, end - 1)
    counting = [(token, place) for place, word in enumerate(words) for token in tokens(word)]
    counting = [(token, place) for token, place in counting if not is_stop_word(token)]
    said, position = [token for token, _place in counting], 0
    while position < len(said):
        size, _rule = synonyms().at(said, position) or (1, None)
        yield counting[position][1], counting[position + size - 1][1]
        position += size


def _at(ends: Sequence[int], place: int) -> int:
    """The word that holds this place of the text."""
    return next(index for index, end in enumerate(ends) if place < end)
