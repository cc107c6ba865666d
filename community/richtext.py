"""Messages: what the rich editor sends made safe, and what is typed as text made HTML (docs/adr/0020)."""

import re

import nh3
from django.utils.html import urlize

from core.richtext import is_word, parse, to_html, to_text
from core.richtext.masks import masked, unmasked_html
from core.text import clean_text

# What `core.richtext` writes, and what the rich editor knows (rich.js): nothing is lost between them.
_TAGS = {"p", "br", "strong", "em", "s", "sup", "sub", "ul", "ol", "li", "blockquote", "a"}
_TAGS |= {"table", "tbody", "tr", "th", "td"}
_SPANS = {"colspan", "rowspan"}
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}, "ol": {"start", "type"}, "th": _SPANS, "td": _SPANS},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="nofollow noopener noreferrer ugc",
)

__all__ = ["from_text", "is_blank", "sanitize", "to_text"]


def sanitize(html: str) -> str:
    """Safe HTML, the same for the same content; empty when nothing can be read."""
    return unmasked_html(_cleaner.clean(masked(to_html(parse(html)))))


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing: white space and invisible characters only."""
    return not clean_text(text).strip()


# --- Plain text -------------------------------------------------------------------------------------------

_BLANK_LINES = re.compile(r"\n(?:[ \t\u00a0]*\n)+")
_ITEM = re.compile(r"( *)(?:(-)|(0|[1-9]\d{0,2})\.)( +)(?=\S)")


def from_text(text: str, stored: str = "") -> str:
    """HTML of a message that was typed as plain text. What is typed is what is shown.

    An empty line separates paragraphs. Lines that begin with dashes or numbers make a list where nothing can
    be taken for a sign or a quantity (`_list`). Nothing else is markup.

    `stored`: HTML of the message that is corrected. Of paragraphs whose text (`to_text` with links) is
    unchanged it keeps the HTML, so that plain text loses no formatting.
    """
    kept = {to_text(block, links=True).rstrip(): block for block in blocks_of(stored)}
    chunks = _BLANK_LINES.split(clean_text(text).strip("\n"))
    return sanitize("".join(kept.get(chunk.rstrip()) or _block(chunk) for chunk in chunks))


def blocks_of(html: str) -> list[str]:
    """Sanitized HTML, block by block."""
    return [to_html([block]) for block in parse(html)]


def _block(text: str) -> str:
    lines = [line.rstrip() for line in text.expandtabs(4).split("\n")]
    return _list(lines) or f"<p>{'<br>'.join(map(_inline, lines))}</p>"


def _inline(line: str) -> str:
    return urlize(line, autoescape=True)


def _list(lines: list[str]) -> str:
    """The list that these lines are, nested by their indentation; empty when one of them speaks against it.

    Every item begins with a word: « - 5 kg », « 2. 5 mg » are text. Numbers follow each other. One item with
    a dash is no list; one with a number is, since people answer « 2. Oui » to a second question.
    """
    items = [_ITEM.match(line) for line in lines]
    first = items[0]
    if first is None or first[1]:
        return ""
    if first[2] and sum(item is not None and not item[1] for item in items) == 1:
        return ""
    found = _read_list(list(zip(lines, items, strict=True)), 0)
    return found[0] if found and found[1] == len(lines) else ""


def _read_list(lines: list[tuple[str, re.Match[str] | None]], at: int) -> tuple[str, int] | None:
    """(HTML, line behind it) of the list that begins at a line; None: it is none."""
    first = lines[at][1]
    assert first is not None  # noqa: S101 - callers looked
    indent, number = len(first[1]), first[3]
    expected = int(number or 0)
    out: list[str] = []
    while at < len(lines):
        line, item = lines[at]
        if item is None or len(item[1]) < indent:
            break
        content = line[item.end() :]
        if len(item[1]) > indent or bool(item[3]) != bool(number) or not is_word(content):
            return None
        if number and int(item[3]) != expected:
            return None
        expected += 1
        at += 1
        parts = [_inline(content)]
        while at < len(lines) and len(lines[at][0]) - len(lines[at][0].lstrip(" ")) > indent:
            if lines[at][1] is None:
                parts.append(f"<br>{_inline(lines[at][0].strip())}")
                at += 1
                continue
            nested = _read_list(lines, at)
            if nested is None:
                return None
            parts.append(nested[0])
            at = nested[1]
        out.append(f"<li>{''.join(parts)}</li>")
    start = f' start="{number}"' if number and number != "1" else ""
    return (f"<ol{start}>{''.join(out)}</ol>" if number else f"<ul>{''.join(out)}</ul>"), at
