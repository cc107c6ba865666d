"""The facet panel of a list: blocks of values with their counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..engines.base import SearchResponse
from ..facets import facets, labels, visible_labels
from ..sources import Viewer, offered_kinds
from ..urlquery import KIND, ListState

# Values shown before « Voir les N autres », which asks for the others.
FACET_FOLD = 7
# Values from which on a block has a field to look for one.
LONG = 12
# Values of one facet that are shown at most, the most frequent ones: there may be thousands of employers.
MAX_VALUES = 120
# Blocks that stand open; the others open at a tap.
OPEN_FACETS = 4


class FacetValue(NamedTuple):
    slug: str
    label: str
    total: int  # results that have it
    chosen: bool


class FacetGroup(NamedTuple):
    """One block of checkboxes, the most frequent values first; chosen ones are always shown."""

    name: str
    param: str
    label: str
    shown: tuple[FacetValue, ...]
    rest: tuple[FacetValue, ...]
    expanded: bool  # the rest is shown as well
    closed: bool = False  # the whole block is folded: others come first, and no value is chosen

    @property
    def is_long(self) -> bool:
        """Whether the block has a field to filter its values."""
        return len(self.shown) + len(self.rest) >= LONG


@dataclass
class FacetPanel:
    """The filters of one list for one viewer. `names`: the facets that the list offers, in order."""

    viewer: Viewer
    state: ListState
    names: Sequence[str]
    response: SearchResponse

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """facet → slug → label, of the values that are chosen, or counted and visible to this viewer."""
        known = facets()
        return {
            name: visible_labels(known[name], self.viewer, self._slugs(name))
            for name in dict.fromkeys([*self.names, *self.state.filters])
        }

    def _slugs(self, name: str) -> list[str]:
        counts = self.response.counts.get(name, {})
        frequent = sorted(counts, key=lambda slug: (-counts[slug], slug))[:MAX_VALUES]
        return list(dict.fromkeys([*frequent, *self.state.filters.get(name, ())]))

    @cached_property
    def groups(self) -> list[FacetGroup]:
        shown = [group for group in map(self._group, counted(self.names)) if group]
        return [
            group if rank < OPEN_FACETS or self.state.filters.get(group.name) else group._replace(closed=True)
            for rank, group in enumerate(shown)
        ]

    def _group(self, name: str) -> FacetGroup | None:
        values = self._values(name)
        if not values:
            return None
        rest = values[FACET_FOLD:]
        facet = facets()[name]
        return FacetGroup(
            name=name,
            param=facet.param,
            label=str(facet.label),
            shown=(*values[:FACET_FOLD], *(value for value in rest if value.chosen)),
            rest=tuple(value for value in rest if not value.chosen),
            expanded=name in self.state.expanded,
        )

    def _values(self, name: str) -> list[FacetValue]:
        counts = self.response.counts.get(name, {})
        chosen = self.state.filters.get(name, ())
        values = [
            FacetValue(slug, label, counts.get(slug, 0), slug in chosen)
            for slug, label in self.labels[name].items()
        ]
        if facets()[name].ordered:
            order = list(labels(facets()[name]))
            return sorted(values, key=lambda value: order.index(value.slug))
        return sorted(values, key=lambda value: (-value.total, value.label))


def counted(names: Iterable[str]) -> list[str]:
    return [name for name in names if facets()[name].counted]


def facet_names(kinds: tuple[str, ...], state: ListState, viewer: Viewer) -> list[str]:
    """The facets that a list offers, in order: those of its kind, or those that several kinds share.

    Facets with a chosen value are always among them, departments once a region or department is chosen.
    """
    offered = offered_kinds(viewer)
    chosen = kinds or state.filters.get(KIND, ()) or offered
    shown = [offered[kind] for kind in chosen if kind in offered]
    shared = Counter(name for source in shown for name in source.facets)
    names = [KIND] if not kinds else []
    names += [name for name, sharing in shared.items() if sharing > 1 or len(shown) == 1]
    if {"region", "department"} & set(state.filters) and "region" in names:
        names.insert(names.index("region") + 1, "department")
    return list(dict.fromkeys([*names, *state.filters]))
