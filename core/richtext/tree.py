"""HTML as a tree: well formed, of known elements, whatever was sent."""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from core.text import clean_text, is_deep

from .masks import masked, unmasked_text
from .maths import as_spans

# Elements whose edges are breaks.
BLOCKS_TEXT = (
    "address article aside blockquote caption center dd details dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol optgroup "
    "option p pre section summary table tbody td tfoot th thead tr ul"
)
BLOCKS = frozenset(BLOCKS_TEXT.split())
_INLINE_TEXT = "a b br del em font i img ins q s span strike strong sub sup u"
_INLINE = frozenset(_INLINE_TEXT.split())
# Elements whose content nobody sees as text.
_UNSEEN_TEXT = (
    "annotation annotation-xml datalist iframe noembed noframes noscript object script style svg template "
    "title xml"
)
_UNSEEN = frozenset(_UNSEEN_TEXT.split())
_VOID = frozenset({"br", "hr", "img", "input"})
_cleaner = nh3.Cleaner(
    tags=BLOCKS | _INLINE | {"input"},
    clean_content_tags=_UNSEEN,
    attributes={
        "*": {"class", "hidden", "style"},
        "a": {"href"},
        "img": {"alt"},
        "input": {"checked", "type", "value"},
        "li": {"value"},
        "ol": {"reversed", "start", "type"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)
_TAG = re.compile(r"<[^<>]*>")
_CELL = re.compile(r"<t[rdh][\s>]", re.IGNORECASE)
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_STYLE = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)
    has_block: bool = False  # at any depth

    @property
    def style(self) -> dict[str, str]:
        text = self.attributes.get("style", "")
        return {name: value.strip() for name, value in _STYLE.findall(text.lower())} if text else {}

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def read(source: str) -> Element:
    """The tree of any HTML, in linear time. Of markup nested beyond measure only the words are kept."""
    source = clean_text(source)
    if is_deep(source):
        words = (" ".join(part.split()) for part in html.unescape(_TAG.sub("\n", source)).split("\n"))
        return Element("body", children=[Element("p", children=[word]) for word in words if word])
    if _CELL.search(source) and not _TABLE.search(source):
        source = f"<table>{source}</table>"  # rows alone: without a table, their cells would run together
    builder = _Builder()
    builder.feed(_cleaner.clean(masked(as_spans(source))))
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    """Of what the cleaner wrote: every element is closed, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("body")
        self.opened = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: unmasked_text(value or "") for name, value in attrs})
        self.opened[-1].children.append(element)
        if tag not in _VOID:
            self.opened.append(element)

    def handle_endtag(self, tag: str) -> None:
        if len(self.opened) > 1 and tag not in _VOID:
            closed = self.opened.pop()
            closed.has_block = any(
                isinstance(child, Element) and (child.tag in BLOCKS or child.has_block)
                for child in closed.children
            )

    def handle_data(self, data: str) -> None:
        self.opened[-1].children.append(clean_text(unmasked_text(data)))
