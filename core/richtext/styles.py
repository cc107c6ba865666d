"""What an element makes of its text: marks, links, headings, nothing at all."""

import re
from dataclasses import dataclass, replace

from .tree import Element

_MARK_OF = {
    **{"b": "strong", "strong": "strong", "i": "em", "em": "em", "s": "s", "del": "s", "strike": "s"},
    **{"sup": "sup", "sub": "sub"},
}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend"})
_HIDDEN = re.compile(r"display:none|visibility:hidden|mso-hide:all|font-size:0(?:px|pt|em|%)?(?:;|$)")


@dataclass(frozen=True, slots=True)
class Style:
    marks: frozenset[str] = frozenset()
    href: str = ""
    heading: bool = False
    keep_lines: bool = False  # within <pre>


def is_hidden(element: Element) -> bool:
    """Whether nobody sees it where it comes from; also the marker of a list of Word, read by itself."""
    if "hidden" in element.attributes:
        return True
    style = element.attributes.get("style", "")
    if not style:
        return False
    style = "".join(style.lower().split())
    return bool(_HIDDEN.search(style)) or "mso-list:ignore" in style


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
        keep_lines=style.keep_lines or tag == "pre",
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
    raised = declared.get("vertical-align", "")
    if raised in ("super", "sub"):
        marks.add("sup" if raised == "super" else "sub")
