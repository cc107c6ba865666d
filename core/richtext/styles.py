"""What an element makes of its text: marks, links, headings, nothing at all."""

import re
from dataclasses import dataclass, replace

from .tree import Element

_MARK_OF = {
    **{"b": "strong", "strong": "strong", "i": "em", "em": "em", "s": "s", "del": "s", "strike": "s"},
    **{"sup": "sup", "sub": "sub"},
}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend"})
_NOTHING = r":0(?:\.0*)?(?:px|pt|em|rem|%)?(?:;|!|$)"
# What nobody sees where it comes from, comments on a Word document among it.
_HIDDEN = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|mso-hide:all|mso-element:comment|mso-comment-reference"
    rf"|(?:font-size|opacity){_NOTHING}|color:transparent|clip:rect\([01]"
    r"|(?:^|;)(?:left|top|text-indent):-\d{3,}"
)
_UNSEEN_CLASSES = {"sr-only", "visually-hidden", "screen-reader-text"}
# Layouts by which any element is a block or a cell.
_BLOCK_LAYOUTS = re.compile(r"(?:block|flex|grid|list-item|table(?:-row|-cell|-caption)?)\b")
_LENGTH = re.compile(r"(-?)(\d+(?:\.\d+)?|\.\d+)(?:pt|px|em|ex|rem|%)")


@dataclass(frozen=True, slots=True)
class Style:
    marks: frozenset[str] = frozenset()
    href: str = ""
    heading: bool = False
    keep_lines: bool = False  # within <pre>


def is_hidden(element: Element) -> bool:
    """Whether nobody sees it where it comes from; also the marker of a list of Word, read by itself."""
    if "hidden" in element.attributes or _UNSEEN_CLASSES & set(element.attributes.get("class", "").split()):
        return True
    style = element.attributes.get("style", "")
    if not style:
        return False
    style = "".join(style.lower().split())
    return bool(_HIDDEN.search(style)) or "mso-list:ignore" in style


def is_block(element: Element) -> bool:
    return bool(_BLOCK_LAYOUTS.match(element.style.get("display", "")))


def styled(element: Element, style: Style) -> Style:
    marks = set(style.marks)
    if mark := _MARK_OF.get(element.tag):
        marks.add(mark)
    if element.attributes.get("style"):
        _apply(element.style, marks)
    tag = element.tag
    return replace(
        style,
        marks=frozenset(marks) if marks != style.marks else style.marks,
        href=element.attributes.get("href", "").strip() if tag == "a" else style.href,
        heading=style.heading or tag in _HEADINGS,
        keep_lines=style.keep_lines or tag == "pre" or _keeps_lines(element),
    )


def _apply(declared: dict[str, str], marks: set[str]) -> None:
    """Marks that a style adds, or takes away: Google's clipboard is one bold element that is not bold."""
    weight = declared.get("font-weight", "")
    if weight in ("bold", "bolder", "600", "700", "800", "900"):
        marks.add("strong")
    elif weight:
        marks.discard("strong")
    slant = declared.get("font-style", "")
    if slant in ("italic", "oblique"):
        marks.add("em")
    elif slant:
        marks.discard("em")
    if "line-through" in declared.get("text-decoration", "") + declared.get("text-decoration-line", ""):
        marks.add("s")
    if shift := _shift(declared):
        marks.add(shift)


def _keeps_lines(element: Element) -> bool:
    if not element.attributes.get("style"):
        return False
    return element.style.get("white-space", "").startswith(("pre", "break-spaces"))


def _shift(declared: dict[str, str]) -> str:
    """« sup » or « sub », however a style says it: by name, by a length, by Word's own property."""
    position = declared.get("vertical-align", "")
    position = position if position not in ("", "baseline") else declared.get("font-variant-position", "")
    if position in ("super", "text-top", "top"):
        return "sup"
    if position == "sub":
        return "sub"
    length = _LENGTH.match(declared.get("mso-text-raise", "") or position)
    if not length or not float(length[2]):
        return ""
    return "sub" if length[1] else "sup"
