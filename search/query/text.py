"""What somebody typed: words, « phrases » in quotes, -exclusions. Nothing else has a meaning."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from ..analysis.multiword import group_lengths
from ..analysis.words import clean, fold, tokens
from . import ParsedText

MAX_QUERY_LENGTH = 400
MAX_WORDS = 24
# Letters and digits in a row. Engines leave longer runs out, as if nothing had been typed; the beginning of
# one is a word that no document holds.
MAX_WORD = 60

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\u2033": '"'})
_REPLACED = {"Cf": "", "Cc": " ", "Cs": " ", "Co": " ", "Cn": " "}
_LONG = re.compile(rf"([^\W_]{{{MAX_WORD}}})[^\W_]+")
# What a word is quoted without.
_AROUND = ' \u00a0.,;:!?…()"'
# A minus counts at the start of a word only: « anti-inflammatoire », « -anti ».
_PART = re.compile(r'(?P<minus>(?<!\S)[-−](?=[^\s\-−]))?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


def parse_text(text: str) -> ParsedText:
    """Never fails. A quote without its pair, a lone minus, the operators of other systems are plain text.

    Text beyond `MAX_QUERY_LENGTH` characters or `MAX_WORDS` parts is not looked at; what holds neither a
    letter nor a digit (emoji, punctuation) says nothing.
    """
    raw = " ".join(_readable(text[: MAX_QUERY_LENGTH * 2]).split())[:MAX_QUERY_LENGTH].rstrip()
    words: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    for part in _parts(_read(raw)):
        said = " ".join((part["phrase"] if part["phrase"] is not None else part["word"]).split())
        if not any(character.isalnum() for character in said):
            continue
        if part["minus"]:
            excluded.append(said)
        elif part["phrase"] is not None:
            phrases.append(said)
        else:
            words.append(said)
    return ParsedText(raw=raw, words=tuple(words), phrases=tuple(phrases), excluded=tuple(excluded))


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, a « phrase » or an -exclusion as it was typed; words that mean one thing are one piece."""

    said: str
    start: int
    end: int


def pieces(text: ParsedText) -> list[Piece]:
    """What may be left out of a text, in order: « amoxicilline 1 g » is « amoxicilline » and « 1 g »."""
    read = _read(text.raw)
    found: list[Piece] = []
    for is_word, parts in groupby(_parts(read), key=lambda part: part["word"] and not part["minus"]):
        spans = [part.span() for part in parts]
        lengths = group_lengths([read[a:b] for a, b in spans]) if is_word else [1] * len(spans)
        for length in lengths:
            start, end = spans[0][0], spans[length - 1][1]
            spans = spans[length:]
            if said := read[start:end].strip(_AROUND):
                found.append(Piece(said, start, end))
    return found


def without(text: ParsedText, left_out: Iterable[Piece]) -> ParsedText:
    """What is left without these pieces of it."""
    read = _read(text.raw)
    for piece in sorted(left_out, key=lambda one: -one.start):
        read = read[: piece.start] + read[piece.end :]
    return parse_text(read)


def normalised(text: str) -> str:
    """« L’Hôpital de JOUR ! » → « hopital de jour »: what counts as the same query."""
    return " ".join(fold(token) for token in tokens(clean(text)))


def _read(raw: str) -> str:
    return _LONG.sub(r"\1", _balanced(raw.translate(_QUOTES)))


def _parts(read: str) -> list[re.Match[str]]:
    return list(_PART.finditer(read))[:MAX_WORDS]


def _readable(text: str) -> str:
    """Composed accents; no invisible characters; control and unpaired ones are spaces."""
    text = unicodedata.normalize("NFC", text)
    return "".join(_REPLACED.get(unicodedata.category(character), character) for character in text)


def _balanced(text: str) -> str:
    if text.count('"') % 2 == 0:
        return text
    before, _quote, after = text.rpartition('"')
    return f"{before} {after}"
