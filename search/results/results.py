"""What is shown of each hit: the database's row, the passage that was found, why it is there.

The database has the last word twice: on the rows, and on every word of their titles and passages. One query
per kind, one more for kinds whose rows have parts (threads), however many hits there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from ..documents import Key, by_kind
from ..engines.base import SearchResponse
from ..query import ParsedText
from ..query.passages import patterns_of
from ..query.plan import Plan, build_plan
from ..query.text import parse_text
from ..sources import Part, Row, Source, Viewer, sources
from .highlight import Marks, mark_all, marks_of, passage
from .match_explanations import reasons


@dataclass(frozen=True, slots=True)
class Result:
    row: Row
    source: Source
    title: SafeString
    extract: SafeString
    url: str
    # What the title and the passage do not say: « kiné = masseur-kinésithérapeute », « Thème : Douleur »,
    # « dans une réponse ».
    reasons: Sequence[str] = ()


def results(
    response: SearchResponse, text: ParsedText, viewer: Viewer, also: Sequence[Key] = ()
) -> dict[Key, Result]:
    """What this viewer may read of these hits, and of what is shown `also`. `text`: what was typed."""
    plan = build_plan(parse_text(response.corrected) if response.corrected else text)
    keywords = dict.fromkeys(also, "") | {(hit.kind, hit.pk): hit.keywords for hit in response.hits}
    known, marks = sources(), marks_of(plan)
    kinds = {
        kind: _Kind(known[kind], pks, viewer, plan, marks)
        for kind, pks in by_kind(keywords).items()
        if kind in known
    }
    shown = {key: kinds[key[0]].result(key[1], said) for key, said in keywords.items() if key[0] in kinds}
    return {key: result for key, result in shown.items() if result}


class _Kind:
    """The hits of one kind."""

    def __init__(self, source: Source, pks: Sequence[int], viewer: Viewer, plan: Plan, marks: Marks) -> None:
        self.source, self.plan, self.marks = source, plan, marks
        self.rows = source.visible(pks, viewer)
        self.parts = self._best_parts(viewer) if self.marks else {}

    def _best_parts(self, viewer: Viewer) -> Mapping[int, tuple[Part, str]]:
        """pk of a row → the part that says most, the first such, and its passage."""
        best: dict[int, tuple[int, Part, str]] = {}
        for part in self.source.parts(list(self.rows), viewer, patterns_of(self.plan)):
            score, extract = passage(part.text, self.marks)
            if score > (best[part.owner][0] if part.owner in best else 0):
                best[part.owner] = (score, part, extract)
        return {pk: (part, extract) for pk, (_score, part, extract) in best.items()}

    def result(self, pk: int, keywords: str) -> Result | None:
        row = self.rows.get(pk)
        if row is None:
            return None
        part, extract = self.parts.get(pk) or (None, passage(row.text, self.marks)[1])
        apart = part is not None and part.apart
        title = mark_all(row.title, self.marks) or escape(row.title)
        shown = " · ".join([row.title, extract, *map(str, row.facts), row.place, row.signal])
        notes = [str(self.source.part_note)] if apart else []
        return Result(
            row=row,
            source=self.source,
            title=SafeString(title),
            extract=SafeString(extract or escape(row.summary)),
            url=self.source.part_url(part.pk) if part and apart else row.url,
            reasons=[*notes, *reasons(self.plan, shown, keywords, title + extract)],
        )
