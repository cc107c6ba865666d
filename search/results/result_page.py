"""The result page, for `/recherche/` and for the lists of news, jobs, trainings and threads.

It costs one engine round trip, then one database query per kind, which decides which rows are shown.
"""

import logging
from dataclasses import dataclass, field, replace
from math import ceil
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.pagination import neighbouring_pages

from .. import location_filter
from ..assist import curation
from ..engines import get_engine
from ..engines.base import SearchResponse
from ..engines.correction import as_written
from ..facets import facets, labels
from ..location_filter import LOCATION
from ..query import MAX_PAGE, PAGE_SIZE, Sort
from ..query.text import parse_text
from ..sources import Source, Viewer, result_count, sources, syndicated_kinds
from ..urlquery import EXPANDED, KIND, PROFESSION, ListState
from .facet_panel import FacetPanel, counted, facet_names
from .results import Result, results

logger = logging.getLogger(__name__)

FEED_PATH = "/recherche/flux/"


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str


@dataclass
class ResultPage:
    """One page of a list, made by `search`, which raises `EngineUnavailable`."""

    path: str
    viewer: Viewer
    state: ListState
    kinds: tuple[str, ...]  # fixed by the list; empty: every kind that the viewer may know of
    response: SearchResponse
    results: list[Result] = field(default_factory=list)
    selection: list[Result] = field(default_factory=list)  # promoted by editors; not part of the total
    refused: int = 0  # hits that the database does not show

    @classmethod
    def search(cls, path: str, viewer: Viewer, state: ListState, kinds: tuple[str, ...]) -> "ResultPage":
        listing = cls(path, viewer, state, kinds, _ask_engine(viewer, state, kinds))
        listing._check()
        return listing

    def _check(self) -> None:
        """Reads the rows of the hits that this viewer may see, in the order of the engine."""
        promoted = self._promoted()
        visible = results(self.response, parse_text(self.state.text), self.viewer, also=promoted)
        self.selection = [visible[key] for key in promoted if key in visible]
        hits = [(hit.kind, hit.pk) for hit in self.response.hits]
        self.results = [visible[key] for key in hits if key in visible and key not in promoted]
        self.refused = sum(key not in visible for key in hits)
        if self.refused:
            logger.warning("search: %s hits dropped, the index is behind the database", self.refused)

    def _promoted(self) -> list[tuple[str, int]]:
        """Promoted pages: on the first page of a search that only a profession filters."""
        if self.state.page > 1 or set(self.state.filters) - {PROFESSION}:
            return []
        promoted = curation.promoted(self.state.text)
        return [(kind, pk) for kind, pk in promoted if not self.kinds or kind in self.kinds]

    @cached_property
    def corrected(self) -> str:
        """The corrected query, with accents taken from the results; empty when not corrected."""
        labels = (hit.keywords for hit in self.response.hits)
        shown = (text for result in self.results for text in (result.title, result.extract))
        return as_written(self.response.corrected, [*labels, *shown]) if self.response.corrected else ""

    @property
    def is_mixed(self) -> bool:
        """Whether rows may be of several kinds, so that each shows its own."""
        return not self.kinds

    @property
    def total(self) -> int:
        return self.response.total - self.refused

    @cached_property
    def count_label(self) -> str:
        return self._count(self.total, self.state)

    def _count(self, total: int, state: ListState) -> str:
        chosen = self.kinds or state.filters.get(KIND, ())
        source = sources()[chosen[0]] if len(chosen) == 1 else None
        return source.count_label(total) if source else result_count(total)

    # --- URLs of other states --------------------------------------------------------------------------

    def url(self, state: ListState) -> str:
        return self.path + state.query_string(has_default=bool(self.viewer.profession_slugs))

    @property
    def canonical_url(self) -> str:
        return self.url(self.state)

    @property
    def clear_url(self) -> str:
        return self.url(self.state.reset_filters())

    @property
    def unfiltered_url(self) -> str:
        """The URL without any filter, not even by the reader's own professions."""
        return self.url(self.state.reset_all())

    @property
    def corrected_from_url(self) -> str:
        """The URL of the same words, not corrected."""
        return self.url(self.state.exact_query())

    @cached_property
    def feed_url(self) -> str:
        """The URL of the feed of this list's public results; empty when it has none."""
        kinds = tuple(kind for kind in self.kinds if kind in syndicated_kinds())
        if self.kinds and not kinds:
            return ""
        state = self.state.with_filter(KIND, kinds) if kinds else self.state
        return FEED_PATH + _public(state)

    @cached_property
    def saved_query(self) -> str:
        """The query string of this list on `/recherche/`, to save it."""
        state = self.state.with_filter(KIND, self.kinds) if self.kinds else self.state
        return replace(state, page=1).query_string(has_default=bool(self.viewer.profession_slugs))

    @cached_property
    def calendar_url(self) -> str:
        """The URL of the calendar of this list's public results; empty when they have no dates."""
        source = sources()[self.kinds[0]] if len(self.kinds) == 1 else None
        return source.calendar_path + _public(self.state) if source and source.calendar_path else ""

    @cached_property
    def switch(self) -> tuple[Chip, Chip, bool] | None:
        """« Infirmier | Toutes les professions », and whether the first is on; None without a profession."""
        own = self.viewer.profession_slugs
        if not own:
            return None
        names = labels(facets()[PROFESSION])
        label = ", ".join(names.get(slug, slug) for slug in own)
        mine = self.state.with_filter(PROFESSION, own)
        everybody = self.state.with_filter(PROFESSION, ())
        is_mine = set(self.state.filters.get(PROFESSION, ())) == set(own)
        return Chip(label, self.url(mine)), Chip(_("All professions"), self.url(everybody)), is_mine

    def expanded_url(self, name: str) -> str:
        """The URL of the same list with all values of one more facet."""
        expanded = [(EXPANDED, facets()[other].param) for other in (*self.state.expanded, name)]
        url = self.canonical_url
        return f"{url}{'&' if '?' in url else '?'}{urlencode(expanded)}"

    # --- Facets ----------------------------------------------------------------------------------------

    @cached_property
    def facet_panel(self) -> FacetPanel:
        names = facet_names(self.kinds, self.state, self.viewer)
        return FacetPanel(self.viewer, self.state, names, self.response)

    @cached_property
    def chips(self) -> list[Chip]:
        """A chip for each chosen value, but not for the professions that the switch shows."""
        switched = self.switch is not None and self.switch[2]
        return [
            Chip(self.facet_panel.labels[name].get(slug, slug), self.url(self.state.without(name, slug)))
            for name, slugs in self.state.filters.items()
            if not (switched and name == PROFESSION)
            for slug in slugs
        ]

    @cached_property
    def ways_out(self) -> list[Chip]:
        """When nothing was found: links that remove one filter, the most fruitful first."""
        useful = [(total, name) for name, total in self.response.without_facet_totals.items() if total]
        return [self._without(name, total) for total, name in sorted(useful, reverse=True)]

    @property
    def relaxations(self) -> list[Chip]:
        """When nothing was found: links that leave out one part of the query, the most fruitful first."""
        return [
            Chip(
                _("Without %(words)s: %(count)s")
                % {"words": _quoted(one.part), "count": self._count(one.total, self.state)},
                self.url(self.state.with_text(one.text)),
            )
            for one in self.response.relaxations
        ]

    def _without(self, name: str, total: int) -> Chip:
        labels = self.facet_panel.labels[name]
        quoted = [_quoted(labels.get(slug, slug)) for slug in self.state.filters[name]]
        state = self.state.with_filter(name, ())
        given = {"filter": ", ".join(quoted), "count": self._count(total, state)}
        if name == PROFESSION:
            label = _("Search all professions: %(count)s") % given
        else:
            label = _("Remove the filter %(filter)s: %(count)s") % given
        return Chip(label, self.url(state))

    @property
    def has_location(self) -> bool:
        """Whether the list can be filtered by location."""
        return LOCATION in self.facet_panel.names

    @property
    def radii(self) -> tuple[tuple[int, bool], ...]:
        return tuple([(radius, radius == self.state.location.radius) for radius in location_filter.RADII])

    @cached_property
    def location_choices(self) -> list[Chip]:
        """Other places that may have been meant."""
        return [self._location(value) for value in self.state.location.choices]

    @cached_property
    def own_locations(self) -> list[Chip]:
        """The reader's departments and those around, unless one is chosen."""
        chosen = self.state.filters.get(LOCATION, ())
        return [self._location(code) for code in self.viewer.department_codes if code not in chosen]

    def _location(self, value: str) -> Chip:
        return Chip(location_filter.label(value), self.url(self.state.with_filter(LOCATION, (value,))))

    # --- Sort and pages ----------------------------------------------------------------------------------

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """(value, label, chosen) of the orders that the list offers."""
        names = {
            Sort.RELEVANCE: _("relevance"),
            Sort.DATE: _("date"),
            Sort.CLOSING: _("closing date"),
            Sort.SESSION: _("next session"),
            Sort.ACTIVITY: _("last activity"),
        }
        chosen = self.kinds or self.state.filters.get(KIND, ())
        offered = sources()[chosen[0]].sorts if len(chosen) == 1 else Source.sorts
        current, usual = self.state.effective_sort, self.state.default_sort
        if usual is Sort.DATE and usual not in offered:
            usual = Sort.ACTIVITY  # whose date is that of the last activity
            current = usual if current is Sort.DATE else current
        if current not in offered:
            offered = (*offered, current)
        # The usual order has no value: it is another one once words are typed.
        return [("" if sort is usual else sort.value, names[sort], sort is current) for sort in offered]

    @property
    def last_url(self) -> str:
        """The URL of the last page, when the state is beyond it; else empty."""
        beyond = self.response.total and self.state.page > self.pages
        return self.url(self.state.with_page(self.pages)) if beyond else ""

    @property
    def pages(self) -> int:
        return min(max(1, ceil(self.response.total / PAGE_SIZE)), MAX_PAGE)

    @cached_property
    def page_links(self) -> list[tuple[int, str] | None]:
        """(number, URL) of the first, last and neighbouring pages; None stands for a gap."""
        numbers = neighbouring_pages(self.state.page, self.pages)
        return [None if n is None else (n, self.url(self.state.with_page(n))) for n in numbers]


def _quoted(text: str) -> str:
    return _("“%(text)s”") % {"text": text}


def _public(state: ListState) -> str:
    """The query string of this state for feeds and calendars, which read as a visitor does."""
    return replace(state, sort=None, page=1, all_professions=False).query_string(has_default=False)


def _ask_engine(viewer: Viewer, state: ListState, kinds: tuple[str, ...]) -> SearchResponse:
    curation.refresh()
    names = counted(facet_names(kinds, state, viewer))
    query = state.to_query(viewer, kinds=kinds, facet_names=names, now=timezone.now())
    return get_engine().search(query)
