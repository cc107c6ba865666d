"""Results: the rows of the hits, with highlights, extracts and explanations.

Rows, titles and passages are read from the database, so nothing is shown that the viewer may not read now.
One query per kind, one more for kinds with passages (threads), however many hits there are.
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
from ..sources import Passage, Row, Source, Viewer, sources
from .highlight import Marks, best_extract, mark_all, marks_of
from .match_explanations import explain_match


@dataclass(frozen=True, slots=True)
class Result:
    row: Row
    source: Source
    title: SafeString
    extract: SafeString
    url: str
    # Shown below the extract: « dans une réponse », « kiné = masseur-kinésithérapeute ».
    reasons: Sequence[str] = ()


def results(
    response: SearchResponse, text: ParsedText, viewer: Viewer, also: Sequence[Key] = ()
) -> dict[Key, Result]:
    """Returns the results that this viewer may read, of the hits and of `also` (promoted pages)."""
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
        self.passages = self._best_passages(viewer) if self.marks else {}

    def _best_passages(self, viewer: Viewer) -> Mapping[int, tuple[Passage, str]]:
        """pk of a row → its best passage, the first such, with its extract."""
        best: dict[int, tuple[int, Passage, str]] = {}
        for passage in self.source.passages(list(self.rows), viewer, patterns_of(self.plan)):
            score, extract = best_extract(passage.text, self.marks)
            if score > (best[passage.owner][0] if passage.owner in best else 0):
                best[passage.owner] = (score, passage, extract)
        return {pk: (passage, extract) for pk, (_score, passage, extract) in best.items()}

    def result(self, pk: int, keywords: str) -> Result | None:
        row = self.rows.get(pk)
        if row is None:
            return None
        passage, extract = self.passages.get(pk) or (None, best_extract(row.text, self.marks)[1])
        own = passage if passage and passage.has_own_url else None
        title = mark_all(row.title, self.marks) or escape(row.title)
        shown = " · ".join([row.title, extract, *map(str, row.meta_items), row.place, row.highlight_badge])
        labels = [str(self.source.passage_label)] if own else []
        return Result(
            row=row,
            source=self.source,
            title=SafeString(title),
            extract=SafeString(extract or escape(row.summary)),
            url=self.source.passage_url(own.pk) if own else row.url,
            reasons=[*labels, *explain_match(self.plan, shown, keywords, title + extract)],
        )
