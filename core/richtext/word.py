"""Lists as Word puts them on the clipboard and into HTML files: paragraphs with a level and a marker."""

import re

from .tree import Element

_LEVEL = re.compile(r"mso-list:\s*l\d+\s+level(\d)\b", re.IGNORECASE)
_IGNORED = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
# Fonts whose letters are drawn as signs: « Ø » is an arrow there, « ü » a tick.
_SIGNS = re.compile(r"font(?:-family)?:[^;]*(?:wingdings|webdings|symbol)", re.IGNORECASE)
_SIGN_LETTERS = set("oØüèàqvw§")


def list_level(element: Element) -> int:
    """1 and more for an item of a list; 0 for any other paragraph."""
    level = _LEVEL.search(element.attributes.get("style", ""))
    return int(level[1]) if level else 0


def marker_of(element: Element, *, is_sign: bool = False) -> str:
    """« · », « 2. », « a) ». `is_sign`: it stands in a font of signs; these are bullets, whatever letter."""
    for child in element.children:
        if isinstance(child, str):
            continue
        style = child.attributes.get("style", "")
        is_drawn = is_sign or bool(_SIGNS.search(style))
        if _IGNORED.search(style):
            marker = child.text().strip()
            return "·" if is_drawn and len(marker) == 1 else marker
        if found := marker_of(child, is_sign=is_drawn):
            return found
    return ""


def is_number(marker: str) -> bool:
    """Whether a marker says which item this is; others are bullets."""
    return marker not in _SIGN_LETTERS and any(char.isalnum() for char in marker)
