"""The analyzer: makes tokens of texts, in this process, for documents and queries of every engine.

It removes invisible characters and elided articles, puts words into lower case, and makes two tokens of each:

- its **stem**: the token of its family (`families`), or else its Snowball French stem without accents. Stop
  words have none. Words of three letters or fewer, and those with a digit, stay as they are written.
- its **folded** form: as written, without capitals and accents, for beginnings, exact order and typing
  errors.

A document also has the stem of each compound written as one word, at the end of its stems: « co-infection »
is found by « coinfection ».

Engines index both streams, separated by spaces, and analyse nothing themselves. Stop words leave no gap: the
words before and after them are next to each other.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from . import families
from .words import COMPOUND, NAMING, STOP_WORDS, TOKEN, clean_word, fold

# Raised when the rules of this module change: the index must then be built anew.
VERSION = 3
# Words of so few letters are looked for as they are written: a stemmer makes « m » of « ms ».
SHORT = 3
# Longer runs of letters are no words (encoded files, keys).
MAX_TOKEN = 255
# Distinct runs without a space whose tokens are cached, some 200 bytes each: a text of new words only costs
# ten times more to analyse (480 µs a kB instead of 48).
REMEMBERED = 50_000


class Token(NamedTuple):
    stem: str  # empty: a stop word
    folded: str
    start: int  # in the text as it was given
    end: int


def _forms(raw: str) -> tuple[str, str]:
    """Stem and folded form of one word that `TOKEN` found."""
    word = clean_word(raw).lower()
    folded = "".join(fold(word).split())
    if len(folded) > MAX_TOKEN:
        return "", ""
    if raw[0].isspace():  # the letter of « hépatite A »
        return folded, folded
    if word in STOP_WORDS:
        return "", folded
    return families.family_of(word) or folded, folded


def _joined(run: str) -> Iterator[str]:
    """Stems of the compounds of a run as if they were one word: « coinfection » of « co-infection »."""
    for compound in COMPOUND.findall(run):
        stem, _folded = _forms("".join(filter(str.isalnum, compound)))
        if stem:
            yield stem


class _Forms(dict[str, tuple[str, str]]):
    """A run of characters without a space → stems and folded forms of its words, separated by spaces."""

    def __init__(self) -> None:
        super().__init__()
        self.joined: dict[str, str] = {}  # run → stems of its compounds, of those runs that have any

    def __missing__(self, run: str) -> tuple[str, str]:
        pairs = [_forms(raw) for raw in TOKEN.findall(run.replace(_MARK, " "))]
        found = (" ".join([one for one, _ in pairs if one]), " ".join([word for _, word in pairs if word]))
        if len(run) <= MAX_TOKEN:
            if len(self) >= REMEMBERED:
                forget()  # whoever reads this cache now goes on with it
            if joined := " ".join(_joined(run)):
                self.joined[run] = joined
            self[run] = found
        return found


_known = _Forms()
# Takes the place of the space before what names a thing (« hépatite A »), so that both stay one run.
_MARK = "\uf8ff"
_NAMING = re.compile(NAMING)


def in_runs(text: str) -> str:
    """A text of the same length whose tokens are those of its runs without a space, one by one."""
    return _NAMING.sub(_MARK, text)


def run_forms(runs: Iterable[str]) -> tuple[list[str], list[str]]:
    """Stems of each run and its folded forms, separated by spaces."""
    forms = list(map(_known.__getitem__, runs))
    return [stem for stem, _ in forms if stem], [word for _, word in forms if word]


def forget() -> None:
    """Starts a new cache of tokens (also for tests that change `families`)."""
    global _known
    _known = _Forms()


def forms(raw: str) -> tuple[str, str]:
    """Stem (empty: a stop word) and folded form of one word as `TOKEN` finds it in a text."""
    return _known[raw] if raw[0].isalnum() else _forms(raw)


def stem(word: str) -> str:
    """The stem of one word; empty for a stop word, and for a text of several words."""
    found = _known[word][0]
    return "" if " " in found else found


def token(word: str) -> str:
    """The stem of a word, even of a stop word: « A » of « hépatite A »."""
    return stem(word) or fold(word)


def analyze(text: str) -> Iterator[Token]:
    """Tokens of a text, in order."""
    for match in TOKEN.finditer(text.replace(_MARK, " ")):
        raw = match[1]
        start, end = match.span(1)
        yield Token(*forms(raw), start + raw[0].isspace(), end)


def streams(text: str) -> tuple[str, str]:
    """Stems and folded words of a text, each separated by spaces: what engines index."""
    known, runs = _known, in_runs(text).split()
    forms = list(map(known.__getitem__, runs))
    stems = [stem for stem, _ in forms if stem]
    if compounds := known.joined:
        stems += [compounds[run] for run in runs if run in compounds]
    return " ".join(stems), " ".join([word for _, word in forms if word])


def stems(text: str) -> list[str]:
    """Stems of the words that count."""
    return " ".join(run_forms(in_runs(text).split())[0]).split()


def folded(text: str) -> list[str]:
    """Every word as written, without capitals and accents."""
    return " ".join(run_forms(in_runs(text).split())[1]).split()


def version() -> list:
    """The version of the analysis: another one means that the index must be built anew."""
    return [VERSION, sorted(STOP_WORDS), families.version()]
