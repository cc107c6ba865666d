"""Blocks as HTML: the same HTML for the same content, whatever it was read from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from .blocks import MARKS, Block, Cell, ListBlock, Paragraph, Quote, Run, Table

_AS_MARKS: Mapping[str, str] = {}


def to_html(blocks: Iterable[Block], names: Mapping[str, str] = _AS_MARKS) -> str:
    """Not sanitized: `href` is as it came. `names`: mark → element, where it has not the mark's name."""
    return _Writer(names).blocks(blocks)


@dataclass(frozen=True, slots=True)
class _Writer:
    names: Mapping[str, str]

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(map(self.block, blocks))

    def block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return f"<p>{self.runs(_titled(block))}</p>"
            case ListBlock():
                items = "".join(f"<li>{self.within(item)}</li>" for item in block.items)
                return f"<ul>{items}</ul>" if block.start is None else f"<ol{_numbers(block)}>{items}</ol>"
            case Quote():
                return f"<blockquote>{self.blocks(block.blocks)}</blockquote>"
            case Table():
                rows = "".join(f"<tr>{''.join(map(self.cell, row))}</tr>" for row in block.rows)
                return f"<table><tbody>{rows}</tbody></table>"

    def within(self, blocks: Sequence[Block]) -> str:
        """Of an item or cell: a paragraph alone, or before lists, needs no element."""
        if blocks and isinstance(blocks[0], Paragraph):
            others = blocks[1:]
            if all(isinstance(other, ListBlock) for other in others):
                return self.runs(_titled(blocks[0])) + self.blocks(others)
        return self.blocks(blocks)

    def cell(self, cell: Cell) -> str:
        tag = "th" if cell.header else "td"
        columns = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
        rows = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
        return f"<{tag}{columns}{rows}>{self.within(cell.blocks)}</{tag}>"

    def runs(self, runs: Iterable[Run]) -> str:
        """Each mark's element is opened once for the runs beside each other that have it."""
        out: list[str] = []
        opened: list[tuple[str, str]] = []  # (element, href)
        for run in runs:
            wanted = [("a", run.href)] if run.href else []
            wanted += [(self.names.get(mark, mark), "") for mark in MARKS if mark in run.marks]
            shared = 0
            while shared < min(len(opened), len(wanted)) and opened[shared] == wanted[shared]:
                shared += 1
            out += [f"</{name}>" for name, _href in reversed(opened[shared:])]
            out += [f'<a href="{escape(href)}">' if href else f"<{name}>" for name, href in wanted[shared:]]
            opened = wanted
            out.append(escape(run.text, quote=False).replace("\n", "<br>"))
        return "".join([*out, *(f"</{name}>" for name, _href in reversed(opened))])


def _titled(paragraph: Paragraph) -> list[Run]:
    """A heading is bold: there are no headings here, which outlines would mix with the page's."""
    if not paragraph.heading:
        return paragraph.runs
    return [replace(run, marks=run.marks | {"strong"}) for run in paragraph.runs]


def _numbers(block: ListBlock) -> str:
    start = f' start="{block.start}"' if block.start != 1 else ""
    return start + (f' type="{block.numbering}"' if block.numbering != "1" else "")
