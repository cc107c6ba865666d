"""Lists as Word puts them on the clipboard and into HTML files: paragraphs with a level and a marker."""

import re

from .tree import Element

_LEVEL = re.compile(r"mso-list:\s*l\d+\s+level(\d)\b", re.IGNORECASE)
_IGNORED = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)


def list_level(element: Element) -> int:
    """1 and more for an item of a list; 0 for any other paragraph."""
    level = _LEVEL.search(element.attributes.get("style", ""))
    return int(level[1]) if level else 0


def marker_of(element: Element) -> str:
    """« · », « 2. », « a) »."""
    for child in element.children:
        if isinstance(child, str):
            continue
        if _IGNORED.search(child.attributes.get("style", "")):
            return child.text().strip()
        if found := marker_of(child):
            return found
    return ""
