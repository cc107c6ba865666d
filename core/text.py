"""Cleaning, shortening and spacing text."""

import re
from collections import Counter

# Control characters and halves of pairs: databases, XML or calendars refuse some of them.
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SUMMARY_LENGTH = 220
# Elements within each other. Parsing takes the square of the depth; nobody writes so deep.
MAX_DEPTH = 100
_TAG = re.compile(r"<(/?)(?!br\b)([a-z]+)", re.IGNORECASE)
STOPS = (".", "!", "?", "…", ":", ";", ",", "»", ")")


def strip_control(text: str) -> str:
    """Without the control characters that databases and engines refuse; lines end with \\n."""
    return UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def running_text(text: str) -> str:
    """For extracts, which run lines together: a heading or cell, which has no stop, is set apart."""
    *lines, last = text.splitlines() or [""]
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
