"""Parses what somebody typed: words, « phrases » in quotes, -exclusions. Nothing else has a meaning."""

import re

from ..analysis.words import clean, fold, tokens
from . import ParsedText

MAX_QUERY_LENGTH = 400
MAX_WORDS = 24
# Longer runs of letters and digits are cut: engines would leave them out, and find everything.
MAX_WORD = 60

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\u2033": '"'})
_LONG = re.compile(rf"([^\W_]{{{MAX_WORD}}})[^\W_]+")
# A minus excludes at the start of a word only, not in « anti-inflammatoire », and no number: « -20 °C ».
_PART = re.compile(r'(?P<minus>(?<!\S)[-−](?=[^\s\d\-−]))?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


def parse_text(text: str) -> ParsedText:
    """Never fails. A quote without its pair, a lone minus, the operators of other systems are plain text.

    Text beyond `MAX_QUERY_LENGTH` characters or `MAX_WORDS` parts is not looked at; what holds neither a
    letter nor a digit (emoji, punctuation) says nothing.
    """
    raw = " ".join(clean(text[: MAX_QUERY_LENGTH * 2]).split())[:MAX_QUERY_LENGTH].rstrip()
    words: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    for part in query_parts(plain_quotes(raw)):
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


def normalised(text: str) -> str:
    """« L’Hôpital de JOUR ! » → « hopital de jour »: what counts as the same query."""
    return " ".join(fold(token) for token in tokens(clean(text)))


def plain_quotes(raw: str) -> str:
    """The text as `query_parts` reads it: straight quotes in pairs, long words cut."""
    return _LONG.sub(r"\1", _balanced(raw.translate(_QUOTES)))


def query_parts(text: str) -> list[re.Match[str]]:
    """Words, phrases and exclusions of a text, in order."""
    return list(_PART.finditer(text))[:MAX_WORDS]


def _balanced(text: str) -> str:
    if text.count('"') % 2 == 0:
        return text
    before, _quote, after = text.rpartition('"')
    return f"{before} {after}"
