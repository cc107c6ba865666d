"""Queries as engines receive them, free of HTTP and of any engine's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

PAGE_SIZE = 20
# The servers refuse to go deeper than 10,000 results.
MAX_PAGE = 10_000 // PAGE_SIZE

# The facet whose values are moments: published since. Engines count it by the date of documents.
SINCE = "since"


class Sort(StrEnum):
    RELEVANCE = "pertinence"
    DATE = "date"
    CLOSING = "cloture"  # what expires first
    SESSION = "session"  # what begins first
    ACTIVITY = "activite"  # the date of documents that live on: threads


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A typed text: words, « phrases » and -exclusions. Nothing else has a meaning."""

    raw: str = ""
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases or self.excluded)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A bounded, validated search. `filters`: « or » between the values of one, « and » between them."""

    tokens: frozenset[str]  # `sources.reading_tokens`; always part of the query's filter
    now: datetime  # aware; expired documents are left out
    text: ParsedText = ParsedText()
    kinds: tuple[str, ...] = ()  # fixed by the list (empty: every kind)
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # facet name or "kind" → slugs
    facets: tuple[str, ...] = ()  # counted, each without its own filter; "kind" is one too
    # Values of the facet « since » and the moment that each begins at; counted when « since » is in `facets`.
    since: Mapping[str, datetime] = field(default_factory=dict)
    # Kinds whose score decays with their age.
    decaying_kinds: tuple[str, ...] = ()
    # facet name → the reader's own slugs, which lift documents of `preferring_kinds`.
    preferred: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    preferring_kinds: tuple[str, ...] = ()
    # Whether typing errors are corrected when nothing is found.
    correct: bool = True
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class SuggestQuery:
    """A text that is being typed, whose last word is a prefix. It searches titles only."""

    tokens: frozenset[str]  # the viewer's; always part of the query's filter
    now: datetime  # aware; expired documents are left out
    text: str
    kinds: tuple[str, ...]  # each is searched on its own: no kind crowds another out
    limit: int = 5  # documents of a kind
