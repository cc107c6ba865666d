"""URLs of lists: reads `?q=…&profession=…` into a `ListState`, and makes the URL of any other state.

Parsing never raises: an unknown value becomes a notice, and the rest of the URL still counts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from .facets import ALL_PROFESSIONS, Facet, facets, since_moments, visible_labels
from .location_filter import LOCATION, NO_LOCATION, LocationQuery, area_codes, read_location
from .query import MAX_PAGE, PAGE_SIZE, SearchQuery, Sort
from .query.text import MAX_QUERY_LENGTH, parse_text
from .sources import Viewer, offered_kinds, reading_tokens, sources

# Values of one parameter that are looked at; nobody ticks more boxes than there are.
MAX_VALUES = 150
PROFESSION = "profession"
# Holds the words that are not to be corrected: other words, typed into the same form, are.
AS_TYPED = "tel_quel"
KIND = "kind"
# Names facets of which all values are shown.
EXPANDED = "voir"


@dataclass(frozen=True, slots=True)
class ListState:
    """One state of a list. It is immutable: `with_…` returns a changed copy, `query_string` its URL."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # facet name → slugs
    sort: Sort | None = None  # None: the list's own default
    page: int = 1
    exact: bool = False  # typing errors are not corrected
    # The URL says « profession=toutes »: URLs made from this state keep saying so.
    all_professions: bool = False
    notices: tuple[str, ...] = ()
    # Facets whose values are all shown. It is no part of the state's URL: people share what is listed.
    expanded: tuple[str, ...] = ()
    location: LocationQuery = NO_LOCATION

    @property
    def effective_sort(self) -> Sort:
        return self.sort or self.default_sort

    @property
    def default_sort(self) -> Sort:
        return Sort.RELEVANCE if self.text else Sort.DATE

    @property
    def is_plain(self) -> bool:
        """Whether this is the list as it opens, without a word, filter, sort or page."""
        return not (self.text or self.filters or self.sort or self.page > 1)

    def without(self, name: str, slug: str) -> "ListState":
        rest = tuple(value for value in self.filters.get(name, ()) if value != slug)
        return self.with_filter(name, rest)

    def with_filter(self, name: str, slugs: tuple[str, ...]) -> "ListState":
        filters = {key: values for key, values in self.filters.items() if key != name}
        if slugs:
            filters[name] = slugs
        all_professions = not slugs if name == PROFESSION else self.all_professions
        return replace(self, filters=filters, page=1, all_professions=all_professions)

    def reset_filters(self) -> "ListState":
        """The list without filters; « all professions », which has a switch of its own, stays."""
        return replace(self, filters={}, page=1)

    def reset_all(self) -> "ListState":
        return replace(self.reset_filters(), all_professions=True)

    def with_page(self, page: int) -> "ListState":
        return replace(self, page=page)

    def with_text(self, text: str) -> "ListState":
        return replace(self, text=text, page=1, exact=False)

    def exact_query(self) -> "ListState":
        """The same words, not corrected."""
        return replace(self, page=1, exact=True)

    def query_string(self, *, has_default: bool) -> str:
        """« ?q=…&… », the same for the same state; empty for the plain list.

        `has_default`: the reader's own professions filter a URL that names none, so a URL for « all
        professions » must say so. A URL that names professions means the same for everybody.
        """
        pairs = [("q", self.text)] if self.text else []
        if self.exact:
            pairs.append((AS_TYPED, self.text))
        for name, facet in facets().items():
            if name in self.filters:
                pairs += [(facet.param, slug) for slug in self.filters[name]]
        if has_default and self.all_professions and PROFESSION not in self.filters:
            pairs.append((PROFESSION, ALL_PROFESSIONS))
        if self.sort:
            pairs.append(("tri", self.sort.value))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return "?" + urlencode(pairs) if pairs else ""

    def _codes(self) -> dict[str, tuple[str, ...]]:
        """The filters as documents hold them: a location is the codes of its area."""
        near = [code for value in self.filters.get(LOCATION, ()) for code in area_codes(value)]
        return {**self.filters, LOCATION: tuple(sorted(near))} if near else dict(self.filters)

    def to_query(
        self, viewer: Viewer, *, kinds: tuple[str, ...], facet_names: Iterable[str], now: datetime
    ) -> SearchQuery:
        offered = offered_kinds(viewer)
        searched = tuple(kind for kind in (kinds or offered) if kind in offered)
        return SearchQuery(
            tokens=reading_tokens(viewer, searched),
            now=now,
            text=parse_text(self.text),
            kinds=searched,
            filters=self._codes(),
            facets=tuple(facet_names),
            since=since_moments(now),
            decaying_kinds=tuple(kind for kind, source in offered.items() if source.boosts_recency),
            preferred=_own(viewer),
            preferring_kinds=tuple(kind for kind, source in offered.items() if source.personalised),
            correct=not self.exact,
            sort=self.effective_sort,
            offset=(self.page - 1) * PAGE_SIZE,
            limit=PAGE_SIZE,
        )


def _own(viewer: Viewer) -> dict[str, tuple[str, ...]]:
    own = {PROFESSION: viewer.profession_slugs, "region": viewer.region_slugs}
    return {name: slugs for name, slugs in own.items() if slugs}


def parse(params: QueryDict, viewer: Viewer, *, fixed_kinds: tuple[str, ...] = ()) -> ListState:
    """Reads a URL. `fixed_kinds`: the only kinds of the list, which then has no filter by kind."""
    notices: list[str] = []
    filters = {}
    for name, facet in facets().items():
        if name == LOCATION or (name == KIND and fixed_kinds):
            continue
        known = _known_values(facet, params.getlist(facet.param)[:MAX_VALUES], viewer, notices.append)
        if known:
            filters[name] = known
    location = read_location(params)
    if location.value:
        filters[LOCATION] = (location.value,)
    professions = params.getlist(PROFESSION)
    if not professions and viewer.profession_slugs:
        filters[PROFESSION] = viewer.profession_slugs
    text = _text(params.get("q", ""), notices.append)
    return ListState(
        text=text,
        exact=bool(text) and _text(params.get(AS_TYPED, ""), notices.append) == text,
        filters=filters,
        sort=_sort(params.get("tri", ""), notices.append),
        page=_page(params.get("page", ""), notices.append),
        all_professions=bool(professions) and PROFESSION not in filters,
        notices=tuple(notices),
        expanded=tuple(name for name, facet in facets().items() if facet.param in params.getlist(EXPANDED)),
        location=location,
    )


Notify = Callable[[str], None]


def _known_values(facet: Facet, given: list[str], viewer: Viewer, notify: Notify) -> tuple[str, ...]:
    values = [value for value in dict.fromkeys(given) if value]
    choices = visible_labels(facet, viewer, values)
    known, unknown = [], []
    for value in values:
        if value in choices:
            known.append(value)
        elif facet.name == KIND and value in sources():
            notify(_("The community is open to verified professionals only."))
        elif not (facet.name == PROFESSION and value == ALL_PROFESSIONS):
            unknown.append(value)
    if unknown:
        shown = ", ".join(_short(value) for value in unknown[:3])
        notify(
            _("The filter “%(facet)s” does not know “%(value)s”: it was left out.")
            % {"facet": facet.label, "value": shown}
        )
    return tuple(known)


def _text(raw: str, notify: Notify) -> str:
    text = " ".join(raw.replace("\x00", " ").split())
    if len(text) > MAX_QUERY_LENGTH:
        notify(
            _("Your search was too long: only its first %(n)s characters count.") % {"n": MAX_QUERY_LENGTH}
        )
    return text[:MAX_QUERY_LENGTH].rstrip()


def _sort(raw: str, notify: Notify) -> Sort | None:
    try:
        return Sort(raw) if raw else None
    except ValueError:
        notify(_("“%(value)s” is not a way to sort: the usual order is used.") % {"value": _short(raw)})
        return None


def _page(raw: str, notify: Notify) -> int:
    if not raw:
        return 1
    if not (raw.isascii() and raw.isdigit() and len(raw) < 10 and int(raw) > 0):
        notify(_("“%(value)s” is not a page number: here is the first page.") % {"value": _short(raw)})
        return 1
    if int(raw) > MAX_PAGE:
        notify(
            _("Lists stop at page %(n)s. To find what you look for, add a word or a filter.")
            % {"n": MAX_PAGE}
        )
        return MAX_PAGE
    return int(raw)


def _short(value: str) -> str:
    return Truncator(value.replace("\x00", "")).chars(40)
