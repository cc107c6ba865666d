"""What somebody typed: words, « phrases » in quotes, -exclusions. Nothing else has a meaning."""

import re
import unicodedata
from collections.abc import Iterator

from .analysis.words import clean, fold, tokens
from .query import ParsedText

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


def without_each(text: ParsedText) -> Iterator[tuple[str, ParsedText]]:
    """Each word, « phrase » and -exclusion as it was typed, and what is left without it."""
    read = _read(text.raw)
    for part in _parts(read):
        if said := part[0].strip(_AROUND):
            yield said, parse_text(read[: part.start()] + read[part.end() :])


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
