"""Blocks as plain text that reads right: extracts, mails, feeds, structured data, fields of corrections."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from urllib.parse import unquote

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from .blocks import Block, Cell, ListBlock, Paragraph, Quote, Run, Table
from .parser import parse

_SUPERSCRIPTS = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
)
_RAISED = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_CALCULUS = frozenset("+-−=()/±<>,.")
_SUBSCRIPTS = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
# What French abbreviates: « 1er », « Mme », « n° » read right on the line.
_ABBREVIATED_TEXT = (
    "e er ers re res r rs nd nde nds ndes d de ds des o os me mes lle lles gr ts ème èmes ième ièmes "
    "ère ères ᵉ th st rd"
)
_ABBREVIATED = frozenset(_ABBREVIATED_TEXT.split())
_SIGNS = {"TM": "™", "tm": "™", "SM": "℠", "R": "®", "®": "®", "™": "™", "°": "°", "*": "*"}
# A dash is a bullet where nobody can take it for a sign: before a word, « à » and « l’ » included.
_WORD = re.compile(
    r"[\"'’«“(\[\s\u00a0]*(?=[^\W\d_]{2}|[aày]\s|[cdjlmnst]['’ʼ])([^\W\d_]+)(.?)", re.IGNORECASE
)
_UNITS_TEXT = (
    "mg µg μg mcg kg ng pg ml cl dl mol mmol µmol meq ui mui iu kcal kj mmhg cmh2o bpm min sec ms mm "
    "cm km cp cpr gtt gouttes amp ans jours mois semaines heures h"
)
_UNITS = frozenset(_UNITS_TEXT.split())
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)")
_SPANNED = 60  # characters of a cell that are repeated in each row it spans


def to_text(source: str, *, links: bool = False) -> str:
    """Plain text of any HTML, in linear time: paragraphs are separated by an empty line.

    A list has dashes or its numbers, a quotation guillemets, a row of a table bars between its cells; what
    is raised, lowered or struck out is written so. `links`: addresses follow what links to them.
    """
    return blocks_text(parse(source), links=links)


def blocks_text(blocks: Iterable[Block], *, links: bool = False) -> str:
    """The same of blocks that were read already."""
    return "\n\n".join(_texts(blocks, links))


def is_word(text: str) -> bool:
    """Whether a text begins with a word: a dash or number before it is no sign and no quantity."""
    found = _WORD.match(text)
    return found is not None and found[1].lower() not in _UNITS and found[2] not in ("/", "%")


def _texts(blocks: Iterable[Block], links: bool, nested: bool = False) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph():
                yield _inline(block.runs, links)
            case ListBlock():
                yield _list(block, links, nested)
            case Quote():
                yield f"« {_joined(block.blocks, links)} »"
            case Table():
                yield "\n".join(_rows(block, links))


def _joined(blocks: Iterable[Block], links: bool) -> str:
    return "\n".join(_texts(blocks, links))


# --- Within a line ----------------------------------------------------------------------------------------


def _inline(runs: Sequence[Run], links: bool) -> str:
    said: list[str] = []
    last = ""  # character
    for struck, group in groupby(runs, key=lambda run: "s" in run.marks):
        text = "".join(_placed(list(group), links))
        if struck and text.strip():
            text = f"{' ' if last.isalnum() else ''}{_struck(text)}"
        elif last == "]" and text[:1].isalnum():
            text = f" {text}"
        said.append(text)
        last = text[-1:] or last
    return "".join(said)


def _struck(text: str) -> str:
    return text.replace(text.strip(), _struck_words() % {"text": text.strip()})


@cache
def _struck_words() -> str:
    with override(settings.LANGUAGE_CODE):  # the same text whoever saves it
        return _("[struck out: %(text)s]")


def _placed(runs: Sequence[Run], links: bool) -> Iterator[str]:
    def place(run: Run) -> tuple[str, str]:
        return next((mark for mark in ("sup", "sub") if mark in run.marks), ""), run.href

    for (mark, href), group in groupby(runs, key=place):
        text = "".join(run.text for run in group)
        yield raised(text) if mark == "sup" else lowered(text) if mark == "sub" else text
        if links and href and not href.startswith("#") and _address(href) != _address(text):
            yield f" ({href})"


def _address(href: str) -> str:
    """An address as people write it: « www.exemple.fr/été » for https://www.exemple.fr/%C3%A9t%C3%A9."""
    return _SCHEME.sub("", unquote(href.strip())).rstrip("/")


def raised(text: str) -> str:
    """« ⁹ », « ²⁺ »; « er » of « 1er » stays; « ^(0,5) » where no sign exists."""
    bare = text.strip()
    if not bare or bare.lower() in _ABBREVIATED or text.startswith("["):
        return text
    if bare in _SIGNS:
        return _SIGNS[bare]
    if not any(char.isalnum() and char not in _RAISED for char in bare) and not _CALCULUS & set(bare):
        return text  # « ² », « ** », « † »
    if all(ord(char) in _SUPERSCRIPTS for char in bare):
        return text.replace(bare, bare.translate(_SUPERSCRIPTS))
    return text.replace(bare, f"^({bare})")


def lowered(text: str) -> str:
    """« ₂ », « ₂max »; letters stay (« Cmax »); « _(1/2) » where no sign exists."""
    bare = text.strip()
    if not bare or all(char.isalpha() for char in bare):
        return text
    if all(char.isalpha() or ord(char) in _SUBSCRIPTS for char in bare):
        return text.replace(bare, bare.translate(_SUBSCRIPTS))
    return text.replace(bare, f"_({bare})")


# --- Lists and tables -------------------------------------------------------------------------------------


def _list(block: ListBlock, links: bool, nested: bool) -> str:
    items = ["\n".join(_texts(item, links, nested=True)) for item in block.items]
    if block.start is not None:
        markers = [f"{_number(block.start + at, block.numbering)}. " for at in range(len(items))]
    elif (nested or len(items) > 1) and all(map(is_word, items)):
        markers = ["- "] * len(items)
    else:
        markers = ["• "] * len(items)
    return "\n".join(
        marker + item.replace("\n", "\n" + " " * len(marker))
        for marker, item in zip(markers, items, strict=True)
    )


def _number(number: int, numbering: str) -> str:
    if numbering in "aA" and 0 < number <= 26:
        return chr(ord(numbering) + number - 1)
    if numbering in "iI" and 0 < number < 40:
        tens, ones = divmod(number, 10)
        roman = "X" * tens + ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][ones]
        return roman if numbering == "I" else roman.lower()
    return str(number)


def _rows(table: Table, links: bool) -> Iterator[str]:
    """A cell that spans rows is repeated in each, so that columns stay columns."""
    hanging: dict[int, tuple[str, int]] = {}  # column → text of the cell above, rows that it still spans
    for row in table.rows:
        line: list[str] = []
        below: dict[int, tuple[str, int]] = {}
        cells = list(reversed(row))
        while cells or len(line) in hanging:
            at = len(line)
            if at in hanging:
                text, left = hanging[at]
                columns = 1
            else:
                cell = cells.pop()
                text, left, columns = _cell(cell, links), cell.rows, cell.columns
            line += [text] + [""] * (columns - 1)
            if left > 1:
                below[at] = (text if len(text) <= _SPANNED else "", left - 1)
        hanging = below
        yield " | ".join(line).strip()


def _cell(cell: Cell, links: bool) -> str:
    return " ; ".join(filter(None, _joined(cell.blocks, links).split("\n")))
