"""Suggestions while somebody types: facet values, places, then titles that the reader may see.

A facet value or a place links to the list that it filters, a title to its page, a title that several pages
share to a search for them. Costs one engine round trip, then one database query per kind.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from taxonomy import places
from taxonomy.geocoder import geocode_name

from ..analysis.analyzer import stems
from ..analysis.words import fold, typed_tokens
from ..engines import get_engine
from ..facets import ALL_PROFESSIONS, Facet, facet_value_names, facets, labels
from ..location_filter import DEFAULT_RADIUS, FACET, LOCATION, label, location_value
from ..query import SuggestQuery
from ..sources import Row, Source, Viewer, offered_kinds, reading_tokens, sources
from ..urlquery import PROFESSION

# Characters from which on something is offered; what is typed beyond the last is not looked at.
MIN_LENGTH = 2
MAX_LENGTH = 100
VALUES = 3  # of a facet
TOWNS = 2
MIN_TOWN = 3  # characters
LARGE_TOWN = 10_000  # people
TITLES = 3  # of a kind
# Documents of a kind that are asked for: some share their title, some the database may refuse.
DEPTH = 9


@dataclass(frozen=True, slots=True)
class Suggestion:
    label: str
    url: str
    detail: str = ""  # tells it from others of the same name


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    label: str
    icon: str
    suggestions: Sequence[Suggestion]


def suggest(text: str, viewer: Viewer, *, kinds: Sequence[str] = ()) -> list[SuggestionGroup]:
    """Returns suggestions for a text. `kinds`: of the list that is searched; empty: all.

    URLs of filters are relative (« ?theme=douleur ») if the list has its own kinds. May raise
    `EngineUnavailable`.
    """
    text = text[:MAX_LENGTH]
    if sum(map(len, typed_tokens(text))) < MIN_LENGTH:
        return []
    offered = offered_kinds(viewer)
    shown = {kind: source for kind, source in offered.items() if not kinds or kind in kinds}
    if not shown:
        return []
    path = "" if kinds else reverse("search")
    return [
        *_of_vocabulary(text, shown, path),
        *_of_towns(text, shown, path),
        *_of_titles(text, shown, viewer),
    ]


# --- Words of the vocabulary -----------------------------------------------------------------------------


def _of_vocabulary(text: str, shown: Mapping[str, Source], path: str) -> Iterator[SuggestionGroup]:
    filtered = {name for source in shown.values() for name in source.facets}
    if "region" in filtered:
        filtered.add("department")
    for facet in facets().values():
        if facet.aliases is None or facet.name not in filtered:
            continue
        names = labels(facet)
        suggestions = [
            Suggestion(names[slug], f"{path}?{urlencode({facet.param: slug})}", other)
            for slug, other in _match_facet_values(text, facet)[:VALUES]
        ]
        if suggestions:
            yield SuggestionGroup(str(facet.label), "search", suggestions)


def _match_facet_values(text: str, facet: Facet) -> list[tuple[str, str]]:
    """(slug, the other name that was typed, if any) of the values that match, those by their label first.

    One name of a value must hold all words, the last one as a prefix.
    """
    typed = [fold(word) for word in typed_tokens(text)]
    matches = []
    for slug, names in facet_value_names(facet).items():
        named = next((name for name, words in names.items() if _begins(typed, words)), None)
        if named is not None:
            label = next(iter(names))
            other = "" if named == label or _same_words(named, label) else named
            matches.append((bool(other), not names[named][0].startswith(typed[0]), slug, other))
    matches.sort(key=lambda one: one[:2])
    return [(slug, other) for _by_other, _later, slug, other in matches]


def _begins(typed: Sequence[str], words: Sequence[str]) -> bool:
    *whole, last = typed
    return all(word in words for word in whole) and any(word.startswith(last) for word in words)


def _same_words(one: str, other: str) -> bool:
    """« Infirmiers » says nothing that « Infirmier » does not."""
    return stems(one) == stems(other)


# --- Towns -----------------------------------------------------------------------------------------------


def _of_towns(text: str, shown: Mapping[str, Source], path: str) -> Iterator[SuggestionGroup]:
    """Places: those of that name, and large towns whose name begins so."""
    typed = text.strip()
    if len(typed) < MIN_TOWN or not any(LOCATION in source.facets for source in shown.values()):
        return
    named = geocode_name(typed)
    likely = dict.fromkeys(place for place in (named.place, *named.others) if place)
    likely |= {town: None for town in places.beginning(typed, TOWNS) if town.population >= LARGE_TOWN}
    values = [location_value(place, DEFAULT_RADIUS) for place in list(likely)[:TOWNS]]
    if values:
        yield SuggestionGroup(
            str(FACET.label),
            "map-pin",
            [Suggestion(label(value), f"{path}?{urlencode({FACET.param: value})}") for value in values],
        )


# --- Titles ----------------------------------------------------------------------------------------------


def _of_titles(text: str, shown: Mapping[str, Source], viewer: Viewer) -> Iterator[SuggestionGroup]:
    query = SuggestQuery(
        tokens=reading_tokens(viewer, shown),
        now=timezone.now(),
        text=text,
        kinds=tuple(shown),
        limit=DEPTH,
    )
    for kind, pks in get_engine().suggest(query).items():
        visible = sources()[kind].visible(pks, viewer)
        same: dict[str, list[Row]] = defaultdict(list)
        for pk in pks:
            if row := visible.get(pk):
                same[row.title].append(row)
        suggestions = [_title(rows) for rows in list(same.values())[:TITLES]]
        if suggestions:
            yield SuggestionGroup(str(shown[kind].label), shown[kind].icon, suggestions)


def _title(rows: Sequence[Row]) -> Suggestion:
    row = rows[0]
    if len(rows) == 1:
        detail = " · ".join(filter(None, [*row.meta_items[:1], row.place]))
        return Suggestion(row.title, row.url, detail)
    params = {"q": f'"{row.title}"', "type": row.kind, PROFESSION: ALL_PROFESSIONS}
    return Suggestion(row.title, f"{reverse('search')}?{urlencode(params)}", _("several"))
