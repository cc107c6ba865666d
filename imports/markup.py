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

TAGS = {"p", "br", "ul", "ol", "li", "b", "i", "sup", "sub", "a"}
SCHEMES = {"http", "https", "mailto", "tel"}
_NAMES = {"strong": "b", "em": "i"}  # as the editor writes them
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_BREAK = re.compile(r"<(?:br|p|div|li|tr|td|h[1-6]|dt|dd|section|article|blockquote|pre|hr)\b", re.IGNORECASE)


def rich_text(source: str) -> str:
    """Only the tags that the editor offers, and absolute links; empty when no word is left.

    What the editor does not offer is written so that it reads right: struck text, tables, quotations, lists
    that begin with another number. Of markup that is nested beyond measure only the words are kept."""
    if "<" not in source and "&" in source:
        source = html.unescape(source)
    if not _TAG.search(source):
        source = html.escape(source, quote=False)
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
            found.append(Run(blocks_text([Paragraph(list(group))])))
        else:
            found += [run if _is_absolute(run.href) else replace(run, href="") for run in group]
    return found


def _is_absolute(href: str) -> bool:
    """A relative address is of the partner's site, not of this one."""
    return href.partition(":")[0].lower() in SCHEMES
