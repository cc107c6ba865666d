"""Rules that all engines share: texts, facets, sort keys and pages."""

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from ..analysis.analyzer import folded, streams
from ..analysis.words import fold, is_stop_word, typed_tokens
from ..documents import Document
from ..facets import ALL_PROFESSIONS, facets
from ..query import SINCE, SearchQuery, Sort, SuggestQuery

# Texts of a document: each is a field of stems, and one of words as written.
TEXTS = ("title", "keywords", "body")

# What a text without a word holds, so that engines that count only documents with a text count the same.
_NO_WORD = "_"

PROFESSION = "profession"
KIND = "kind"

# The servers refuse to look deeper.
MAX_DEPTH = 10_000
# More values than any facet has.
MAX_FACET_VALUES = 1_000

MAX_SUGGESTED_LENGTH = 100
MAX_SUGGESTED_WORDS = 8
# Over-fetch factor: expired documents are filtered in Python.
SUGGESTED_SPARE = 3


class UnknownFacetError(ValueError):
    """A document has values of a facet that nobody registered."""


def words_field(name: str) -> str:
    """The sibling of a text field that holds every word as written."""
    return f"{name}_words"


def text_streams(document: Document) -> dict[str, str]:
    """Field name → tokens separated by spaces, of the texts of a document."""
    fields: dict[str, str] = {}
    for name in TEXTS:
        stems, words = streams(getattr(document, name))
        fields[name], fields[words_field(name)] = stems or _NO_WORD, words or _NO_WORD
    return fields


def facet_values(document: Document) -> dict[str, tuple[str, ...]]:
    """The values of facets to index. A document without a profession is for all of them."""
    known = facets()
    values = {name: tuple(dict.fromkeys(given)) for name, given in document.facets.items() if given}
    if unknown := [name for name in values if name not in known or not known[name].indexed]:
        raise UnknownFacetError(f"unknown facets: {', '.join(sorted(unknown))}")
    if ALL_PROFESSIONS in values.setdefault(PROFESSION, (ALL_PROFESSIONS,)):
        values[PROFESSION] = (ALL_PROFESSIONS,)
    return values


def accepted(name: str, chosen: Iterable[str]) -> list[str]:
    """The values that a document may have to match a reader's choice."""
    values = list(dict.fromkeys(chosen))
    if name == PROFESSION and ALL_PROFESSIONS not in values:
        values.append(ALL_PROFESSIONS)
    return values


def chosen_filters(query: SearchQuery) -> dict[str, list[str]]:
    """facet name → values, of the facets that the reader filters by, « since » left out."""
    return {
        name: accepted(name, values) for name, values in query.filters.items() if values and name != SINCE
    }


def chosen_since(query: SearchQuery) -> datetime | None:
    """The earliest of the moments that the reader chose: they are « or »."""
    return min(
        (query.since[value] for value in query.filters.get(SINCE, ()) if value in query.since), default=None
    )


def facet_groups(query: SearchQuery) -> dict[tuple[str, ...], list[str]]:
    """Counted facets, grouped by the filters that apply to them: all but their own.

    Each chosen filter has a group, even an empty one: its total is that without the filter. « since » is left
    out where there are no moments to count by.
    """
    groups: dict[tuple[str, ...], list[str]] = {others_of(name, query): [] for name in chosen_names(query)}
    for name in dict.fromkeys(query.facets):
        if name == SINCE and not query.since:
            continue
        groups.setdefault(others_of(name, query), []).append(name)
    return groups


def chosen_names(query: SearchQuery) -> list[str]:
    return [name for name, values in query.filters.items() if values]


def others_of(name: str, query: SearchQuery) -> tuple[str, ...]:
    """The chosen filters but this one."""
    return tuple(other for other in chosen_names(query) if other != name)


def reported(name: str, counts: Mapping[str, int], query: SearchQuery) -> dict[str, int]:
    """The counts that readers see: each is the total of a list with that value alone chosen."""
    if name != PROFESSION:
        return dict(counts)
    everybody = counts.get(ALL_PROFESSIONS, 0)
    shown = {slug for slug in (*counts, *query.filters.get(name, ())) if slug != ALL_PROFESSIONS}
    return {slug: total for slug in shown if (total := counts.get(slug, 0) + everybody)}


def first_word(title: str) -> str:
    """The word that a title begins with, folded, without its article: « L’hôpital » → « hopital »."""
    return next(iter(folded(title)), "")[:MAX_SUGGESTED_LENGTH]


def typed_words(query: SuggestQuery) -> tuple[list[str], str]:
    """Splits what is being typed into whole words and the folded beginning of the last one (maybe empty)."""
    typed = typed_tokens(query.text[:MAX_SUGGESTED_LENGTH])[:MAX_SUGGESTED_WORDS]
    if not typed:
        return [], ""
    return [word for word in typed[:-1] if not is_stop_word(word)], fold(typed[-1])


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def order_key(document: Document) -> int:
    """The sort key of a date, then of the id, the same on every engine.

    63 bits: hundredths of a second since 1970, 16 bits of pk, 8 of kind.
    """
    tie = (document.pk & 0xFFFF) << 8 | zlib.crc32(document.kind.encode()) & 0xFF
    return max(0, milliseconds(document.date)) // 10 << 24 | tie


# Bits above the tie of an `order_key`: hundredths of a second until the year 2057.
_SOON = 1 << 62
_MAX_TIME = (1 << 38) - 1


def soon_key(moment: datetime | None, document: Document) -> int:
    """The sort key of the soonest moment, the greatest first; documents without one follow, by date."""
    key = order_key(document)
    if moment is None:
        return min(key, _SOON - 1)
    hundredths = min(max(0, milliseconds(moment)) // 10, _MAX_TIME)
    return _SOON | (_MAX_TIME - hundredths) << 24 | key & 0xFFFFFF


def sort_keys(document: Document) -> dict[str, int]:
    """Field name → sort key, for every order but relevance; all descending."""
    return {
        "order": order_key(document),
        "closing": soon_key(document.expires_at, document),
        "session": soon_key(document.begins_at, document),
    }


def date_key(moment: datetime) -> int:
    """The smallest `order_key` of that moment or later."""
    return max(0, milliseconds(moment)) // 10 << 24


def date_of(key: int) -> int:
    """Milliseconds since 1970 of an `order_key`."""
    return (key >> 24) * 10


def page_of(query: SearchQuery) -> tuple[int, int]:
    """The offset and limit of a page; the limit is 0 beyond `MAX_DEPTH`."""
    offset = max(0, query.offset)
    return offset, max(0, min(query.limit, MAX_DEPTH - offset))


def order_field(query: SearchQuery, *, has_text: bool) -> str:
    """The field to sort by; empty: by relevance. Without a word the newest come first."""
    match query.sort:
        case Sort.CLOSING:
            return "closing"
        case Sort.SESSION:
            return "session"
        case Sort.RELEVANCE if has_text:
            return ""
    return "order"
