"""Runs of text without the white space that was the source's own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .blocks import Run

_EMPTY_LINES = re.compile(r"\n(?:[ \u00a0]*\n)+")


def paragraphs(source: Sequence[Run]) -> Iterator[list[Run]]:
    """An empty line between two line breaks separates paragraphs, as it does in what is typed as text."""
    runs = _trimmed(source)
    text = "".join(run.text for run in runs)
    edges = [0, *(edge for gap in _EMPTY_LINES.finditer(text) for edge in gap.span()), len(text)]
    if len(edges) == 2:
        yield from filter(None, [list(runs)])
        return
    position, waiting = 0, list(reversed(runs))
    for number, edge in enumerate(edges[1:]):
        part: list[Run] = []
        while position < edge:
            run = waiting.pop()
            taken = run.text[: edge - position]
            position += len(taken)
            part.append(replace(run, text=taken))
            if rest := run.text[len(taken) :]:
                waiting.append(replace(run, text=rest))
        if number % 2 == 0 and part:
            yield part


def _trimmed(runs: Sequence[Run]) -> list[Run]:
    """Without white space at the edges of lines that was the source's (« \\r »), nor empty lines around."""
    found: list[Run] = []
    at_start = True  # of a line
    for run in runs:
        parts = []
        for part in re.split(r"(\r|\n)", run.text):
            if part == "\r":
                parts.append("" if at_start else " ")
            elif part == "\n":
                parts.append("\n")
                at_start = True
            elif part:
                parts.append(part)
                at_start = False
            if part == "\r" and not at_start:
                at_start = True  # one space is enough
        if text := "".join(parts):
            found.append(replace(run, text=text))
    return _stripped(found)


def _stripped(runs: list[Run]) -> list[Run]:
    """No space before a line's end; no empty line around; neighbours with the same marks are one run."""
    if not any(not run.text.isspace() for run in runs):
        return []
    joined: list[Run] = []
    for run in runs:
        if run.text.isspace() and joined and "\n" not in run.text:
            run = replace(run, marks=run.marks & joined[-1].marks)
        if joined and (joined[-1].marks, joined[-1].href) == (run.marks, run.href):
            joined[-1] = replace(run, text=joined[-1].text + run.text)
        else:
            joined.append(run)
    while joined and not (text := joined[-1].text.rstrip(" \n")):
        joined.pop()
    if joined:
        joined[-1] = replace(joined[-1], text=text)
    while joined and not (text := joined[0].text.lstrip("\n")):
        joined.pop(0)
    if joined:
        joined[0] = replace(joined[0], text=text)
    return joined
