"""Formulas (MathML) of pages and word processors: powers and indices as marks, fractions with a bar."""

import re

NAMES = (
    "math|semantics|mrow|mi|mn|mo|ms|mtext|mstyle|mspace|mpadded|mfenced|merror|menclose|msqrt|mroot|mfrac|msup"
    "|msub|msubsup|munder|mover|munderover|mtable|mtr|mtd"
)
_TAG = re.compile(rf"<(/?)({NAMES})(?=[\s/>])[^<>]*?(/?)>", re.IGNORECASE)
# Element → marks of its parts, in order.
MARKS: dict[str, tuple[str, ...]] = {
    "maths-msup": ("", "sup"),
    "maths-msub": ("", "sub"),
    "maths-msubsup": ("", "sub", "sup"),
    "maths-mfrac": ("", ""),
}


def as_spans(source: str) -> str:
    """The same HTML with formulas as spans whose class is their element: cleaners drop other languages."""
    return _TAG.sub(_as_span, source)


def _as_span(tag: re.Match[str]) -> str:
    if tag[1]:
        return "</span>"
    return f'<span class="maths-{tag[2].lower()}">' + ("</span>" if tag[3] else "")
