"""Saved searches as queries: what a URL says, what a saved search says today, what is new in it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.http import QueryDict

from members.access import Viewer
from search.engines import get_engine
from search.facets import facets, visible_labels
from search.query import SINCE, SearchQuery, Sort
from search.query.text import parse_text
from search.results.results import Result, results
from search.urlquery import ListState, parse

# Pages may be dated some time before they are published, and indexed some time after.
OVERLAP = timedelta(days=2)
# New results of one search that are looked at; an alert shows the first of them and says how many there are.
LOOKED_AT = 50
_SAVED = "saved"  # the only value of « since » in these queries


@dataclass(frozen=True, slots=True)
class SavedState:
    """What a saved search asks today."""

    state: ListState
    # Whether all that was saved still means something to its owner: a group may be closed to them now.
    is_whole: bool

    @property
    def query_string(self) -> str:
        return query_string(self.state)


def read_query(query: str, viewer: Viewer) -> SavedState:
    state = parse(QueryDict(query), viewer)
    return SavedState(replace(state, page=1), is_whole=not state.notices)


def query_string(state: ListState) -> str:
    """The state as it is saved: its professions are named, or « toutes », whatever the reader's become."""
    return replace(state, page=1, all_professions=True).query_string(has_default=True).removeprefix("?")


def describe(state: ListState, viewer: Viewer) -> list[str]:
    """The words and the labels of the filters: « gériatrie », « Infirmier », « Bretagne »."""
    labels = [
        str(label)
        for name, slugs in state.filters.items()
        for label in visible_labels(facets()[name], viewer, slugs).values()
    ]
    return [f"« {state.text} »", *labels] if state.text else labels


def new_results(
    state: ListState, viewer: Viewer, *, since: datetime, told: Iterable[str], now: datetime
) -> list[Result]:
    """Results published since then, without those that were told. One question to the engine.

    Filtered by what the viewer may read at this moment, in the engine and in the database.
    """
    query = state.to_query(viewer, kinds=(), facet_names=(), now=now)
    response = get_engine().search(published_since(query, since - OVERLAP))
    known = set(told)
    hits = [hit for hit in response.hits if f"{hit.kind}:{hit.pk}" not in known]
    if not hits:
        return []
    shown = results(replace(response, hits=hits), parse_text(state.text), viewer)
    return [shown[key] for hit in hits if (key := (hit.kind, hit.pk)) in shown]


def published_since(query: SearchQuery, moment: datetime) -> SearchQuery:
    """The newest results of a query that were published since then; words as they were typed."""
    return replace(
        query,
        filters={**query.filters, SINCE: (_SAVED,)},
        since={_SAVED: moment},
        correct=False,
        sort=Sort.DATE,
        limit=LOOKED_AT,
    )


def key_of(result: Result) -> str:
    """How `SavedSearch.told` names a result."""
    return f"{result.row.kind}:{result.row.pk}"
