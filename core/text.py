"""Cleaning, shortening and spacing text, and keys made from names."""

import re
import unicodedata
from collections import Counter

from django.utils.text import slugify

# Control characters and halves of pairs: databases, XML or calendars refuse some of them.
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SUMMARY_LENGTH = 220
# Elements within each other. Parsing takes the square of the depth; nobody writes so deep.
MAX_DEPTH = 100
_TAG = re.compile(r"<(/?)(?!br\b)([a-z]+)", re.IGNORECASE)
STOPS = (".", "!", "?", "…", ":", ";", ",", "»", ")")

# Line ends that are not \n: tabs of lines (Word, PowerPoint), pages, the next line, separators of lines.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# What nobody sees: soft hyphens, fillers, marks and overrides of direction, invisible operators, tags, the
# stand-in for an object, control characters.
_INVISIBLE = re.compile(
    "[\x80-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    # Marks of direction: kept beside letters that are written from right to left.
    "|(?<![\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])[\u061c\u200e\u200f](?![\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])"
    # Joiners: kept between letters of scripts that write with them (from Arabic to Khmer) and within emoji.
    "|(?<![\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc])\u200c"
    "|(?<![\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
    "|\u200d(?![\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u2190-\u2bff\U0001f000-\U0001faff])"
    "|\u200c(?![\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af])"
    # Variation selectors: kept behind signs, which have variants.
    "|(?<![^\x00-\x20A-Za-z@._\u00c0-\u024f-])[\ufe00-\ufe0f]|(?<=[0-9#*])[\ufe00-\ufe0f](?!\u20e3)"
)
# Letters that Unicode does not take apart, and signs that people type differently.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("œŒ", "oe"),
        **dict.fromkeys("æÆ", "ae"),
        **dict.fromkeys("øØ", "o"),
        **dict.fromkeys("đĐð", "d"),
        **dict.fromkeys("łŁ", "l"),
        **{"ß": "ss", "ẞ": "ss", "ı": "i"},
        **dict.fromkeys("’‘ʼʹ′`´＇ʻ‛", "'"),
        **dict.fromkeys("‐‑‒–—―−⁃﹣－", "-"),
        "⁄": "/",
    }
)
_ELIDED = re.compile(r"(?<![^\W_])([cdjlmnst]|qu)\s*'\s*", re.IGNORECASE)


def clean_text(text: str) -> str:
    """Text as it is kept: composed accents, nothing that nobody sees, lines that end with \\n.

    The cleaner of every entrance: forms (`core.middleware`), imports, rich text. What a script or an emoji
    is written with stays: joiners and marks of direction beside their letters, variation selectors.
    """
    if text.isascii() and text.isprintable():
        return text
    text = UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def one_line(text: str) -> str:
    """A title or a name: visible characters and single spaces, nothing that reorders what stands around."""
    return " ".join(clean_text(text).split())


def plain_letters(name: str) -> str:
    """What spellings of a name have in common: « L’Œil » and « l\u02bcœil » → « l'oeil »."""
    decomposed = unicodedata.normalize("NFKD", clean_text(name).translate(_ALIKE))
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return letters.translate(_ALIKE).casefold()


def slug_of(name: str) -> str:
    """The key of a name, for URLs and look-ups: the same for all spellings of `plain_letters`.

    Of ASCII names it is Django's `slugify`. Empty for scripts that slugs cannot hold.
    """
    return slugify(_ELIDED.sub(r"\1", plain_letters(name)))


def running_text(text: str) -> str:
    """For extracts, which run lines together: a heading or cell, which has no stop, is set apart."""
    *lines, last = [line for line in text.splitlines() if line.strip()] or [""]
    return "\n".join([*(line if line.endswith(STOPS) else f"{line} ·" for line in lines), last])


def summary(text: str, length: int = SUMMARY_LENGTH) -> str:
    """The beginning of a text, cut between words."""
    line = " ".join(running_text(text).split())
    if len(line) <= length:
        return line
    return (line[:length].rpartition(" ")[0] or line[:length]).rstrip(" ,;:.–-") + "…"


def is_deep(html: str) -> bool:
    """Whether its elements stand deeper in each other than `MAX_DEPTH`: to be asked before it is parsed."""
    depth, opened = 0, Counter[str]()
    for closing, name in _TAG.findall(html):
        name = name.lower()
        if not closing:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > MAX_DEPTH:
            return True
    return False


def typo(text: object) -> str:
    """French spacing: no-break spaces before ; : ! ? » % € and after «, between the digits of a number."""
    text = re.sub(r"[ \u202f]([;:!?»%€])", "\u00a0\\1", str(text))
    return re.sub(r"« ", "«\u00a0", re.sub(r"(?<=\d) (?=\d{3}\b)", "\u00a0", text))
