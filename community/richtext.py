"""What people write, made safe: a few tags of HTML, and the same as plain text.

Without JavaScript the composer sends plain text; `from_text` and `to_text` are each other's inverse for
paragraphs, lists and quotes, so that editing a post as text keeps them.
"""

import re
from html.parser import HTMLParser

import nh3
from django.utils.html import urlize

from core.text import is_deep, strip_control

_cleaner = nh3.Cleaner(
    tags={"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a"},
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener noreferrer ugc",
)
_empty_block = re.compile(r"<(p|li|blockquote)>(?:\s|&nbsp;|<br>)*</\1>")
# The rich editor puts a paragraph into each item; alone there, it says nothing.
_item_paragraph = re.compile(r"<li><p>((?:(?!</p>).)*)</p>(?=</li>|<[uo]l>)", re.DOTALL)
_has_block = re.compile(r"<(?:p|ul|ol|blockquote)>")
# Synonyms that pasted text uses; nh3 would drop the tag and keep the text.
_renamed = re.compile(r"<(/?)(b|i)(?=[\s>])", re.IGNORECASE)
_invisible = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
# What nobody sees and what turns the words around it: zero-width signs, directions of writing, soft hyphens.
# A joiner (U+200D) stays within an emoji made of several.
_unseen = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
    "|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
# Begins at the beginning of white space only: trying each place of a long run would take its square.
_line_end = re.compile(r"(?<!\s)\s*\n\s*")


def one_line(text: str) -> str:
    """A title or a name: visible characters and single spaces, nothing that reorders what stands around."""
    return " ".join(_unseen.sub("", strip_control(text)).split())


def sanitize(html: str) -> str:
    """Safe HTML made of paragraphs, lists and quotes; empty when nothing can be read, or it is too deep."""
    if is_deep(html):
        return ""
    html = _renamed.sub(lambda m: f"<{m[1]}{'strong' if m[2].lower() == 'b' else 'em'}", strip_control(html))
    clean = _item_paragraph.sub(r"<li>\1", _empty_block.sub("", _cleaner.clean(html))).strip()
    if is_blank(to_text(clean)):
        return ""
    return clean if _has_block.search(clean) else f"<p>{clean}</p>"


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing: white space and invisible characters only."""
    return not _invisible.sub("", text)


def from_text(text: str) -> str:
    """HTML of plain text: a blank line separates paragraphs, « - » and « 1. » make lists, « > » a quote."""
    blocks = re.split(r"\n\s*\n", strip_control(text).strip())
    return sanitize("".join(_block(block.split("\n")) for block in blocks))


_markers = (
    (re.compile(r"\s*[-•]\s+"), "<ul>{}</ul>", "<li>{}</li>", ""),
    (re.compile(r"\s*\d{1,3}[.)]\s+"), "<ol>{}</ol>", "<li>{}</li>", ""),
    (re.compile(r"\s*>\s?"), "<blockquote><p>{}</p></blockquote>", "{}", "<br>"),
)


def _block(lines: list[str]) -> str:
    for marker, around, each, between in _markers:
        if all(marker.match(line) for line in lines):
            return around.format(
                between.join(each.format(_inline(marker.sub("", line, 1))) for line in lines)
            )
    return f"<p>{'<br>'.join(_inline(line) for line in lines)}</p>"


def _inline(line: str) -> str:
    return urlize(line.strip(), autoescape=True)


def to_text(html: str) -> str:
    """Plain text of sanitized HTML, as `from_text` reads it."""
    writer = _TextWriter()
    writer.feed(html)
    writer.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(writer.out)).strip()


class _TextWriter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.lists: list[int | None] = []  # None: bullets; else the number of the last item
        self.quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self.out.append("\n\n" if not self.lists else "")
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag == "br":
            self.out.append(f"\n{'> ' * self.quotes}")
        elif tag == "blockquote":
            self.quotes += 1
            self.out.append("\n\n> ")
        elif tag == "p" and not self.lists and (not self.quotes or not self._at_quote_start()):
            self.out.append("\n\n" if not self.quotes else "\n> ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self.out.append("\n\n" if not self.lists else "")
        elif tag == "blockquote" and self.quotes:
            self.quotes -= 1
            self.out.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.out.append(_line_end.sub(" ", data))

    def _item(self) -> None:
        number = self.lists[-1] if self.lists else None
        if number is not None:
            self.lists[-1] = number + 1
        self.out.append("\n" + (f"{number + 1}. " if number is not None else "- "))

    def _at_quote_start(self) -> bool:
        return "".join(self.out[-2:]).endswith("> ")
