"""Partners' HTML, or plain text, as the rich text that editors write."""

import html
import re

import nh3

from core.text import is_deep

TAGS = {"p", "br", "ul", "ol", "li", "b", "strong", "i", "em", "sup", "sub", "a"}
SCHEMES = {"http", "https", "mailto", "tel"}
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_HEADING = re.compile(r"<(/?)h[1-6]\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:p|ul|ol)>")
_DEAD_LINK = re.compile(r"<a>(.*?)</a>", re.DOTALL)
_EMPTY = re.compile(r"<(p|ul|ol|li|b|strong|i|em|a)>\s*</\1>")


def rich_text(source: str) -> str:
    """Only the tags that the editor offers, and absolute links; empty when no word is left.

    Of markup that is nested beyond measure only the words are kept."""
    if "<" not in source and "&" in source:
        source = html.unescape(source)
    if is_deep(source):
        source = without_markup(source)
    if not _TAG.search(source):
        return _paragraphs(source)
    source = _HEADING.sub(lambda tag: "</b></p>" if tag[1] else "<p><b>", source)
    cleaned = nh3.clean(
        source,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        attribute_filter=_absolute,
        link_rel=None,
        strip_comments=True,
    )
    # The cleaner writes no-break spaces as entities; the editor keeps them as characters.
    cleaned = cleaned.replace("<br>", "<br/>").replace("&nbsp;", "\u00a0")
    cleaned = _DEAD_LINK.sub(r"\1", cleaned).strip()
    while (shorter := _EMPTY.sub("", cleaned)) != cleaned:
        cleaned = shorter.strip()
    if cleaned and not _BLOCK.search(cleaned):
        cleaned = f"<p>{cleaned}</p>"
    return cleaned


def _absolute(tag: str, attribute: str, value: str) -> str | None:
    """A relative address is of the partner's site, not of this one."""
    return value if value.partition(":")[0].lower() in SCHEMES else None


def _paragraphs(text: str) -> str:
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts).replace("\n", "<br/>")


def without_markup(rich: str) -> str:
    """The words, blocks apart: for checks, not for people."""
    return html.unescape(re.sub(r"<[^<>]*>", " ", rich))
