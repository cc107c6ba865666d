"""Highlighting: titles and extracts with the matched words in <mark>, everything else escaped.

No engine takes part: the text that is marked and shown comes from the database, as it is now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from ..analysis.analyzer import Token, analyze, folded, forms, in_runs, run_forms, stem, stems, token
from ..analysis.words import fold
from ..query.plan import Plan, Term, designated
from ..query.ranking import SYNONYM_SLOP

EXTRACT_LENGTH = 200
# Characters of a text that are looked at.
MAX_LENGTH = 200_000
# A mark further than this from the beginning of an extract opens a new one.
_LEAD = 60

Span = tuple[int, int]


@dataclass(frozen=True)
class Marks:
    """The words and phrases that a search marks."""

    stems: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()  # as written (« AS »)
    phrases: Sequence[tuple[str, ...]] = ()  # stems, next to each other or nearly
    quotes: Sequence[tuple[str, ...]] = ()  # folded words, in exact order
    slop: int = 0  # words that may stand within a phrase
    # Cache: a run without a space → the spans of its marks.
    _seen: dict[str, list[Span]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.stems or self.folded or self.exact or self.phrases or self.quotes)

    def spans(self, text: str) -> list[Span]:
        """The spans of all marks of a text, in order, none overlapping."""
        text = in_runs(text[:MAX_LENGTH])
        runs = set(text.split())
        return sorted({*self._singly(text, runs), *self._in_order(text, runs)})

    def _singly(self, text: str, runs: set[str]) -> Iterator[Span]:
        """Spans of single words. Most runs of a text hold none, and are not searched for in the text."""
        for run in runs:
            within = self._seen.get(run)
            if within is None:
                marked = self._may_mark(run)
                within = [(t.start, t.end) for t in analyze(run) if self._marks(run, t)] if marked else []
                self._seen[run] = within
            for start in _places(text, run) if within else ():
                yield from ((start + first, start + last) for first, last in within)

    def _may_mark(self, run: str) -> bool:
        """Rules out most runs by their remembered forms, without looking for where words begin in them."""
        stems, folded = (" ".join(forms).split() for forms in run_forms((run,)))
        if self.stems.isdisjoint(stems) and self.folded.isdisjoint(folded):
            return any(written in run for written in self.exact)
        return True

    def _marks(self, run: str, token: Token) -> bool:
        written = run[token.start : token.end]
        return token.stem in self.stems or token.folded in self.folded or written in self.exact

    def _in_order(self, text: str, runs: set[str]) -> list[Span]:
        """Spans of the words of phrases and quotes. A text that lacks one of the words is skipped."""
        if not (runs and (self.phrases or self.quotes)):
            return []
        stems, folded = ({word for one in forms for word in one.split()} for forms in run_forms(runs))
        phrases = [one for one in self.phrases if stems.issuperset(one)]
        quotes = [one for one in self.quotes if folded.issuperset(one)]
        if not (phrases or quotes):
            return []
        read = list(analyze(text))
        counting = [(token.stem, (token.start, token.end)) for token in read if token.stem]
        every = [(token.folded, (token.start, token.end)) for token in read]
        spans = [span for phrase in phrases for span in _runs(counting, phrase, self.slop)]
        return spans + [span for quote in quotes for span in _runs(every, quote, 0)]


def _places(text: str, run: str) -> Iterator[int]:
    """Where a run begins in a text, between spaces."""
    start = text.find(run)
    while start >= 0:
        end = start + len(run)
        if not text[start - 1 : start].strip() and not text[end : end + 1].strip():
            yield start
        start = text.find(run, end)


def marks_of(plan: Plan) -> Marks:
    """The marks of a plan."""
    typed = [words for term in plan.terms if not term.adjacent for words in designated(term.words)]
    first = [words[0] for words in typed]
    runs = [form for term in plan.terms for form in _runs_of(term)]
    stemmed = [*first, *(name for term in plan.terms for name in term.synonyms), *runs]
    phrases = [*(tuple(map(token, words)) for words in typed), *(tuple(stems(run)) for run in runs)]
    return Marks(
        stems=frozenset(map(token, stemmed)),
        folded=frozenset(fold(word) for word in first if stem(word)),
        exact=frozenset(acronym for term in plan.terms for acronym in term.acronyms),
        phrases=tuple(phrase for phrase in phrases if len(phrase) > 1),
        quotes=tuple(tuple(folded(phrase)) for phrase in plan.phrases),
        slop=SYNONYM_SLOP,
    )


def _runs_of(term: Term) -> Iterator[str]:
    """Texts of a term that are marked as phrases; those of one word are marked by their stem."""
    if term.adjacent:
        yield " ".join(term.words)
    yield from (*term.variants, *term.synonym_phrases)


def _runs(words: Sequence[tuple[str, Span]], phrase: tuple[str, ...], slop: int) -> list[Span]:
    """Spans of the words of every occurrence of `phrase`."""
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
    """The whole text as HTML; empty when it holds no mark."""
    spans = marks.spans(text) if marks else []
    return _render(text, 0, len(text), spans) if spans else ""


def best_extract(text: str, marks: Marks, length: int = EXTRACT_LENGTH) -> tuple[int, str]:
    """The score of the best extract (0: no mark), and its HTML of about `length` characters."""
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
    """Score and index of the first mark of the window with the most different marked words."""
    best, best_score, end = 0, 0, 0
    for index, (start, _end) in enumerate(spans):
        while end < len(spans) and spans[end][1] <= start + length - _LEAD:
            end += 1
        window = spans[index : min(max(end, index + 1), index + 40)]
        score = len({forms(text[a:b]) for a, b in window}) * 100 + len(window)
        if score > best_score:
            best, best_score = index, score
    return best_score, best


def _word_start(text: str, position: int) -> int:
    """Moves forward to the beginning of the sentence, if it is near, else of the word."""
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
