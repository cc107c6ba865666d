"""What people look for: counted by day and profession, so that editors learn what is missing. No names.

What is not counted, because of what it could tell:
- what looks like personal data: a mail address, a telephone, social security or register number, a date;
- what is found only where not everybody may look (discussions). A word that members of a secret group look
  for must not reach the editors, who read no group: so a search of somebody who reads groups counts when a
  result of a public kind was found, or when nothing that they may read holds its words;
- the word that was searched instead of a mistyped one: it comes from what the reader may see.

Searches are counted, not people: telling them apart would need to remember them. What the report shows was
looked for five times at least, though perhaps by one person on several occasions.
"""

import logging
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from core.database import brief_waits

from ..models import QueryCount
from ..query.text import normalised, parse_text
from ..sources import sources
from ..urlquery import PROFESSION
from .result_page import ResultPage

logger = logging.getLogger("search.results.analytics")

SHOWN_FROM = 5  # searches
MAX_LENGTH = 100  # characters; what is longer is a text that somebody pasted
PUBLIC = frozenset({"public"})

_PERSONAL = re.compile(r"@|(?:\d[\s./-]*){8}|(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4})(?!\d)")
_ADD = """
    INSERT INTO search_querycount (day, query, profession, searches, empty, corrected)
    VALUES (%s, %s, %s, 1, %s, %s)
    ON CONFLICT (day, query, profession) DO UPDATE SET
        searches = search_querycount.searches + 1,
        empty = search_querycount.empty + excluded.empty,
        corrected = search_querycount.corrected + excluded.corrected
"""


def record(request: HttpRequest, listing: ResultPage) -> None:
    """Counts a search in one statement. Never raises, nor makes a search wait for more than a moment."""
    try:
        query = _counted(request, listing)
        if query:
            _add(query, listing)
    except Exception as error:
        # Without a traceback: its variables hold what was typed.
        logger.warning("A search could not be counted: %s", type(error).__name__)


def _counted(request: HttpRequest, listing: ResultPage) -> str:
    """The query as it is counted; empty when it is not."""
    state = listing.state
    if not state.text or state.page > 1:
        return ""
    query = normalised(state.text)
    if not query or len(query) > MAX_LENGTH or _PERSONAL.search(state.text):
        return ""
    # What was excluded did not have to be found anywhere.
    if parse_text(state.text).excluded or _is_refinement(request, query):
        return ""
    return query if _may_be_told(listing) else ""


def _is_refinement(request: HttpRequest, query: str) -> bool:
    """A filter, a sort or a page of the search that is on the screen already."""
    before = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    return normalised("".join(parse_qs(urlsplit(before).query).get("q", [])[:1])) == query


@dataclass(frozen=True, slots=True)
class _Anybody:
    tokens: frozenset[str] = PUBLIC
    profession_slugs: tuple[str, ...] = ()
    region_slugs: tuple[str, ...] = ()
    department_codes: tuple[str, ...] = ()


def _may_be_told(listing: ResultPage) -> bool:
    """Whether these words cannot come from what only some may read."""
    if listing.viewer.tokens <= PUBLIC:
        return True
    if listing.response.corrected and listing.kinds:
        # The words that were replaced may stand in what this list does not show.
        return False
    if hits := listing.response.hits:
        known = sources()
        return any(hit.kind in known and known[hit.kind].offered_to(_Anybody()) for hit in hits)
    everywhere = not listing.kinds and not set(listing.state.filters) - {PROFESSION}
    # Counted without their own filter: whatever the profession, nothing holds these words.
    counts = listing.response.counts.get(PROFESSION)
    nothing = everywhere and counts is not None and not any(counts.values())
    # Of several words, one may still stand where not everybody reads: nothing holds them all.
    return nothing and len(normalised(listing.state.text).split()) == 1


def _add(query: str, listing: ResultPage) -> None:
    profession = "".join(listing.viewer.profession_slugs[:1])
    corrected = bool(listing.response.corrected)
    empty = not listing.total or corrected
    with brief_waits(), connection.cursor() as cursor:
        cursor.execute(_ADD, [timezone.localdate(), query, profession, int(empty), int(corrected)])


def purge() -> int:
    """Removes what was counted before the last `SEARCH_QUERY_DAYS` days."""
    limit = timezone.localdate() - timedelta(days=settings.SEARCH_QUERY_DAYS)
    return QueryCount.objects.filter(day__lt=limit).delete()[0]


def report(counts: QuerySet[QueryCount]) -> QuerySet[QueryCount, Any]:
    """query, searches, empty, corrected of what was looked for often enough, the most frequent first."""
    sums = {name: Sum(name) for name in ("searches", "empty", "corrected")}
    return (
        counts.values("query")
        .annotate(**sums)
        .filter(searches__gte=SHOWN_FROM)
        .order_by("-searches", "query")
    )


def since(days: int) -> date:
    return timezone.localdate() - timedelta(days=days - 1)
