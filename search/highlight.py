"""Passages of a text with what was looked for between <mark> and </mark>, everything else escaped.

No engine has a part in this: what is marked and shown is the database's text, as it is now.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from .analysis.plan import Plan, Term
from .analysis.words import WORD, fold, places, tokens, words
from .engines import french
from .ranking import SYNONYM_SLOP

EXTRACT_LENGTH = 200
# Characters of a text that are looked at.
MAX_LENGTH = 200_000
# A mark further than this from the beginning of an extract opens a new one.
_LEAD = 60

Span = tuple[int, int]


@dataclass(frozen=True)
class Marks:
    """What to mark."""

    # A word of a text → its stem (empty: it does not count) and its folded self.
    forms_of: Callable[[str], tuple[str, str]]
    stems: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()  # as written (« AS »)
    phrases: Sequence[tuple[str, ...]] = ()  # stems, next to each other or nearly
    quotes: Sequence[tuple[str, ...]] = ()  # folded words, in exact order
    slop: int = 0  # words that may stand within a phrase
    # Words of the texts so far, and those of them that are marked.
    _seen: set[str] = field(default_factory=set, init=False, repr=False, compare=False)
    _marked: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.stems or self.folded or self.exact or self.phrases or self.quotes)

    def spans(self, text: str) -> list[Span]:
        """Where the marks go, in order, none overlapping."""
        found = set(WORD.findall(text, 0, MAX_LENGTH))
        single = [span for word in self._singly(found) for span in places(text, word, MAX_LENGTH)]
        return sorted({*single, *self._in_order(text, found)})

    def _singly(self, words: set[str]) -> set[str]:
        """Those of the words of a text that are marked by themselves: most are not."""
        for word in words - self._seen:
            stem, folded = self.forms_of(word)
            if stem in self.stems or folded in self.folded or word in self.exact:
                self._marked.add(word)
        self._seen.update(words)
        return words & self._marked

    def _in_order(self, text: str, found: set[str]) -> list[Span]:
        """Words of phrases and quotes; a text that lacks some of each is not read in order."""
        if not (found and (self.phrases or self.quotes)):
            return []
        stems, folded = map(set, zip(*map(self.forms_of, found), strict=True))
        phrases = [one for one in self.phrases if stems.issuperset(one)]
        quotes = [one for one in self.quotes if folded.issuperset(one)]
        if not (phrases or quotes):
            return []
        read = [(*self.forms_of(word), (start, end)) for word, start, end in words(text, MAX_LENGTH)]
        counting = [(stem, span) for stem, _folded, span in read if stem]
        every = [(folded, span) for _stem, folded, span in read]
        spans = [span for phrase in phrases for span in _runs(counting, phrase, self.slop)]
        return spans + [span for quote in quotes for span in _runs(every, quote, 0)]


def marks_of(plan: Plan) -> Marks:
    """What a search for `plan` marks in a text."""
    typed = [word for term in plan.terms if not term.adjacent for word in term.words]
    runs = [form for term in plan.terms for form in _runs_of(term)]
    stemmed = [*typed, *(name for term in plan.terms for name in term.names), *runs]
    phrases = [tuple(s for _position, s in french.stems(run)) for run in runs]
    return Marks(
        forms_of=french.forms,
        stems=frozenset(filter(None, map(french.stem, stemmed))),
        folded=frozenset(fold(word) for word in typed),
        exact=frozenset(acronym for term in plan.terms for acronym in term.acronyms),
        phrases=tuple(phrase for phrase in phrases if len(phrase) > 1),
        quotes=tuple(tuple(map(fold, tokens(phrase))) for phrase in plan.phrases),
        slop=SYNONYM_SLOP,
    )


def _runs_of(term: Term) -> Iterator[str]:
    """What is marked where it stands in order; single words among it are marked by their stems."""
    if term.adjacent:
        yield " ".join(term.words)
    yield from (*term.forms, *term.phrases)


def _runs(words: Sequence[tuple[str, Span]], phrase: tuple[str, ...], slop: int) -> list[Span]:
    """Places of the words of every occurrence of `phrase`."""
    found: list[Span] = []
    for start, (word, span) in enumerate(words):
        if word != phrase[0]:
            continue
        run, position, left = [span], start + 1, slop
        while len(run) < len(phrase) and position < len(words) and left >= 0:
            if words[position][0] == phrase[len(run)]:
                run.append(words[position][1])
            else:
                left -= 1
            position += 1
        if len(run) == len(phrase):
            found += run
    return found


def mark_all(text: str, marks: Marks) -> str:
    """The whole text; empty when nothing of it is marked."""
    spans = marks.spans(text) if marks else []
    return _render(text, 0, len(text), spans) if spans else ""


def passage(text: str, marks: Marks, length: int = EXTRACT_LENGTH) -> tuple[int, str]:
    """How much the best passage says (0: nothing is marked), and about `length` characters around it."""
    spans = marks.spans(text) if marks else []
    if not spans:
        return 0, ""
    score, first = _best(text, spans, marks, length)
    start = _word_start(text, max(0, min(spans[first][0] - _LEAD, len(text) - length)))
    end = _word_end(text, min(len(text), max(start + length, spans[first][1])))
    shown = [span for span in spans if span[0] >= start and span[1] <= end]
    shortened = ("… " if start else "", " …" if end < len(text) else "")
    return score, _render(text, start, end, shown).join(shortened)


def _best(text: str, spans: Sequence[Span], marks: Marks, length: int) -> tuple[int, int]:
    """Score and first mark of the window with the most different marked words, the first such."""
    best, best_score, end = 0, 0, 0
    for index, (start, _end) in enumerate(spans):
        while end < len(spans) and spans[end][1] <= start + length - _LEAD:
            end += 1
        window = spans[index : min(max(end, index + 1), index + 40)]
        score = len({marks.forms_of(text[a:b]) for a, b in window}) * 100 + len(window)
        if score > best_score:
            best, best_score = index, score
    return best_score, best


def _word_start(text: str, position: int) -> int:
    """Moves forward to the beginning of a word; the beginning of a sentence nearby is better still."""
    if position == 0:
        return 0
    for index in range(position, min(position + _LEAD - 10, len(text))):
        if text[index - 1] in ".!?…\n" and not text[index].isalnum():
            return index + 1
    space = text.find(" ", position, position + _LEAD)
    return space + 1 if space >= 0 else position


def _word_end(text: str, position: int) -> int:
    if position >= len(text):
        return len(text)
    space = text.rfind(" ", max(0, position - 40), position + 1)
    return space if space > 0 else position


def _render(text: str, start: int, end: int, spans: Sequence[Span]) -> str:
    parts, position = [], start
    for first, last in spans:
        parts += [escape(text[position:first]), "<mark>", escape(text[first:last]), "</mark>"]
        position = last
    return "".join([*parts, escape(text[position:end])])
