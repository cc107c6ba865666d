"""Ampersands and signs like « or °, kept out of nh3's way: it takes the square of their number.

It writes `&` and no-break spaces as references, and looks anew for the next one behind each character whose
UTF-8 begins as theirs. They pass through it as characters that Unicode reserves for such uses.
"""

import html
import re

_AND, _FIRST = "\U0001fffe", 0xFDD0
_SIGNS = {0xA0 + number: chr(_FIRST + number) for number in range(32)}
_REFERENCE = re.compile("&(?:#[0-9xX][0-9a-fA-F]*;?|[A-Za-z][A-Za-z0-9]{0,31};?)?")
_RESERVED = re.compile("[\ufdd0-\ufdef\U0001fffe]")
_TEXT = {ord(mask): sign for sign, mask in _SIGNS.items()}


def masked(source: str) -> str:
    """HTML whose ampersands and signs of U+00A0 to U+00BF, written in any way, are masked."""
    if source.isascii() and "&" not in source:
        return source
    return _REFERENCE.sub(_mask, _RESERVED.sub("", source)).translate(_SIGNS)


def _mask(match: re.Match[str]) -> str:
    written = match[0]
    meant = html.unescape(written)
    if len(meant) == 1 and ord(meant) in _SIGNS and written.endswith(";"):
        return meant
    # What has no end is the parser’s to judge: « ?a=1&copy=2 » within a URL is no sign.
    if meant[:1] == "&" and (meant == written or written.endswith(";") or written == "&amp"):
        return _AND + meant[1:]
    return written


def unmasked_text(text: str) -> str:
    return text.replace(_AND, "&").translate(_TEXT) if not text.isascii() else text


def unmasked_html(text: str) -> str:
    return text.replace(_AND, "&amp;").translate(_TEXT)
