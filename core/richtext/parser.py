"""HTML, as people and programs write it, as blocks. Nothing that changes a value is dropped."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .blocks import Block, Cell, ListBlock, Paragraph, Quote, Run, Table
from .maths import MARKS
from .runs import paragraphs
from .styles import Style, is_block, is_hidden, styled
from .tree import BLOCKS, Element, read
from .word import is_number, list_level, marker_of

_LISTS = frozenset({"ul", "ol", "dir", "menu"})
_SOURCE_BREAK = re.compile(r"(?<![ \t\f])[ \t\f]*[\n\t\f][ \t\n\f]*")
_NUMBERING = {
    **{"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A"},
    **{"lower-roman": "i", "upper-roman": "I"},
}
# Beyond these, a table is an attack.
_MOST_SPANNED = 50


def parse(source: str) -> list[Block]:
    """The blocks of any HTML; text that stands in no block makes paragraphs."""
    flow = _Flow()
    flow.children(read(source), Style())
    return flow.close()


@dataclass(slots=True)
class _Flow:
    """The blocks of one container, and the paragraph that is being written."""

    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    heading: bool = False

    def close(self) -> list[Block]:
        self.end_paragraph()
        return self.blocks

    def end_paragraph(self) -> None:
        for runs in paragraphs(self.runs):
            self.blocks.append(Paragraph(runs, self.heading))
        self.runs, self.heading = [], False

    # --- What stands in it ------------------------------------------------------------------------------

    def children(self, element: Element, style: Style) -> None:
        for child in element.children:
            if isinstance(child, str):
                self.text(child, style)
            elif not is_hidden(child):
                self.element(child, styled(child, style))

    def text(self, text: str, style: Style) -> None:
        """White space with a line end is the source's own: it is one space, which edges of lines lose."""
        text = text.expandtabs(4) if style.keep_lines else _SOURCE_BREAK.sub("\r", text)
        if text:
            self.heading = self.heading or style.heading
            self.runs.append(Run(text, style.marks, style.href))

    def element(self, element: Element, style: Style) -> None:
        tag = element.tag
        if tag == "br":
            self.runs.append(Run("\n", style.marks, style.href))
        elif tag == "img":
            self._image(element, style)
        elif tag == "input":
            self.text(_entered(element), style)
        elif marks := MARKS.get(element.attributes.get("class", "")):
            self._maths(element, style, marks)
        elif tag == "q":
            self.text("« ", style)
            self.children(element, style)
            self.text(" »", style)
        elif tag not in BLOCKS and not is_block(element):
            self.children(element, style)
        else:
            self.end_paragraph()
            self.block(element, style)
            self.end_paragraph()

    def block(self, element: Element, style: Style) -> None:
        match element.tag:
            case "ul" | "ol" | "dir" | "menu":
                self.blocks.extend(_lists(element, style))
            case "li":
                _append_item(self.blocks, _inside(element, style))
            case "blockquote":
                if inner := _inside(element, style):
                    self.blocks.append(Quote(inner))
            case "table":
                self.blocks.extend(_table(element, style))
            case "dl":
                self.blocks.extend(_definitions(element, style))
            case "p" | "div" if level := list_level(element):
                self._word_item(element, style, level)
            case _:
                self.children(element, style)

    def _image(self, element: Element, style: Style) -> None:
        if alt := element.attributes.get("alt", "").strip():
            self.text(f"[image : {alt}]", style)

    def _maths(self, element: Element, style: Style, marks: tuple[str, ...]) -> None:
        parts = [part for part in element.children if isinstance(part, Element)]
        for position, (part, mark) in enumerate(zip(parts, marks, strict=False)):
            several = not any(marks) and len(part.text().split()) + len(part.text().strip()) > 2
            bar = "/" if position and not any(marks) else ""
            self.text(f"{bar}{'(' if several else ''}", style)
            self.children(part, replace(style, marks=style.marks | {mark}) if mark else style)
            self.text(")" if several else "", style)

    def _word_item(self, element: Element, style: Style, level: int) -> None:
        """Word's lists are paragraphs that carry their marker as text."""
        marker = marker_of(element)
        blocks = self.blocks
        for _deeper in range(level - 1):
            if not (blocks and isinstance(blocks[-1], ListBlock)):
                break
            blocks = blocks[-1].items[-1]
        number = re.fullmatch(r"(\d{1,4})[.)]", marker)
        if number or not is_number(marker):
            _append_item(blocks, _inside(element, style), int(number[1]) if number else None)
        else:  # « a) », « 1.1 »: as it was written
            blocks.extend(_inside(Element("p", children=[f"{marker} ", *element.children]), style))


def _inside(element: Element, style: Style) -> list[Block]:
    flow = _Flow()
    flow.children(element, style)
    return flow.close()


def _entered(element: Element) -> str:
    """What a field of a form shows."""
    kind = element.attributes.get("type", "text").lower()
    if kind in ("checkbox", "radio"):
        return "☑ " if "checked" in element.attributes else "☐ "
    return element.attributes.get("value", "") if kind not in ("hidden", "password") else ""


# --- Lists ------------------------------------------------------------------------------------------------


def _lists(element: Element, style: Style) -> list[Block]:
    """One list, or several where an item has a number of its own. An empty item is not shown, but counts."""
    found: list[Block] = []
    ordered = element.tag == "ol"
    if ordered and element.style.get("list-style-type") == "none":
        ordered = False  # its items have numbers of their own, or none
    step = -1 if "reversed" in element.attributes else 1
    count = sum(isinstance(child, Element) and child.tag == "li" for child in element.children)
    number = _number(element.attributes.get("start"), count if step < 0 else 1) if ordered else None
    numbering = _numbering(element) if ordered else "1"
    for child in element.children:
        if isinstance(child, str):
            if not child.strip():
                continue
            child = Element("li", children=[child])
        if is_hidden(child):
            continue
        if child.tag in _LISTS:  # beside the items, not in one
            inner = _lists(child, style)
            if found and isinstance(found[-1], ListBlock):
                found[-1].items[-1].extend(inner)
                continue
        else:
            inner = _inside(child, styled(child, style))
            if not inner and child.tag != "li":
                continue
        if number is not None:
            number = _number(child.attributes.get("value"), number)
        _append_item(found, inner, number, numbering)
        if number is not None:
            number += step
    return found


def _append_item(
    blocks: list[Block], item: list[Block], number: int | None = None, numbering: str = "1"
) -> None:
    """Continues the list that ends these blocks, if this is its next item; begins one otherwise."""
    if not item:
        return
    last = blocks[-1] if blocks else None
    if isinstance(last, ListBlock) and number == (
        None if last.start is None else last.start + len(last.items)
    ):
        last.items.append(item)
    else:
        blocks.append(ListBlock([item], number, numbering))


def _numbering(element: Element) -> str:
    given = element.attributes.get("type", "")
    if given in ("a", "A", "i", "I"):
        return given
    items = [child for child in element.children if isinstance(child, Element)]
    styles = [element.style, *(item.style for item in items[:1])]
    return next(filter(None, (_NUMBERING.get(style.get("list-style-type", "")) for style in styles)), "1")


def _number(given: str | None, default: int) -> int:
    return int(given) if given and re.fullmatch(r"\s*-?[0-9]{1,7}\s*", given) else default


def _definitions(element: Element, style: Style) -> list[Block]:
    """« Horaires : 7 h à 19 h », one line a definition."""
    found: list[Block] = []
    term: list[Run] | None = None
    for child in _parts_of(element):
        blocks = _inside(child, styled(child, style))
        if not blocks:
            continue
        first = blocks[0]
        if child.tag == "dt" and len(blocks) == 1 and isinstance(first, Paragraph):
            if term:
                found.append(Paragraph(term))
            term = first.runs
        else:
            if term and isinstance(first, Paragraph):
                colon = " " if term[-1].text.rstrip().endswith(":") else " : "
                blocks[0] = Paragraph([*term, Run(colon), *first.runs])
            elif term:
                blocks.insert(0, Paragraph(term))
            term = None
            found.extend(blocks)
    return [*found, Paragraph(term)] if term else found


def _parts_of(element: Element) -> Iterable[Element]:
    """dt and dd, which may stand in groups."""
    for child in element.children:
        if isinstance(child, str):
            if child.strip():
                yield Element("dd", children=[child])
        elif not is_hidden(child):
            yield from _parts_of(child) if child.tag == "div" else [child]


# --- Tables -----------------------------------------------------------------------------------------------


def _table(element: Element, style: Style) -> list[Block]:
    """Its caption, and the table. One column is no table: its rows are blocks."""
    outside, rows = _Flow(), []
    _rows(element, style, rows, outside)
    rows = [row for row in rows if any(cell.blocks for cell in row)]
    if max((len(row) for row in rows), default=0) > 1:
        return [*outside.close(), Table(rows)]
    return [*outside.close(), *(block for row in rows for cell in row for block in cell.blocks)]


def _rows(element: Element, style: Style, rows: list[list[Cell]], outside: _Flow) -> None:
    for child in element.children:
        if isinstance(child, str) or is_hidden(child):
            continue
        inner = styled(child, style)
        if child.tag == "tr":
            rows.append(
                [
                    _cell(cell, inner)
                    for cell in child.children
                    if isinstance(cell, Element) and not is_hidden(cell)
                ]
            )
        elif child.tag in ("thead", "tbody", "tfoot"):
            _rows(child, inner, rows, outside)
        else:
            outside.element(child, inner)


def _cell(element: Element, style: Style) -> Cell:
    columns, rows = (
        max(1, min(_number(element.attributes.get(name), 1), _MOST_SPANNED))
        for name in ("colspan", "rowspan")
    )
    return Cell(_inside(element, styled(element, style)), element.tag == "th", columns, rows)
