"""Partners' HTML, or plain text, as the rich text that editors write."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import nh3

from core.richtext import blocks_text, parse, to_html, to_text
from core.richtext.blocks import Block, ListBlock, Paragraph, Quote, Run
from core.richtext.masks import masked, unmasked_html
from core.richtext.maths import NAMES

TAGS = {"p", "br", "ul", "ol", "li", "b", "i", "sup", "sub", "a"}
SCHEMES = {"http", "https", "mailto", "tel"}
_NAMES = {"strong": "b", "em": "i"}  # as the editor writes them
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_ELEMENTS_TEXT = (
    "a abbr acronym address area article aside audio b base basefont bdi bdo big blink blockquote body br "
    "button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl "
    "dt em embed fieldset figcaption figure font footer form frame frameset h[1-6] head header hgroup hr "
    "html i iframe img input ins kbd label legend li link main map mark marquee menu meta meter nav "
    "nobr noframes noscript object ol optgroup option output p param picture pre progress q rp rt ruby s "
    "samp script search section select slot small source span strike strong style sub summary sup svg table "
    "tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xml"
)
# « DFG<limite et K>5 » holds no tag. Names with a colon or dash are of word processors and web pages.
_NO_TAG = re.compile(
    rf"<(?!/?(?:{_ELEMENTS_TEXT.replace(' ', '|')}|{NAMES}|[a-z][\w.]*[:-][\w:.-]*)(?=[\s/>])|[!?])",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|p|div|li|tr|td|h[1-6]|dt|dd|section|article|blockquote|pre|hr)\b", re.IGNORECASE)


def rich_text(source: str) -> str:
    """Only the tags that the editor offers, and absolute links; empty when no word is left.

    What the editor does not offer is written so that it reads right: struck text, tables, quotations, lists
    that begin with another number. Of markup that is nested beyond measure only the words are kept."""
    if "<" not in source and "&" in source:
        source = html.unescape(source)
    marked_up = _NO_TAG.sub("&lt;", source)
    source = marked_up if _TAG.search(marked_up) else html.escape(source, quote=False)
    if not _BREAK.search(source):
        source = _lines(source)
    cleaned = nh3.clean(
        masked(to_html(_offered(parse(source)), _NAMES)),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return unmasked_html(cleaned).replace("<br>", "<br/>")


def without_markup(rich: str) -> str:
    """The words, blocks apart: for checks, not for people."""
    return to_text(rich)


def _lines(text: str) -> str:
    """Text of lines, with a few tags in them at most: an empty line separates paragraphs."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{part.strip()}</p>" for part in parts).replace("\n", "<br>")


def _offered(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Paragraph():
                yield Paragraph(_runs(block.runs), block.heading)
            case ListBlock(start=None | 1, numbering="1"):
                yield replace(block, items=[list(_offered(item)) for item in block.items])
            case Quote():
                yield from _quoted(list(_offered(block.blocks)))
            case _:
                yield Paragraph([Run(blocks_text([block]))])


def _quoted(blocks: Sequence[Block]) -> Sequence[Block]:
    first, last = blocks[0], blocks[-1]
    if isinstance(first, Paragraph) and isinstance(last, Paragraph):
        first.runs.insert(0, Run("«\u00a0"))
        last.runs.append(Run("\u00a0»"))
    return blocks


def _runs(runs: Sequence[Run]) -> list[Run]:
    """Struck text as text, and links that lead out of the partner's site only."""
    found: list[Run] = []
    for struck, group in groupby(runs, key=lambda run: "s" in run.marks):
        if struck:
            gap = " " if found and found[-1].text[-1:].isalnum() else ""
            found.append(Run(gap + blocks_text([Paragraph(list(group))])))
        else:
            kept = [run if _is_absolute(run.href) else replace(run, href="") for run in group]
            if found and kept[0].text[:1].isalnum():
                kept[0] = replace(kept[0], text=f" {kept[0].text}")
            found += kept
    return found


def _is_absolute(href: str) -> bool:
    """A relative address is of the partner's site, not of this one."""
    return href.partition(":")[0].lower() in SCHEMES
